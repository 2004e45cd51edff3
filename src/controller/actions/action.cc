#include "controller/actions/action.h"

#include <fmt/format.h>

#include <algorithm>

namespace tranship::controller {
namespace {

constexpr std::chrono::seconds kRateWindow{5};

api::VolumeState state_of(volume::VolumeProgress::State state) {
  using From = volume::VolumeProgress::State;
  switch (state) {
    case From::waiting:
      return api::VolumeState::waiting;
    case From::snapshot:
      return api::VolumeState::snapshot;
    case From::starting:
      return api::VolumeState::starting;
    case From::running:
      return api::VolumeState::running;
    case From::restarting:
      return api::VolumeState::restarting;
    case From::done:
      return api::VolumeState::done;
    case From::failed:
      return api::VolumeState::failed;
  }
  return api::VolumeState::waiting;
}

void add_up(api::Progress& progress) {
  std::int64_t done = 0, total = 0;
  for (const auto& volume : progress.volumes) {
    done += volume.bytes_done.value_or(0);
    total += volume.bytes_total.value_or(0);
  }
  progress.bytes_done = done;
  progress.bytes_total = total;
}

}  // namespace

void ActionReporter::phase_begin(migrate::Phase phase) {
  change_common(
      [&](api::ActionStatus& status) { status.step = api::parse_name<api::Step>(migrate::phase_name(phase)); });
}

std::int64_t ActionReporter::rate_of(std::int64_t bytes_done) {
  const auto now = clock_.steady();
  samples_.emplace_back(now, bytes_done);
  while (samples_.size() > 2 && now - samples_[1].first >= kRateWindow) samples_.pop_front();
  const std::chrono::duration<double> span = now - samples_.front().first;
  const std::int64_t bytes = bytes_done - samples_.front().second;
  // A mover that starts again counts from nothing.
  if (span.count() <= 0 || bytes <= 0) return 0;
  return static_cast<std::int64_t>(static_cast<double>(bytes) / span.count());
}

void ActionReporter::volume(migrate::Phase, const volume::VolumeProgress& report) {
  change_common([&](api::ActionStatus& status) {
    if (!status.progress) status.progress.emplace();
    auto& volumes = status.progress->volumes;
    auto found = std::ranges::find(volumes, report.claim, &api::VolumeProgress::name);
    if (found == volumes.end()) found = volumes.insert(found, {.name = report.claim});
    found->state = state_of(report.state);
    found->bytes_done = static_cast<std::int64_t>(report.bytes.bytes_done);
    found->bytes_total = static_cast<std::int64_t>(std::max(report.bytes.bytes_total, report.bytes.bytes_done));
    found->message = report.detail.empty() ? std::nullopt : std::optional(report.detail);
    add_up(*status.progress);
    stored_[report.claim] = static_cast<std::int64_t>(report.bytes.bytes_stored);
    std::int64_t stored = 0;
    for (const auto& [claim, bytes] : stored_) stored += bytes;
    status.progress->bytes_stored = stored;
    status.progress->rate = rate_of(*status.progress->bytes_done);
  });
}

void ActionReporter::objects(std::size_t done, std::size_t total) {
  change_common([&](api::ActionStatus& status) {
    if (!status.progress) status.progress.emplace();
    status.progress->objects_done = static_cast<std::int64_t>(done);
    status.progress->objects_total = static_cast<std::int64_t>(total);
  });
}

void ActionReporter::readiness(const restore::Readiness& readiness) {
  std::string text;
  for (const auto& each : readiness.waiting) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", each.object.to_string(), each.reason);
  }
  if (text.empty()) return;
  change_common([&](api::ActionStatus& status) {
    const auto* known = find_condition(status.conditions, "Complete");
    if (known != nullptr && known->message == text) return;
    set_condition(status.conditions, "Complete", "False", "Waiting", text, status.observed_generation.value_or(0),
                  clock_.wall());
  });
}

}  // namespace tranship::controller
