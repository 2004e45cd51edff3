#include "cli/display/restore_preview.h"

#include <algorithm>
#include <filesystem>

#include "repo/format/tree.h"
#include "repo/read/load_tree.h"

namespace tranship::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kOthersMax = 1000;

class Walk {
 public:
  Walk(const Context& context, repo::Repository& repository, const std::string& target)
      : context_(context), repository_(repository), target_(target) {}

  Result<RestorePreview> run(const Id& tree) {
    TRY(directory(tree, ""));
    return std::move(preview_);
  }

 private:
  Result<void> directory(const Id& tree, const std::string& relative) {
    TRY(context_.check());
    const auto nodes = TRY(repo::load_tree(context_, repository_, tree));
    TRY(look_for_others(nodes, relative));
    for (const repo::Node& node : nodes) {
      const std::string path = relative.empty() ? node.name : relative + "/" + node.name;
      if (node.type == repo::NodeType::directory) TRY(directory(node.subtree, path));
      if (node.type != repo::NodeType::file) continue;
      ++preview_.files;
      preview_.bytes += node.size;
      std::error_code error;
      const fs::path there = target_ / path;
      preview_.there += fs::is_regular_file(fs::symlink_status(there, error)) &&
                        fs::file_size(there, error) == node.size && !error;
    }
    return {};
  }

  // A link in the target is replaced, not followed: nothing behind it is looked at.
  Result<void> look_for_others(const std::vector<repo::Node>& nodes, const std::string& relative) {
    std::error_code error;
    const fs::path here = target_ / relative;
    if (!fs::is_directory(relative.empty() ? fs::status(here, error) : fs::symlink_status(here, error))) return {};
    fs::directory_iterator at(here, error);
    if (error) return fail(Fault::permanent, "list " + here.string() + ": " + error.message());
    for (const fs::directory_iterator end; at != end; at.increment(error)) {
      const std::string name = at->path().filename().string();
      if (relative.empty() && name == "lost+found") continue;
      if (relative.empty()) preview_.target_empty = false;
      const auto before = [](const repo::Node& node, const std::string& wanted) { return node.name < wanted; };
      const auto known = std::lower_bound(nodes.begin(), nodes.end(), name, before);
      if (known != nodes.end() && known->name == name) continue;
      ++preview_.others_count;
      if (preview_.others.size() >= kOthersMax) continue;
      preview_.others.push_back(relative.empty() ? name : relative + "/" + name);
    }
    return {};
  }

  const Context& context_;
  repo::Repository& repository_;
  const fs::path target_;
  RestorePreview preview_;
};

}  // namespace

Result<RestorePreview> preview_restore(const Context& context, repo::Repository& repository, const Id& tree,
                                       const std::string& target) {
  return Walk(context, repository, target).run(tree);
}

}  // namespace tranship::cli
