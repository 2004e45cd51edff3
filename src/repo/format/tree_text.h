#pragma once
// The text of tree nodes, in parts: a backup compares the parts that tell whether a file changed with those of the
// parent's tree and takes the rest from there, without making it anew.

#include <string>
#include <string_view>
#include <vector>

#include "repo/format/tree.h"

namespace tranship::repo {

inline constexpr std::string_view kTreeBegin = "{\"nodes\":[";
inline constexpr std::string_view kTreeEnd = "]}\n";

// "{"name": ... "links":1": everything that stat() tells. The members after it can only differ when ctime does.
void append_node_status(std::string& out, const Node& node);
// Link target, extended attributes, device: what takes further system calls to know.
void append_node_details(std::string& out, const Node& node);
// ,"content":[...] or null, the sub-tree, and the end of the node.
void append_node_content(std::string& out, const Node& node);

inline void append_node(std::string& out, const Node& node) {
  append_node_status(out, node);
  append_node_details(out, node);
  append_node_content(out, node);
}

// The end of the node that begins at `at`; npos when the text ends before. Looks at nothing but brackets and strings.
std::size_t find_node_end(std::string_view tree, std::size_t at);
// The nodes of a tree's text as restic and we write it, without parsing them: views into `tree`. Empty when the text
// is not of that form (other writers may use white space): parse_tree reads everything.
std::vector<std::string_view> split_tree(std::string_view tree);
// The name in a node's text, still quoted and escaped (`{"name":"NAME"`); empty when the node begins otherwise.
std::string_view raw_name(std::string_view node);

}  // namespace tranship::repo
