#include "cli/options/controller.h"

#include <fmt/format.h>

#include <array>

#include "base/units.h"
#include "controller/api/types.h"

namespace tranship::cli {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kFrequencies = {
    {{"hourly", "Hourly"}, {"daily", "Daily"}, {"weekly", "Weekly"}, {"monthly", "Monthly"}}};

}  // namespace

void ControllerChoice::add(Options& options) {
  add_cluster_option(options, "--context", cluster, "option.context");
  options.value("--namespace,-n", "NAMESPACE", name_space, "option.object_namespace");
}

Result<Cluster> ControllerChoice::connect(const Context& context) const {
  auto connected = TRY(connect_cluster(context, cluster));
  if (connected.discovery.find(controller::api::kGroup, "Location") != nullptr) return connected;
  const std::string named = cluster.empty() ? "" : " --context " + cluster;
  return fail(Error(Fault::not_found, fmt::format("the controller is not installed in cluster {}",
                                                  connected.client->access().name))
                  .with_code("controller.absent")
                  .with_fix(fmt::format("tranship install{}", named)));
}

Result<Json> parse_schedule(std::string_view text) {
  if (text.empty()) return Json();
  for (const auto& [word, frequency] : kFrequencies) {
    if (text == word) return Json{{"frequency", frequency}};
  }
  if (text.starts_with("cron:")) return Json{{"cron", text.substr(5)}};
  const auto period = parse_duration(text);
  if (period && *period >= std::chrono::minutes(1) && period->count() % 60 == 0) {
    return Json{{"every", controller::api::format_duration_text(*period)}};
  }
  return fail(Error(Fault::invalid, fmt::format("--every {}: not a schedule", text))
                  .with_code("usage")
                  .with_fix("Give hourly, daily, weekly, monthly, a time of whole minutes such as 15m or 6h, or "
                            "\"cron:0 3 * * 1-5\""));
}

}  // namespace tranship::cli
