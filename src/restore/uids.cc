#include "restore/uids.h"

#include <fmt/format.h>

namespace tranship::restore {

void UidMap::add(const std::string& source_uid, const std::string& target_uid) {
  if (source_uid.empty() || target_uid.empty()) return;
  const std::lock_guard lock(mutex_);
  target_of_[source_uid] = target_uid;
}

void UidMap::expect(const std::string& source_uid) {
  if (source_uid.empty()) return;
  const std::lock_guard lock(mutex_);
  target_of_.try_emplace(source_uid);
}

void UidMap::give_up(const std::string& source_uid) {
  if (source_uid.empty()) return;
  const std::lock_guard lock(mutex_);
  given_up_.insert(source_uid);
}

Result<Json> UidMap::owner_references(const Item& item, std::vector<std::string>& missing) const {
  Json references = Json::array();
  for (const Owner& owner : item.owners) {
    std::string uid;
    bool given_up = false;
    {
      const std::lock_guard lock(mutex_);
      const auto found = target_of_.find(owner.source_uid);
      if (found == target_of_.end()) {
        missing.push_back(fmt::format("{}: its owner {} is not part of the restore; the reference is left out",
                                      item.reference().to_string(), owner.object.to_string()));
        continue;
      }
      uid = found->second;
      given_up = given_up_.contains(owner.source_uid);
    }
    if (given_up) {
      return fail(Fault::permanent, fmt::format("its owner {} could not be written", owner.object.to_string()));
    }
    if (uid.empty()) {
      return fail(Fault::retryable, fmt::format("its owner {} is not written yet", owner.object.to_string()));
    }
    Json reference = {{"apiVersion", owner.object.type.api_version()},
                      {"kind", owner.object.type.kind},
                      {"name", owner.object.name},
                      {"uid", uid}};
    if (owner.controller) reference["controller"] = true;
    if (owner.block_owner_deletion) reference["blockOwnerDeletion"] = true;
    references.push_back(std::move(reference));
  }
  return references;
}

}  // namespace tranship::restore
