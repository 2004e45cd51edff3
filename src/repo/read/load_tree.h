#pragma once
// Single nodes of stored trees: found by their path, listed, read whole. For all of a tree there is TreeSource.

#include <string>
#include <string_view>
#include <vector>

#include "repo/format/tree.h"
#include "repo/repository.h"

namespace tranship::repo {

Result<std::vector<Node>> load_tree(const Context& context, Repository& repository, const Id& tree);
// Follows path components from `root`. Fault::not_found with the component that is missing.
Result<Node> find_node(const Context& context, Repository& repository, const Id& root, std::string_view path);
// The whole content of a small file node (at most bytes_max).
Result<std::string> load_file(const Context& context, Repository& repository, const Node& node,
                              std::size_t bytes_max = 64u << 20);

}  // namespace tranship::repo
