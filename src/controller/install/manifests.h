#pragma once
// What an installation consists of, as manifests: the CRDs of deploy/crds and the templates of deploy/install, both
// part of the binary. Pure functions.

#include <span>
#include <string>
#include <vector>

#include "base/embedded.h"
#include "base/error.h"
#include "base/json.h"

namespace tranship::controller::install {

struct Settings {
  std::string name_space = "tranship";
  std::string image;  // of the controller and of the movers
  int replicas = 1;
  // What this cluster is called in restore points; empty: the controller knows none.
  std::string cluster_name;
  std::string version;  // a label: "0.1.0"
};

struct Manifest {
  std::string file;  // "deploy/install/60-deployment.yaml"
  std::string text;  // YAML as people read it, comments and all
  Json object;
};

std::vector<Manifest> definitions();
// Filled in, with `applications_role` (rights.h) in its place, in the order in which they are written. Fault::invalid
// (code "usage") for settings that are none.
Result<std::vector<Manifest>> manifests(const Settings& settings, Manifest applications_role);

// A name that is fit for a template, made of any: "admin@east" stays, what is not of use there becomes '-'.
std::string cluster_name_of(const std::string& context_name);

// By cmake/TranshipEmbed.cmake.
std::span<const EmbeddedFile> install_files();
std::span<const EmbeddedFile> definition_files();

}  // namespace tranship::controller::install
