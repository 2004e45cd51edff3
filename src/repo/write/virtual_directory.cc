#include "repo/write/virtual_directory.h"

#include <algorithm>

#include "repo/chunker/chunker.h"
#include "repo/write/writer.h"

namespace tranship::repo {
namespace {

constexpr std::uint32_t kFileMode = 0600;
constexpr std::uint32_t kDirectoryMode = 0700;

Result<Node> save_content(const Context& context, Writer& writer, const std::string& content) {
  Node node;
  node.type = NodeType::file;
  node.mode = kFileMode;
  node.size = content.size();
  node.links = 1;
  // Cut at a fixed length: these files are small, so nothing is gained by content-defined pieces.
  for (ByteView rest = as_bytes(content); !rest.empty();) {
    const ByteView piece = rest.first(std::min(rest.size(), kChunkBytesMax));
    node.content.push_back(TRY(writer.save(context, BlobType::data, piece)));
    rest = rest.subspan(piece.size());
  }
  return node;
}

}  // namespace

// The entry at `path`, with the directories on the way. Path components that are empty or dots are passed over, so no
// unsafe name gets into a tree.
VirtualDirectory::Entry& VirtualDirectory::entry(std::string_view path) {
  Entry* here = &root_;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (name.empty() || name == "." || name == "..") continue;
    here->content.reset();
    here->node.reset();
    here = &here->children[std::string(name)];
  }
  return *here;
}

void VirtualDirectory::add_file(std::string_view path, std::string content) {
  Entry& added = entry(path);
  added = Entry{};
  added.content = std::move(content);
}

void VirtualDirectory::add_node(std::string_view path, Node node) {
  Entry& added = entry(path);
  added = Entry{};
  added.node = std::move(node);
}

Result<Id> VirtualDirectory::save(const Context& context, Writer& writer, std::int64_t time_ns) const {
  return save_entry(context, writer, root_, time_ns);
}

Result<Id> VirtualDirectory::save_entry(const Context& context, Writer& writer, const Entry& directory,
                                        std::int64_t time_ns) {
  std::vector<Node> nodes;
  nodes.reserve(directory.children.size());
  for (const auto& [name, child] : directory.children) {
    Node node;
    if (child.node) {
      node = *child.node;
    } else {
      if (child.content) {
        node = TRY(save_content(context, writer, *child.content));
      } else {
        node.type = NodeType::directory;
        node.mode = kDirectoryMode;
        node.subtree = TRY(save_entry(context, writer, child, time_ns));
      }
      node.mtime_ns = node.atime_ns = node.ctime_ns = time_ns;
    }
    node.name = name;
    nodes.push_back(std::move(node));
  }
  return writer.save(context, BlobType::tree, as_bytes(tree_json(nodes)));
}

}  // namespace tranship::repo
