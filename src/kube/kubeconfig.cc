#include "kube/kubeconfig.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "base/yaml.h"

namespace tranship::kube {
namespace {

// Adds the entries of one file's list ("clusters") that no earlier file has.
Result<void> merge_list(const Json& document, const char* list_name, const char* member,
                        const std::filesystem::path& file, Kubeconfig::Entries& merged) {
  const Json& list = json_at(document, {list_name});
  if (list.is_null()) return {};
  if (!list.is_array()) {
    return fail(Fault::invalid, fmt::format("{}: {} is not a list", file.string(), list_name));
  }
  Kubeconfig::Entries own;
  for (const auto& item : list) {
    const std::string name = json_string(item, {"name"});
    if (name.empty()) {
      return fail(Fault::invalid, fmt::format("{}: an entry of {} has no name", file.string(), list_name));
    }
    const Json& body = json_at(item, {member});
    if (!body.is_object() && !body.is_null()) {
      return fail(Fault::invalid,
                  fmt::format("{}: the {} '{}' is not a map of fields", file.string(), member, name));
    }
    Kubeconfig::Entry entry{body.is_null() ? Json::object() : body, file};
    if (!own.emplace(name, std::move(entry)).second) {
      return fail(Fault::invalid, fmt::format("{}: two {} are named '{}'", file.string(), list_name, name));
    }
  }
  merged.merge(own);
  return {};
}

Result<void> merge_file(const std::filesystem::path& file, std::string_view text, Kubeconfig& merged) {
  const Json document = TRY_IN(file.string(), parse_yaml_document(text));
  if (document.is_null()) return {};
  if (!document.is_object()) {
    return fail(Fault::invalid, file.string() + " is not a kubeconfig: it holds no clusters, users and contexts");
  }
  if (const auto kind = json_string(document, {"kind"}, "Config"); kind != "Config") {
    return fail(Fault::invalid, fmt::format("{} is not a kubeconfig: its kind is {}", file.string(), kind));
  }
  TRY(merge_list(document, "clusters", "cluster", file, merged.clusters));
  TRY(merge_list(document, "users", "user", file, merged.users));
  TRY(merge_list(document, "contexts", "context", file, merged.contexts));
  if (merged.current_context.empty()) merged.current_context = json_string(document, {"current-context"});
  return {};
}

}  // namespace

Result<Kubeconfig> read_kubeconfig(const std::vector<std::string>& files, bool all_must_exist) {
  Kubeconfig merged;
  for (const auto& name : files) {
    const auto file = std::filesystem::absolute(name).lexically_normal();
    const auto text = read_file(file);
    if (!text && text.error().fault() == Fault::not_found) {
      if (!all_must_exist) continue;
      return fail(Error(Fault::not_found, "the kubeconfig " + file.string() + " does not exist")
                      .with_fix("Check the path"));
    }
    if (!text) return fail(Error(text.error()).in("kubeconfig"));
    TRY(merge_file(file, *text, merged));
    merged.files.push_back(file.string());
  }
  return merged;
}

std::vector<std::string> default_kubeconfig_files() {
  const char* value = std::getenv("KUBECONFIG");
  if (value != nullptr && *value != '\0') {
    std::vector<std::string> files;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto colon = rest.find(':');
      std::string file(rest.substr(0, colon));
      if (!file.empty() && std::find(files.begin(), files.end(), file) == files.end()) {
        files.push_back(std::move(file));
      }
      if (colon == std::string_view::npos) break;
      rest.remove_prefix(colon + 1);
    }
    return files;
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  return {std::string(home) + "/.kube/config"};
}

std::string names_of(const Kubeconfig::Entries& entries) {
  if (entries.empty()) return "none";
  std::string text;
  for (const auto& [name, entry] : entries) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace tranship::kube
