#include "repo/prune/reachable.h"

#include "repo/format/tree.h"
#include "repo/read/tree_source.h"

namespace tranship::repo {

Result<void> Reachable::add(const Context& context, std::span<const Snapshot> snapshots, Progress& progress) {
  TreeSource trees(repository_);
  for (const Snapshot& snapshot : snapshots) {
    open_ = {snapshot.tree};
    while (!open_.empty()) {
      TRY(context.check());
      const Id tree = open_.back();
      open_.pop_back();
      if (!TRY_IN("snapshot " + snapshot.id.brief(), need(BlobType::tree, tree))) continue;
      auto done = follow(context, trees, tree);
      if (!done) return fail(std::move(done).error().in("snapshot " + snapshot.id.brief()));
      ++progress.files_done;
    }
  }
  return {};
}

// Node by node: the nodes of a large directory would take more memory than all else.
Result<void> Reachable::follow(const Context& context, TreeSource& trees, const Id& tree) {
  TreeCursor cursor(TRY(trees.load_text(context, tree)));
  for (Node node; TRY_IN("tree " + tree.hex(), cursor.next(node));) {
    if (node.type == NodeType::directory) open_.push_back(node.subtree);
    if (node.type != NodeType::file) continue;
    for (const Id& id : node.content) TRY(need(BlobType::data, id));
  }
  return {};
}

// Whether it was not needed yet.
Result<bool> Reachable::need(BlobType type, const Id& id) {
  const auto entry = repository_.index().entry_of(type, id);
  if (!entry) {
    return fail(Error(Fault::corrupt, (type == BlobType::tree ? "tree " : "blob ") + id.hex() + " is in no index")
                    .with_code("repository.damaged")
                    .with_fix("Nothing was removed. 'tranship repository check' tells all that is damaged."));
  }
  if (*entry >= needed_.size()) needed_.resize(std::max(*entry + 1, repository_.index().entry_count()));
  if (needed_[*entry]) return false;
  needed_[*entry] = true;
  if (keeps_new_) new_.push_back(*entry);
  return true;
}

}  // namespace tranship::repo
