#pragma once
// Kubeconfig files read and merged, before any of it is used. Private to kube; values only.
// Rules: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"

namespace tranship::kube {

struct Kubeconfig {
  // One cluster, user or context. `file` is for messages and for the paths in it, which are relative to it.
  struct Entry {
    Json body;
    std::filesystem::path file;
  };
  using Entries = std::map<std::string, Entry>;

  Entries clusters;
  Entries users;
  Entries contexts;
  std::string current_context;
  std::vector<std::string> files;  // those that were there and were read, in order
};

// Merges: the first file that names a cluster, user or context gives all of it, the first with a current
// context gives that. Files that do not exist are skipped unless `all_must_exist`. Faults: not_found; invalid
// with file and line; auth when a file may not be read.
Result<Kubeconfig> read_kubeconfig(const std::vector<std::string>& files, bool all_must_exist);

// The files kubectl would read: KUBECONFIG's, or ~/.kube/config.
std::vector<std::string> default_kubeconfig_files();

// "a, b, c" of the names, for messages; "none" when there are none.
std::string names_of(const Kubeconfig::Entries& entries);

}  // namespace tranship::kube
