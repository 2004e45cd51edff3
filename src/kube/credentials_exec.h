#pragma once
// Credentials from a plugin program (a kubeconfig user's `exec`).
// Protocol: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kube/access.h"
#include "kube/kubeconfig_fields.h"

namespace tranship::kube {

enum class Interactive { never, if_available, always };

struct ExecPlugin {
  std::string where;  // "FILE: user 'x'", for messages
  std::string command;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;
  std::string api_version;  // client.authentication.k8s.io/v1 or v1beta1
  std::string install_hint;
  Interactive interactive = Interactive::if_available;
  Json cluster;  // the spec.cluster to pass; null: none asked for
  std::chrono::milliseconds timeout{60'000};  // without a terminal; a person gets ten times as long
};

// Reads a user's `exec`. `cluster` is passed on when the user asks for it (provideClusterInfo).
Result<ExecPlugin> read_exec_plugin(const Fields& user, const Fields& cluster);

// Runs the plugin when a credential is needed, has expired or was refused.
std::shared_ptr<Credentials> exec_credentials(ExecPlugin plugin);

}  // namespace tranship::kube
