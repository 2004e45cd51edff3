#pragma once
// New index files for what became of the packs, and the old ones gone: first all new ones, then, one by one, those that
// they replace. Whoever reads in between finds a pack twice, never not at all.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/context.h"
#include "repo/prune/pack_table.h"
#include "repo/repository.h"

namespace tranship::repo {

class IndexExchange {
 public:
  // `repository`: its index as it was read for this prune, and nothing but prunes may remove index files of it.
  IndexExchange(Repository& repository, PackTable& table) : repository_(repository), table_(table) {}

  // By the fate of every pack; packs to mark get this time. Copied packs are marked, or removed with `remove_copied`.
  Result<void> write(const Context& context, std::int64_t mark_ns, bool remove_copied);
  // What write() replaced.
  Result<void> remove_old(const Context& context);
  // Lists packs again that write() left out: unmarked, or with their mark.
  Result<void> write_again(const Context& context, const std::vector<const PackState*>& packs, bool marked);

 private:
  // Packs of one kind on their way into index files.
  struct Bucket {
    IndexNotes notes;
    std::vector<PackEntry> packs;
    std::size_t blobs = 0;
  };
  void find_replaced();
  Result<void> put(const Context& context, Bucket& bucket, const PackEntry& pack);
  Result<void> save(const Context& context, Bucket& bucket);
  Bucket* bucket_for(const PackState& pack, const IndexNotes& source, std::int64_t mark_ns, bool remove_copied);

  Repository& repository_;
  PackTable& table_;
  std::vector<bool> replaced_;  // by the number of the file
  // By the time of the mark (0: not marked), and whether the time of writing is known.
  std::map<std::pair<std::int64_t, bool>, Bucket> buckets_;
};

}  // namespace tranship::repo
