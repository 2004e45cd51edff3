#pragma once
// What applying an object would change, in words: for plans that people read. Pure.

#include <string>
#include <vector>

#include "base/json.h"

namespace tranship::restore {

struct Change {
  std::string path;  // ".spec.template.spec.containers[web].image": lists whose items have names are told by them
  std::string from;  // compact JSON, shortened; empty: it is not there
  std::string to;    // the same; of Secrets both are empty, whatever they hold
  // "spec.replicas: 1 -> 2"; of Secrets "data.password: changed".
  std::string to_string() const;
};

// From the live object to what a dry run answered. At most 20 changes. Neither values of Secrets nor what any of their
// annotations say is ever in the result.
std::vector<Change> changes_between(const Json& before, const Json& after);

// Changes at paths (JSON pointers, as transform::fields_to_change has them) whose values are not known.
std::vector<Change> changes_at(const std::vector<std::string>& pointers);

}  // namespace tranship::restore
