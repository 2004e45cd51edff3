#include "repo/format/tree_text.h"

#include <algorithm>
#include <cassert>

#include "repo/format/go_text.h"

namespace tranship::repo {
namespace {

// Bits of Go's os.FileMode, which restic stores instead of st_mode.
constexpr std::uint32_t kGoDirectory = 1u << 31;
constexpr std::uint32_t kGoSymlink = 1u << 27;
constexpr std::uint32_t kGoDevice = 1u << 26;
constexpr std::uint32_t kGoFifo = 1u << 25;
constexpr std::uint32_t kGoSocket = 1u << 24;
constexpr std::uint32_t kGoSetuid = 1u << 23;
constexpr std::uint32_t kGoSetgid = 1u << 22;
constexpr std::uint32_t kGoCharacter = 1u << 21;
constexpr std::uint32_t kGoSticky = 1u << 20;

struct TypeText {
  std::string_view name;
  std::uint32_t go_mode;
};

TypeText type_text(NodeType type) {
  switch (type) {
    case NodeType::file: return {"file", 0};
    case NodeType::directory: return {"dir", kGoDirectory};
    case NodeType::symlink: return {"symlink", kGoSymlink};
    case NodeType::block_device: return {"dev", kGoDevice};
    case NodeType::character_device: return {"chardev", kGoDevice | kGoCharacter};
    case NodeType::fifo: return {"fifo", kGoFifo};
    case NodeType::socket: return {"socket", kGoSocket};
  }
  return {};
}

std::uint32_t go_mode(const Node& node) {
  std::uint32_t mode = type_text(node.type).go_mode | (node.mode & 0777);
  if (node.mode & 04000) mode |= kGoSetuid;
  if (node.mode & 02000) mode |= kGoSetgid;
  if (node.mode & 01000) mode |= kGoSticky;
  return mode;
}

void append_member(std::string& out, std::string_view name, std::uint64_t value) {
  out += ",\"";
  out += name;
  out += "\":";
  append_number(out, value);
}

void append_optional(std::string& out, std::string_view name, std::uint64_t value) {
  if (value != 0) append_member(out, name, value);
}

void append_optional(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ",\"";
  out += name;
  out += "\":";
  append_json_string(out, value);
}

void append_id(std::string& out, const Id& id) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  char text[66];
  char* at = text;
  *at++ = '"';
  for (const std::uint8_t byte : id.bytes) {
    *at++ = kDigits[byte >> 4];
    *at++ = kDigits[byte & 15];
  }
  *at = '"';
  out.append(text, sizeof text);
}

}  // namespace

void append_node_status(std::string& out, const Node& node) {
  out += "{\"name\":";
  append_json_name(out, node.name);
  out += ",\"type\":\"";
  out += type_text(node.type).name;
  out += '"';
  append_optional(out, "mode", go_mode(node));
  out += ",\"mtime\":";
  append_json_time(out, node.mtime_ns);
  out += ",\"atime\":";
  append_json_time(out, node.atime_ns);
  out += ",\"ctime\":";
  append_json_time(out, node.ctime_ns);
  append_member(out, "uid", node.uid);
  append_member(out, "gid", node.gid);
  append_optional(out, "user", node.user);
  append_optional(out, "group", node.group);
  append_optional(out, "inode", node.inode);
  append_optional(out, "device_id", node.device_id);
  append_optional(out, "size", node.size);
  append_optional(out, "links", node.links);
}

void append_node_details(std::string& out, const Node& node) {
  append_optional(out, "linktarget", node.link_target);
  if (!is_valid_utf8(node.link_target)) {
    out += ",\"linktarget_raw\":\"" + to_base64(as_bytes(node.link_target)) + "\"";
  }
  if (!node.extended_attributes.empty()) {
    out += ",\"extended_attributes\":[";
    for (std::size_t i = 0; i < node.extended_attributes.size(); ++i) {
      out += i == 0 ? "{\"name\":" : ",{\"name\":";
      append_json_string(out, node.extended_attributes[i].name);
      out += ",\"value\":\"" + to_base64(as_bytes(node.extended_attributes[i].value)) + "\"}";
    }
    out += ']';
  }
  append_optional(out, "device", node.device);
}

void append_node_content(std::string& out, const Node& node) {
  if (node.type == NodeType::file) {
    out += ",\"content\":[";
    for (std::size_t i = 0; i < node.content.size(); ++i) {
      if (i != 0) out += ',';
      append_id(out, node.content[i]);
    }
    out += "]}";
    return;
  }
  out += ",\"content\":null";
  if (node.type == NodeType::directory) {
    out += ",\"subtree\":";
    append_id(out, node.subtree);
  }
  out += '}';
}

std::string tree_json(const std::vector<Node>& nodes) {
  std::string out(kTreeBegin);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    assert(i == 0 || nodes[i - 1].name < nodes[i].name);
    if (i != 0) out += ',';
    append_node(out, nodes[i]);
  }
  out += kTreeEnd;
  return out;
}

std::size_t find_node_end(std::string_view tree, std::size_t at) {
  int depth = 0;
  do {
    if (at >= tree.size()) return std::string_view::npos;
    const char c = tree[at++];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c != '"') continue;
    while (at < tree.size() && tree[at] != '"') at += tree[at] == '\\' ? 2 : 1;
    ++at;
  } while (depth > 0);
  return at;
}

std::vector<std::string_view> split_tree(std::string_view tree) {
  std::vector<std::string_view> nodes;
  if (!tree.starts_with(kTreeBegin) || !tree.ends_with(kTreeEnd)) return nodes;
  const std::size_t last = tree.size() - kTreeEnd.size();
  std::size_t at = kTreeBegin.size();
  while (at < last) {
    const std::size_t end = find_node_end(tree.substr(0, last), at);
    if (end > last) return {};
    nodes.push_back(tree.substr(at, end - at));
    at = end;
    if (at < last && tree[at++] != ',') return {};
  }
  return nodes;
}

std::string_view raw_name(std::string_view node) {
  constexpr std::string_view kBegin = "{\"name\":\"";
  if (!node.starts_with(kBegin)) return {};
  node.remove_prefix(kBegin.size());
  std::size_t end = 0;
  while (end < node.size() && node[end] != '"') end += node[end] == '\\' ? 2 : 1;
  return end < node.size() ? node.substr(0, end) : std::string_view();
}

}  // namespace tranship::repo
