#pragma once
// Loads trees one after the other for a walk over a snapshot. Trees that a walk needs lie near each other in a few
// packs, so windows of those are kept: one request for many trees.

#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "repo/format/pack.h"
#include "repo/format/tree.h"
#include "repo/repository.h"

namespace tranship::repo {

// Not thread-safe: one per walking thread. Keeps at most 16 MiB (more for a tree that is larger by itself). Trees in
// packs that the index gets later are found too, without windows.
class TreeSource {
 public:
  explicit TreeSource(Repository& repository);

  // Fault::corrupt: damaged, missing or in no index; names pack and tree.
  Result<std::vector<Node>> load(const Context& context, const Id& tree);
  // The same as text, checked against its id and nothing else.
  Result<Bytes> load_text(const Context& context, const Id& tree);
  std::uint64_t bytes_fetched() const { return bytes_fetched_; }

 private:
  struct Window {
    Id pack;
    std::uint32_t offset = 0;
    Bytes sealed;
  };
  Window* window_of(const Context& context, const BlobLocation& location);
  // The plain bytes: in `out`, or in sealed_ when the blob is stored raw.
  Result<ByteView> open(const Context& context, const Id& tree, const BlobLocation& location, Bytes& out);

  Repository& repository_;
  BlobOpener opener_;
  std::unordered_map<Id, std::uint32_t> tree_packs_;  // end of the last tree in each
  std::list<Window> windows_;                         // used last, first
  Bytes sealed_;
  std::uint64_t bytes_fetched_ = 0;
};

}  // namespace tranship::repo
