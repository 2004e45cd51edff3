#pragma once
// Which StorageClass of the target stands in for each class of the source.

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace tranship::restore {

struct StorageClassChoice {
  std::map<std::string, std::string> map;  // source class -> target class, for every class in use
  std::vector<std::string> notes;          // each automatic choice with its reason
  struct Blocker {
    std::string storage_class;  // as objects name it that are changed by `map`
    std::string reason;
    std::string fix;
  };
  std::vector<Blocker> blockers;
};

// For objects that name a class which is not among the target's.
StorageClassChoice::Blocker no_such_class(const std::string& storage_class, const std::vector<Json>& target_classes);

// `used`: class names of the application's claims. `source_classes`: StorageClass objects of the source as far as they
// are known. In this order: what the user said; the class of the same name; the only class with the same provisioner
// and parameters; the only one with the same provisioner; the target's default class. An empty class name (static
// volumes) stays empty.
StorageClassChoice choose_storage_classes(const std::vector<std::string>& used, const std::vector<Json>& source_classes,
                                          const std::vector<Json>& target_classes,
                                          const std::map<std::string, std::string>& by_user);

}  // namespace tranship::restore
