#pragma once
// Writing an installation into a cluster and taking it out again. Both may be done again at any time: an installation
// over another is an upgrade.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "controller/install/manifests.h"
#include "kube/discovery.h"

namespace tranship::controller::install {

struct Change {
  kube::ObjectReference object;
  enum class What { created, updated, unchanged, removed, absent } what = What::unchanged;
};
std::string_view change_name(Change::What what);

struct InstallRequest {
  kube::Client& client;
  const kube::Discovery& discovery;
  std::vector<Manifest> definitions;  // written first, and waited for until they are served
  std::vector<Manifest> objects;      // then these, in this order
  bool dry_run = false;
};
// Server-side apply of each. `changed` is called after each one. Stops at the first that is refused. What is being
// deleted is waited for, two minutes at most: Fault::retryable, code "install.deleting".
Result<void> install(const Context& context, const InstallRequest& request,
                     const std::function<void(const Change&)>& changed);

// Waits until the Deployment has as many ready pods of its newest template as it asks for. Fault::retryable (code
// "install.not_ready") when the time is over.
Result<void> wait_until_ready(const Context& context, kube::Client& client, const std::string& name_space,
                              std::chrono::seconds timeout);

// An installation as far as an upgrade keeps it.
struct Installed {
  std::string image;
  std::string cluster_name;  // empty: none was given
  int replicas = 1;
};
// Nothing when the namespace has no controller.
Result<std::optional<Installed>> find_installed(const Context& context, kube::Client& client,
                                                const std::string& name_space);

// The image with another tag: "registry.example:5000/tranship:1" -> "registry.example:5000/tranship:2". A digest goes.
std::string image_with_tag(const std::string& image, const std::string& tag);

// What a cluster is called when nobody says so: as an installation that is there has it, else after the context it is
// reached by; empty inside of a pod.
Result<std::string> known_cluster_name(const Context& context, kube::Client& client, const std::string& name_space);

struct UninstallRequest {
  kube::Client& client;
  const kube::Discovery& discovery;
  std::vector<Manifest> objects;
  // With the definitions every object of theirs goes, and with them the system namespace if it was made by install.
  // Local restore points go too, with their snapshots; what restore points hold in locations stays.
  std::vector<Manifest> definitions;  // empty: they stay
  bool dry_run = false;
};
// In the opposite order, and the controllers' Lease; what is not there is no error. Definitions are waited for until
// they are gone with all their objects, two minutes each at most: Fault::retryable, code "install.deleting".
Result<void> uninstall(const Context& context, const UninstallRequest& request,
                       const std::function<void(const Change&)>& changed);

}  // namespace tranship::controller::install
