#include "controller/install/manifests.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/yaml.h"

namespace tranship::controller::install {
namespace {

constexpr std::string_view kNameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ._:/@-";
constexpr std::size_t kClusterNameMax = 200;

bool made_of(std::string_view text, std::string_view more) {
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos;
  });
}

// What goes into the templates must not be able to end a YAML string.
Result<void> check(const Settings& settings) {
  const auto refuse = [](std::string what) { return fail(Error(Fault::invalid, std::move(what)).with_code("usage")); };
  const std::string& name = settings.name_space;
  if (name.empty() || name.size() > 40 || !made_of(name, "-") || name.front() == '-' || name.back() == '-') {
    return refuse(fmt::format("'{}' cannot be the system namespace: at most 40 of a-z, 0-9 and '-'", name));
  }
  if (settings.image.empty() || !made_of(settings.image, kNameCharacters)) {
    return refuse(fmt::format("'{}' is not the name of an image", settings.image));
  }
  if (settings.cluster_name != cluster_name_of(settings.cluster_name)) {
    return refuse(fmt::format("'{}' cannot be the cluster's name: at most 200 of letters, digits and '._:/@-'",
                              settings.cluster_name));
  }
  if (settings.replicas < 0 || settings.replicas > 9) return refuse("--replicas must be from 0 to 9");
  return {};
}

std::string filled_in(std::string text, const Settings& settings) {
  const std::pair<std::string_view, std::string> values[] = {{"${NAMESPACE}", settings.name_space},
                                                             {"${IMAGE}", settings.image},
                                                             {"${REPLICAS}", std::to_string(settings.replicas)},
                                                             {"${CLUSTER}", settings.cluster_name},
                                                             {"${VERSION}", settings.version}};
  for (const auto& [placeholder, value] : values) {
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + value.size())) {
      text.replace(at, placeholder.size(), value);
    }
  }
  return text;
}

}  // namespace

std::string cluster_name_of(const std::string& context_name) {
  std::string name = context_name.substr(0, kClusterNameMax);
  for (char& c : name) {
    if (!made_of({&c, 1}, kNameCharacters)) c = '-';
  }
  return name;
}

std::vector<Manifest> definitions() {
  std::vector<Manifest> all;
  for (const auto& file : definition_files()) {
    auto object = parse_yaml_document(file.content);
    // Made by a generator and applied by a test: that it is YAML is not a question of run time.
    if (object) all.push_back({std::string(file.name), std::string(file.content), std::move(*object)});
  }
  return all;
}

Result<std::vector<Manifest>> manifests(const Settings& settings, Manifest applications_role) {
  TRY(check(settings));
  std::vector<Manifest> all{std::move(applications_role)};
  for (const auto& file : install_files()) {
    Manifest manifest{std::string(file.name), filled_in(std::string(file.content), settings), {}};
    manifest.object = TRY_IN(manifest.file, parse_yaml_document(manifest.text));
    all.push_back(std::move(manifest));
  }
  std::ranges::sort(all, {}, &Manifest::file);
  return all;
}

}  // namespace tranship::controller::install
