// Reading trees: strict about what could do harm (names, types, order), lenient about members it does not know.

#include <simdjson.h>

#include "repo/format/go_text.h"
#include "repo/format/tree.h"
#include "repo/format/tree_text.h"

namespace tranship::repo {
namespace {

// The DOM interface, because it chooses the CPU's kernel at run time; the on-demand one does so when compiled.
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::uint32_t kGoSetuid = 1u << 23;
constexpr std::uint32_t kGoSetgid = 1u << 22;
constexpr std::uint32_t kGoSticky = 1u << 20;

// What is wrong, without the decision: that is the caller's.
struct Problem {
  std::string what;
};
using Outcome = std::expected<void, Problem>;

std::unexpected<Problem> problem(std::string what) { return std::unexpected(Problem{std::move(what)}); }

#define READ(target, expression)                                                              \
  do {                                                                                        \
    if (const auto code = (expression).get(target)) return problem(simdjson::error_message(code)); \
  } while (false)

std::optional<NodeType> node_type(std::string_view name) {
  if (name == "file") return NodeType::file;
  if (name == "dir") return NodeType::directory;
  if (name == "symlink") return NodeType::symlink;
  if (name == "dev") return NodeType::block_device;
  if (name == "chardev") return NodeType::character_device;
  if (name == "fifo") return NodeType::fifo;
  if (name == "socket") return NodeType::socket;
  return std::nullopt;
}

Outcome read_id(element from, Id& out) {
  std::string_view text;
  READ(text, from.get_string());
  const auto id = Id::parse(text);
  if (!id) return problem("'" + std::string(text) + "' is not an id");
  out = *id;
  return {};
}

Outcome read_content(element from, Node& node) {
  if (from.is_null()) return {};
  simdjson::dom::array list;
  READ(list, from.get_array());
  node.content.reserve(list.size());
  for (const element item : list) {
    Id id;
    if (auto done = read_id(item, id); !done) return done;
    node.content.push_back(id);
  }
  return {};
}

Outcome read_text(element from, std::string& out) {
  std::string_view text;
  READ(text, from.get_string());
  out = text;
  return {};
}

Outcome read_base64(element from, std::string& out) {
  std::string_view text;
  READ(text, from.get_string());
  const auto bytes = from_base64(text);
  if (!bytes) return problem("bytes that are not base64");
  out.assign(bytes->begin(), bytes->end());
  return {};
}

Outcome read_attributes(element from, Node& node) {
  if (from.is_null()) return {};
  simdjson::dom::array list;
  READ(list, from.get_array());
  for (const element item : list) {
    object members;
    READ(members, item.get_object());
    ExtendedAttribute attribute;
    for (const auto& [key, content] : members) {
      Outcome done;
      if (key == "name") done = read_text(content, attribute.name);
      if (key == "value" && !content.is_null()) done = read_base64(content, attribute.value);
      if (!done) return done;
    }
    node.extended_attributes.push_back(std::move(attribute));
  }
  return {};
}

Outcome read_time(element from, std::int64_t& out) {
  std::string_view text;
  READ(text, from.get_string());
  const auto time = parse_json_time(text);
  if (!time) return problem("'" + std::string(text) + "' is not a time");
  out = *time;
  return {};
}

template <class Number>
Outcome read_number(element from, Number& out) {
  std::uint64_t number = 0;
  READ(number, from.get_uint64());
  if (number > std::numeric_limits<Number>::max()) return problem("number too large");
  out = static_cast<Number>(number);
  return {};
}

Outcome read_name(element from, Node& node) {
  std::string_view quoted;
  READ(quoted, from.get_string());
  auto name = unquote_name(quoted);
  if (!name) return problem("a name that is not quoted rightly");
  const bool unsafe = name->empty() || *name == "." || *name == ".." ||
                      name->find('/') != std::string::npos || name->find('\0') != std::string::npos;
  if (unsafe) return problem("the unsafe name '" + std::string(quoted) + "'");
  node.name = std::move(*name);
  return {};
}

Outcome read_mode(element from, Node& node) {
  std::uint32_t mode = 0;
  if (auto done = read_number(from, mode); !done) return done;
  node.mode = mode & 0777;
  if (mode & kGoSetuid) node.mode |= 04000;
  if (mode & kGoSetgid) node.mode |= 02000;
  if (mode & kGoSticky) node.mode |= 01000;
  return {};
}

Outcome read_type(element from, Node& node, bool& has_type) {
  std::string_view text;
  READ(text, from.get_string());
  const auto type = node_type(text);
  if (!type) return problem("the unknown type '" + std::string(text) + "'");
  node.type = *type;
  has_type = true;
  return {};
}

Outcome read_member(std::string_view key, element from, Node& node, bool& has_type) {
  if (key == "name") return read_name(from, node);
  if (key == "type") return read_type(from, node, has_type);
  if (key == "mode") return read_mode(from, node);
  if (key == "mtime") return read_time(from, node.mtime_ns);
  if (key == "atime") return read_time(from, node.atime_ns);
  if (key == "ctime") return read_time(from, node.ctime_ns);
  if (key == "uid") return read_number(from, node.uid);
  if (key == "gid") return read_number(from, node.gid);
  if (key == "user") return read_text(from, node.user);
  if (key == "group") return read_text(from, node.group);
  if (key == "inode") return read_number(from, node.inode);
  if (key == "device_id") return read_number(from, node.device_id);
  if (key == "size") return read_number(from, node.size);
  if (key == "links") return read_number(from, node.links);
  if (key == "linktarget") return node.link_target.empty() ? read_text(from, node.link_target) : Outcome{};
  if (key == "linktarget_raw") return read_base64(from, node.link_target);
  if (key == "extended_attributes") return read_attributes(from, node);
  if (key == "device") return read_number(from, node.device);
  if (key == "content") return read_content(from, node);
  if (key == "subtree") return read_id(from, node.subtree);
  return {};
}

Outcome read_node(object members, Node& node) {
  bool has_type = false;
  for (const auto& [key, from] : members) {
    if (auto done = read_member(key, from, node, has_type); !done) {
      return problem((node.name.empty() ? "" : "'" + node.name + "': ") + done.error().what);
    }
  }
  if (node.name.empty()) return problem("a node without a name");
  if (!has_type) return problem("'" + node.name + "' has no type");
  if (node.type == NodeType::directory && node.subtree.empty()) {
    return problem("directory '" + node.name + "' has no tree");
  }
  return {};
}

Outcome check_order(const std::string& before, const std::string& name) {
  if (before < name) return {};
  return problem("'" + name + (before == name ? "' there twice" : "' out of order"));
}

Outcome read_nodes(element from, std::vector<Node>& nodes) {
  if (from.is_null()) return {};
  simdjson::dom::array list;
  READ(list, from.get_array());
  nodes.reserve(list.size());
  for (const element item : list) {
    object members;
    READ(members, item.get_object());
    Node node;
    if (auto done = read_node(members, node); !done) return done;
    if (!nodes.empty()) {
      if (auto done = check_order(nodes.back().name, node.name); !done) return done;
    }
    nodes.push_back(std::move(node));
  }
  return {};
}

Outcome read_document(element document, std::vector<Node>& nodes) {
  object members;
  READ(members, document.get_object());
  bool has_nodes = false;
  for (const auto& [key, from] : members) {
    if (key != "nodes") continue;
    if (has_nodes) return problem("two lists of nodes");
    has_nodes = true;
    if (auto done = read_nodes(from, nodes); !done) return done;
  }
  return has_nodes ? Outcome{} : problem("no list of nodes");
}

Outcome read_one_node(simdjson::dom::parser& parser, std::string_view json, Node& node) {
  object members;
  READ(members, parser.parse(json.data(), json.size()).get_object());
  return read_node(members, node);
}

#undef READ

}  // namespace

Result<std::vector<Node>> parse_tree(std::string_view json) {
  simdjson::dom::parser parser;
  element document;
  std::vector<Node> nodes;
  // simdjson copies from where an empty text is, which may be nowhere.
  if (json.empty()) return fail(Fault::corrupt, "an empty tree");
  if (const auto code = parser.parse(json.data(), json.size()).get(document)) {
    return fail(Fault::corrupt, std::string("a tree that is not JSON: ") + simdjson::error_message(code));
  }
  if (const auto done = read_document(document, nodes); !done) {
    return fail(Fault::corrupt, "a tree with " + done.error().what);
  }
  return nodes;
}

struct TreeCursor::State {
  Bytes json;
  std::size_t at = 0;  // in the text, or in the list below
  std::size_t count = 0;
  simdjson::dom::parser parser;
  std::string before;  // the last node's name
  // All of a text that is not in the form restic and we write.
  std::optional<std::vector<Node>> nodes;

  // The text of the next node; empty at the end, nothing where the text is of another form.
  std::optional<std::string_view> next_text() {
    const std::string_view text = as_text(json);
    if (!text.starts_with(kTreeBegin) || !text.ends_with(kTreeEnd)) return std::nullopt;
    const std::size_t last = text.size() - kTreeEnd.size();
    if (at == 0) at = kTreeBegin.size();
    if (at >= last) return "";
    if (text[at] != '{') return std::nullopt;  // white space, for one
    const std::size_t begin = at, end = find_node_end(text.substr(0, last), begin);
    if (end > last || (end < last && (text[end] != ',' || end + 1 == last))) return std::nullopt;
    at = end + 1;
    return text.substr(begin, end - begin);
  }
};

TreeCursor::TreeCursor(Bytes json) : state_(std::make_unique<State>()) { state_->json = std::move(json); }
TreeCursor::~TreeCursor() = default;
TreeCursor::TreeCursor(TreeCursor&&) noexcept = default;
TreeCursor& TreeCursor::operator=(TreeCursor&&) noexcept = default;

Result<bool> TreeCursor::next(Node& node) {
  State& state = *state_;
  if (!state.nodes) {
    const auto text = state.next_text();
    if (text && text->empty()) return false;
    if (text) {
      node = Node();
      auto done = read_one_node(state.parser, *text, node);
      if (done && state.count > 0) done = check_order(state.before, node.name);
      if (!done) return fail(Fault::corrupt, "a tree with " + done.error().what);
      state.before = node.name;
      ++state.count;
      return true;
    }
    state.nodes = TRY(parse_tree(as_text(state.json)));
    state.at = state.count;
  }
  if (state.at >= state.nodes->size()) return false;
  node = std::move((*state.nodes)[state.at++]);
  return true;
}

}  // namespace tranship::repo
