#pragma once
// Writing a tree of a repository to a directory, or a block file to a device. Each pack is read once, in large
// ranges; every blob is checked against its id before it is written.

#include <string>
#include <vector>

#include "repo/format/tree.h"
#include "repo/progress.h"
#include "repo/repository.h"

namespace tranship::repo {

struct RestoreOptions {
  int threads = 0;  // 0: one per core, at most 4
  // Files that are there with the right size and content are kept (a restore that goes on after a crash); anything
  // else of that name is replaced. Without it, a directory that is not empty is Fault::conflict.
  bool resume = false;
  // Removes what the tree does not have.
  bool remove_others = false;
  bool sparse = true;      // runs of zeros become holes
  bool ownership = true;   // uid and gid (needs root)
  bool sync = true;        // what was written is on disk before returning
  // Metadata to give the directory itself (a volume's root): owner, mode, times, attributes. Null: left as it is.
  const Node* directory = nullptr;
};

struct RestoreResult {
  std::uint64_t files = 0, bytes = 0, files_kept = 0;
  std::vector<std::string> failed;  // paths with the reason; not empty means the restore is not whole
};

// Names in the tree can never lead out of `path`: every component is opened relative to its directory without
// following links. Fault::permanent with code "volume.full" when the target has no room.
Result<RestoreResult> restore_tree(const Context& context, Repository& repository, const Id& tree,
                                   const std::string& path, const RestoreOptions& options, Progress& progress);
Result<RestoreResult> restore_block(const Context& context, Repository& repository, const Node& file,
                                    const std::string& device, const RestoreOptions& options, Progress& progress);

}  // namespace tranship::repo
