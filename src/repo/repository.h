#pragma once
// A repository in restic's format, version 2 (docs/format/repository.md): opened with a password or the master key
// itself. The object is thread-safe; it keeps the store and the index of all blobs.
//
// Order that keeps it whole: packs are durable before the index that lists them, indexes before the snapshot. Readers
// list snapshots before they load indexes. Nothing but keys and snapshot files is removed here; the rest is a prune's
// (repo/prune).

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/context.h"
#include "base/id.h"
#include "base/secret.h"
#include "crypto/seal.h"
#include "repo/format/index.h"
#include "repo/format/snapshot.h"
#include "store/store.h"

namespace tranship::repo {

struct Config {
  int version = 2;
  std::string id;                       // 64 hexadecimal digits
  std::uint64_t chunker_polynomial = 0;  // irreducible, degree 53
};

struct KeyInfo {
  Id id;
  std::string user;
  std::string host;
  std::string created;  // RFC 3339
  std::string expires;  // RFC 3339; empty: never
  bool current = false;  // the one this repository was opened with
};

struct InitOptions {
  // 0: a random irreducible one. Given: to deduplicate against another repository.
  std::uint64_t chunker_polynomial = 0;
  // scrypt cost; 0: calibrated to about half a second. Tests use the least, 10.
  int scrypt_log_n = 0;
};

struct KeyOptions {
  std::string user, host;  // whose it is, for people
  std::string expires;     // RFC 3339; empty: never
  int scrypt_log_n = 0;    // as in InitOptions. A random password of 256 bits needs no more than the least
};

class Repository {
 public:
  // Fault::conflict (code "repository.exists") when there is a repository already, or another was faster: of several at
  // once one succeeds (see Store::create). What one that ended early has left is used.
  static Result<std::unique_ptr<Repository>> init(const Context& context, store::Store& store,
                                                  const Secret& password, const InitOptions& options = {});
  // Fault::not_found: no repository there. Fault::auth: no key fits the password (code
  // "repository.password"), or the one that does has ended ("repository.key-expired").
  static Result<std::unique_ptr<Repository>> open(const Context& context, store::Store& store,
                                                  const Secret& password);
  // Without a key file and its scrypt: for movers, which get the key in their task.
  static Result<std::unique_ptr<Repository>> open(const Context& context, store::Store& store,
                                                  const crypto::SealKey& master_key);

  const Config& config() const { return config_; }
  const crypto::SealKey& master_key() const { return master_key_; }
  store::Store& store() const { return store_; }
  Index& index() { return index_; }

  // Reads every index file not read yet, and forgets those that are gone. Call before anything that looks blobs up,
  // and by writers after they took the lock. It is complete also while a prune exchanges index files.
  // Damaged index files are an error, or are passed over and told in `damaged` when it is given.
  Result<void> load_index(const Context& context, std::vector<Error>* damaged = nullptr);

  // Writes an index file of packs that are in the store and in index() already. Without notes: written now.
  Result<Id> save_index(const Context& context, const std::vector<PackEntry>& packs);
  Result<Id> save_index(const Context& context, const std::vector<PackEntry>& packs, const IndexNotes& notes);

  Result<std::vector<Snapshot>> list_snapshots(const Context& context);  // oldest first
  // By id, unique prefix of one, or "latest". Fault::not_found lists what there is.
  Result<Snapshot> find_snapshot(const Context& context, std::string_view name);
  Result<Id> save_snapshot(const Context& context, const Snapshot& snapshot);
  // Forgets it: what only it needs stays until a prune. Succeeds when it is not there. Hold the lock.
  Result<void> remove_snapshot(const Context& context, const Id& id);

  Result<std::vector<KeyInfo>> list_keys(const Context& context);
  Result<Id> add_key(const Context& context, const Secret& password, const KeyOptions& options);
  // Fault::conflict for the key in use.
  Result<void> remove_key(const Context& context, const Id& id);

  // Sealed, compressed JSON files (index, snapshot, lock): written under folder/<sha256 of the stored bytes>.
  Result<Id> save_file(const Context& context, const std::string& folder, std::string_view json);
  // Plain text of such a file; checks its name against its bytes (Fault::corrupt).
  Result<std::string> load_file(const Context& context, const std::string& folder, const Id& id);

  // The ids of the files in a folder ("index", "snapshots", "locks", "keys"), sorted; other files are passed over.
  Result<std::vector<Id>> list_files(const Context& context, const std::string& folder);

  // The plain bytes of one blob, checked against its id; Fault::corrupt names pack and blob, not_found when no
  // index lists it. Reads a range of the pack. For many blobs use restore_tree or BlobReader.
  Result<Bytes> load_blob(const Context& context, BlobType type, const Id& id);

 private:
  Repository(store::Store& store, crypto::SealKey master_key, Config config)
      : store_(store), master_key_(master_key), config_(std::move(config)) {}

  store::Store& store_;
  crypto::SealKey master_key_;
  Config config_;
  std::optional<Id> key_id_;
  Index index_;
  std::mutex index_mutex_;     // for the next: one load_index at a time
  std::set<Id> indexes_read_;  // index files whose packs index_ holds

  // Reads these; those that turned out to be gone, or damaged and told in `damaged`, come back in `passed_over`.
  Result<void> read_indexes(const Context& context, const std::vector<Id>& files, std::vector<Error>* damaged,
                            std::set<Id>& passed_over);
};

}  // namespace tranship::repo
