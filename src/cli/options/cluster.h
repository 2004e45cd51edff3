#pragma once
// Options that name a cluster, and the cluster they come down to: reached, and its kinds known.

#include <memory>
#include <string>
#include <vector>

#include "cli/options.h"
#include "kube/client.h"
#include "kube/discovery.h"

namespace tranship::cli {

struct Cluster {
  std::unique_ptr<kube::Client> client;
  kube::Discovery discovery;
};

// `--from`, `--to` or `--context`: a kubeconfig context, a file, or FILE:CONTEXT.
Option& add_cluster_option(Options& options, std::string_view name, std::string& target, std::string_view help_key);

// Connects and asks for the kinds served. Errors name the cluster as it was given.
Result<Cluster> connect_cluster(const Context& context, const std::string& name);

// "standard=fast" -> {standard, fast}. Fault::invalid with the form expected.
Result<std::pair<std::string, std::string>> parse_assignment(std::string_view option, std::string_view text);

}  // namespace tranship::cli
