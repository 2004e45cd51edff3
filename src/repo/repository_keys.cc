// Keys of a repository: every one opens the same master key, with a password of its own.

#include <algorithm>

#include "crypto/digest.h"
#include "repo/format/key_file.h"
#include "repo/repository.h"

namespace tranship::repo {

Result<std::vector<KeyInfo>> Repository::list_keys(const Context& context) {
  std::vector<KeyInfo> keys;
  for (const Id& id : TRY(list_files(context, "keys"))) {
    Bytes json;
    if (auto got = store_.get(context, "keys/" + id.hex(), std::nullopt, json); !got) {
      if (got.error().fault() == Fault::not_found) continue;
      return fail(std::move(got).error());
    }
    const auto file = TRY_IN("key " + id.brief(), parse_key_file(as_text(json)));
    keys.push_back({id, file.username, file.hostname, file.created, file.expires, key_id_ == id});
  }
  std::stable_sort(keys.begin(), keys.end(),
                   [](const KeyInfo& a, const KeyInfo& b) { return a.created < b.created; });
  return keys;
}

Result<Id> Repository::add_key(const Context& context, const Secret& password, const KeyOptions& options) {
  auto file = TRY_IN("adding a key",
                     make_key_file(master_key_, password, options.user, options.host, options.scrypt_log_n));
  file.expires = options.expires;
  const std::string json = key_file_json(file);
  const Id id = crypto::sha256(as_bytes(json));
  TRY_IN("writing a key", store_.put(context, "keys/" + id.hex(), as_bytes(json), &id));
  return id;
}

Result<void> Repository::remove_key(const Context& context, const Id& id) {
  if (key_id_ == id) {
    return fail(Error(Fault::conflict, "key " + id.brief() + " is the one in use")
                    .with_fix("Open the repository with another key to remove this one."));
  }
  const auto ids = TRY(list_files(context, "keys"));
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
    return fail(Fault::not_found, "no key " + id.brief() + " at " + store_.describe());
  }
  if (ids.size() == 1) {
    return fail(Error(Fault::conflict, "key " + id.brief() + " is the last one: without it nothing can be read")
                    .with_fix("Add another key first."));
  }
  return store_.remove(context, "keys/" + id.hex());
}

}  // namespace tranship::repo
