#pragma once
// From the UIDs of the source to the objects of the target: owner references are rewritten with it. Thread-safe.

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "restore/item.h"

namespace tranship::restore {

class UidMap {
 public:
  void add(const std::string& source_uid, const std::string& target_uid);

  // The owner references of `item` for the target. An owner that is not part of the restore is left out and named in
  // `missing`: a reference with an unknown UID would make the garbage collector delete the object. Fault::retryable
  // when an owner of this restore is not written yet.
  Result<Json> owner_references(const Item& item, std::vector<std::string>& missing) const;
  // Says that an object of this source UID belongs to the restore.
  void expect(const std::string& source_uid);
  // Says that it will not come to be: what it owns is not made without it (Fault::permanent), for it would live on for
  // ever.
  void give_up(const std::string& source_uid);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> target_of_;  // empty: expected, not written yet
  std::set<std::string> given_up_;
};

}  // namespace tranship::restore
