#include "repo/read/load_tree.h"

namespace tranship::repo {

Result<std::vector<Node>> load_tree(const Context& context, Repository& repository, const Id& tree) {
  const Bytes json = TRY_IN("tree " + tree.brief(), repository.load_blob(context, BlobType::tree, tree));
  return TRY_IN("tree " + tree.brief(), parse_tree(as_text(json)));
}

Result<Node> find_node(const Context& context, Repository& repository, const Id& root, std::string_view path) {
  Node here;
  here.type = NodeType::directory;
  here.subtree = root;
  std::string walked;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (name.empty()) continue;
    if (here.type != NodeType::directory) return fail(Fault::not_found, "'" + walked + "' is not a directory");
    walked += "/" + std::string(name);
    auto nodes = TRY(load_tree(context, repository, here.subtree));
    Node* found = nullptr;
    for (Node& node : nodes) {
      if (node.name == name) found = &node;
    }
    if (found == nullptr) return fail(Fault::not_found, "there is no '" + walked + "' in this snapshot");
    here = std::move(*found);
  }
  return here;
}

Result<std::string> load_file(const Context& context, Repository& repository, const Node& node,
                              std::size_t bytes_max) {
  if (node.type != NodeType::file) return fail(Fault::invalid, "'" + node.name + "' is not a file");
  const auto too_large = [&] {
    return fail(Fault::invalid, "'" + node.name + "' is larger than " + std::to_string(bytes_max) + " bytes");
  };
  if (node.size > bytes_max) return too_large();
  std::string content;
  for (const Id& id : node.content) {
    const Bytes piece = TRY_IN("'" + node.name + "'", repository.load_blob(context, BlobType::data, id));
    if (piece.size() > bytes_max - content.size()) return too_large();
    content += as_text(piece);
  }
  return content;
}

}  // namespace tranship::repo
