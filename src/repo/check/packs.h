#pragma once
// The part of a check that looks at packs: are they there, have they their size, and (when data is read) is every byte
// what it should be.

#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "repo/check/check.h"
#include "repo/format/pack.h"

namespace tranship::repo {

// Thread-safe. Keeps the first ten thousand: nobody reads more.
class FindingList {
 public:
  void damage(std::string what) { add(CheckFinding::Kind::damage, std::move(what)); }
  void hint(std::string what) { add(CheckFinding::Kind::hint, std::move(what)); }
  std::vector<CheckFinding> take();  // damage first

 private:
  void add(CheckFinding::Kind kind, std::string what);
  std::mutex mutex_;
  std::vector<CheckFinding> list_;
};

class PackCheck {
 public:
  PackCheck(const Context& context, Repository& repository, const CheckOptions& options, FindingList& findings,
            Progress& progress);

  // Index against the store's list: missing packs, wrong sizes, packs no index knows.
  Result<void> compare_with_store();
  // Every pack once: name, header, and each blob's MAC, decompression and id.
  Result<void> read();

  std::uint64_t count() const { return packs_.size(); }
  // Whether this blob cannot be read, as far as the check has found out.
  bool lost(const Id& blob, const BlobLocation& location) const;

 private:
  struct Pack {
    PackEntry entry;
    std::uint64_t size = 0;  // in the store; 0: missing
  };
  struct Worker;

  void look_at(const Pack& pack);
  Result<void> read_pack(Worker& worker, const Pack& pack);
  Result<void> read_once(Worker& worker, const Pack& pack);
  Result<void> read_stretch(Worker& worker, const Pack& pack, std::size_t first, std::size_t last);
  Result<void> read_header(Worker& worker, const Pack& pack, std::uint64_t begin);
  Result<bool> get(Worker& worker, const Pack& pack, std::uint64_t begin, std::uint64_t end);

  const Context& context_;
  Repository& repository_;
  const CheckOptions& options_;
  FindingList& findings_;
  Progress& progress_;
  std::vector<Pack> packs_;
  std::unordered_map<Id, std::uint64_t> sizes_;  // of the packs that are short or missing
  std::mutex lost_mutex_;
  std::unordered_set<Id> lost_blobs_;
};

}  // namespace tranship::repo
