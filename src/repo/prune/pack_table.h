#pragma once
// What a prune knows of each pack, and what becomes of it.

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "repo/format/index.h"
#include "repo/prune/reachable.h"

namespace tranship::repo {

enum class Fate : std::uint8_t {
  keep,
  busy,    // nothing needs it, but whoever just wrote it may be about to
  copy,    // its needed blobs are copied, then it is marked
  mark,    // nothing needs it
  wait,    // marked already
  revive,  // marked, and needed after all
  remove,
};

struct PackState {
  Id id;
  std::uint64_t size = 0;
  std::uint64_t needed_bytes = 0;  // of its blobs; each blob counts in one pack only
  bool data = false, trees = false;
  bool missing = false;             // not in the store
  bool twice = false;               // several index files list it
  bool listed = false;              // an index file lists it
  bool settled = true;              // not listed by somebody who may still be writing
  std::optional<std::int64_t> marked_ns;  // every listing is marked: the latest
  Fate fate = Fate::keep;
};

class PackTable {
 public:
  // `settled` says whether what is in this index file is no unfinished backup's.
  PackTable(const Index& index, const Reachable& reachable, const std::vector<bool>& settled_files);

  std::vector<PackState>& packs() { return packs_; }
  PackState* find(const Id& pack);
  // The pack of an entry; nothing for those of packs that came after the table was made.
  PackState* of_entry(std::uint32_t entry);

 private:
  std::vector<PackState> packs_;
  std::unordered_map<Id, std::uint32_t> numbers_;
  struct Stretch {
    std::uint32_t first, count, pack;  // entries of one listing
  };
  std::vector<Stretch> stretches_;  // ascending
};

}  // namespace tranship::repo
