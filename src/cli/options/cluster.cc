#include "cli/options/cluster.h"

#include <fmt/format.h>

namespace tranship::cli {

Option& add_cluster_option(Options& options, std::string_view name, std::string& target, std::string_view help_key) {
  return options.value(name, "CONTEXT", target, help_key);
}

Result<Cluster> connect_cluster(const Context& context, const std::string& name) {
  const std::string place = name.empty() ? "cluster of the current context" : "cluster " + name;
  kube::KubeconfigOptions options;
  options.context = name;
  auto access = TRY(kube::load_access(options));
  Cluster cluster;
  cluster.client = TRY_IN(place, kube::Client::connect(std::move(access)));
  cluster.discovery = TRY_IN(place, kube::Discovery::fetch(context, *cluster.client));
  return cluster;
}

Result<std::pair<std::string, std::string>> parse_assignment(std::string_view option, std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    return fail(Error(Fault::invalid, fmt::format("{} {}: not of the form SOURCE=TARGET", option, text))
                    .with_code("usage")
                    .with_fix(fmt::format("For example: {} standard=fast", option)));
  }
  return std::pair(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
}

}  // namespace tranship::cli
