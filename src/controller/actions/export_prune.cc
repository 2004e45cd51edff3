#include "controller/actions/export_prune.h"

#include <algorithm>

#include "observe/log.h"
#include "repo/prune/prune.h"

namespace tranship::controller {
namespace {

std::optional<PruneTimes::Time> oldest_mark(const repo::Index& index) {
  std::optional<std::int64_t> oldest;
  for (const repo::IndexFile& file : index.files()) {
    if (file.notes.marked_ns) oldest = std::min(oldest.value_or(*file.notes.marked_ns), *file.notes.marked_ns);
  }
  if (!oldest) return std::nullopt;
  return PruneTimes::Time(std::chrono::nanoseconds(*oldest));
}

void tell(const Services& services, const std::string& application, const repo::PruneResult& result) {
  const observe::Labels labels = {{"application", application}};
  services.metrics.add("tranship_prunes_total", "Prunes of repositories that ended.", labels);
  services.metrics.add("tranship_prune_removed_bytes_total", "Bytes that prunes removed.", labels,
                       static_cast<double>(result.removed.bytes));
  services.metrics.set("tranship_prune_marked_bytes", "Bytes that the last prune left to be removed later.", labels,
                       static_cast<double>(result.marked.bytes + result.waiting.bytes));
  observe::log_info("A repository was pruned", {{"application", application},
                                                {"removedBytes", result.removed.bytes},
                                                {"markedBytes", result.marked.bytes},
                                                {"waitingBytes", result.waiting.bytes},
                                                {"copiedBytes", result.bytes_copied}});
}

}  // namespace

bool PruneTimes::take(const std::string& repository, bool forgotten, std::optional<Time> oldest_mark, Time now) {
  const std::lock_guard lock(mutex_);
  State& state = states_[repository];
  state.wanted |= forgotten;
  const bool ripe = oldest_mark && *oldest_mark + kGrace <= now;
  if ((!state.wanted && !ripe) || (state.last && now < *state.last + kInterval)) return false;
  state.last = now;
  state.wanted = false;
  return true;
}

void PruneTimes::failed(const std::string& repository) {
  const std::lock_guard lock(mutex_);
  states_[repository].wanted = true;
}

Result<void> prune_when_due(const Context& context, const Services& services,
                            migrate::ApplicationRepository& repository, bool forgotten, PruneTimes& times) {
  const std::string name = repository.store->describe();
  const auto mark = oldest_mark(repository.repository->index());
  if (!times.take(name, forgotten, mark, services.clock.wall())) return {};
  repo::PruneOptions options;
  options.grace = PruneTimes::kGrace;
  options.now = services.clock.wall;
  repo::Progress progress;
  const auto done = repo::prune(context, *repository.repository, options, progress);
  if (!done) {
    times.failed(name);
    return fail(done.error());
  }
  tell(services, repository.folder, *done);
  return {};
}

}  // namespace tranship::controller
