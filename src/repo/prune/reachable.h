#pragma once
// Which blobs the snapshots need: one bit for each entry of the index, and trees read one after the other.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "repo/progress.h"
#include "repo/repository.h"

namespace tranship::repo {

// Not thread-safe. Of several copies of a blob one is needed: the one that Index::find answers.
class Reachable {
 public:
  explicit Reachable(Repository& repository) : repository_(repository) {}

  // Follows the trees that no earlier snapshot has. Load the index after the snapshots were listed. Fault::corrupt
  // (code "repository.damaged") names what is in no index.
  Result<void> add(const Context& context, std::span<const Snapshot> snapshots, Progress& progress);

  bool needs(std::uint32_t entry) const { return entry < needed_.size() && needed_[entry]; }
  // The entries that are needed since the last call. Those from before the first are not kept: they are too many.
  std::vector<std::uint32_t> take_new() {
    keeps_new_ = true;
    return std::exchange(new_, {});
  }

 private:
  Result<void> follow(const Context& context, class TreeSource& trees, const Id& tree);
  Result<bool> need(BlobType type, const Id& id);

  Repository& repository_;
  std::vector<bool> needed_;
  std::vector<std::uint32_t> new_;
  bool keeps_new_ = false;
  std::vector<Id> open_;  // trees that are still to be read
};

}  // namespace tranship::repo
