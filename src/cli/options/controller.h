#pragma once
// Options of commands that make objects of tranship.io for the controller of a cluster, and the cluster they name.

#include <string>
#include <string_view>

#include "cli/options.h"
#include "cli/options/cluster.h"

namespace tranship::cli {

struct ControllerChoice {
  std::string cluster;
  std::string name_space = "tranship";  // of the objects

  void add(Options& options);  // --context, --namespace
  // Fault::not_found, code "controller.absent", where the kinds of tranship.io are not served.
  Result<Cluster> connect(const Context& context) const;
};

// A Policy's schedule: "hourly", "daily", "weekly", "monthly", a duration of at least a minute ("15m", "6h"), or
// "cron:0 3 * * 1-5". Null for an empty text. Fault::invalid, code "usage".
Result<Json> parse_schedule(std::string_view text);

}  // namespace tranship::cli
