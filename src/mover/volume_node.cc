// The coordinator's side of a backup's result.

#include "mover/run.h"
#include "repo/read/load_tree.h"

namespace tranship::mover {

Result<repo::Node> volume_node(const Context& context, repo::Repository& repository, const ResultLine& result) {
  if (result.node) return *result.node;
  if (result.node_tree.empty()) return fail(Fault::corrupt, "the mover's result does not say what it stored");
  TRY(repository.load_index(context));
  auto nodes = TRY(repo::load_tree(context, repository, result.node_tree));
  if (nodes.size() != 1) return fail(Fault::corrupt, "the mover's tree holds something else than the volume");
  nodes[0].name.clear();
  return std::move(nodes[0]);
}

}  // namespace tranship::mover
