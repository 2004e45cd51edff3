#include "restore/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

#include "base/parallel.h"
#include "restore/order.h"
#include "restore/refusal.h"
#include "restore/write.h"

namespace tranship::restore {
namespace {

using namespace std::chrono_literals;

// Before the last of these levels is through, nothing else can be written: they get all the patience there is.
constexpr Level kLastFoundation = Level::cluster;

class Applier {
 public:
  Applier(const Context& context, kube::Client& client, const Plan& plan, const ApplyOptions& options)
      : context_(context),
        plan_(plan),
        options_(options),
        writer_(context, client, uids_, {.replace = options.replace}) {
    for (const PlanItem& line : plan.items) {
      if (will_be_written(line)) uids_.expect(line.item.source_uid);
      uids_.add(line.item.source_uid, line.live_uid);
      items_.push_back(line.item);
    }
  }

  // What is refused for the time being goes along with the later waves: what it waits for may be among them (a custom
  // resource whose webhook is served by a Deployment). Only webhook configurations wait until all of it is written.
  Result<ApplyResult> run() {
    std::vector<std::size_t> late;
    bool finished = false;
    for (auto& wave : waves(items_)) {
      const Level level = wave_level(wave);
      if (level == Level::admission && !finished) {
        TRY(write_until(std::exchange(late, {}), options_.retry_for));
        finished = true;
      }
      const bool patient = level <= kLastFoundation || finished;
      wave.insert(wave.end(), late.begin(), late.end());
      late = TRY(write_until(std::move(wave), patient ? options_.retry_for : kShortPatience, patient));
    }
    TRY(write_until(std::move(late), options_.retry_for));
    return std::move(result_);
  }

 private:
  static constexpr std::chrono::milliseconds kShortPatience{500};

  static bool will_be_written(const PlanItem& line) {
    return line.action == Action::create || line.action == Action::update;
  }

  Level wave_level(const std::vector<std::size_t>& wave) const {
    Level level = Level::definitions;
    for (const std::size_t index : wave) level = std::max(level, level_of(items_[index].type));
    return level;
  }

  // Rounds over the objects until all are written or refused for good, or the time is over. What is left then has
  // failed when this is `final`; otherwise it is returned, to be tried again later.
  Result<std::vector<std::size_t>> write_until(std::vector<std::size_t> left, std::chrono::milliseconds time,
                                               bool final = true) {
    const Context patience = context_.with_timeout(time);
    std::chrono::milliseconds pause = 100ms;
    while (!left.empty()) {
      auto errors = write_all(left);
      TRY(context_.check());
      const bool over = patience.stopped();
      std::vector<std::size_t> again;
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (!errors[i]) continue;
        if (passes(*errors[i]) && !(over && final)) {
          again.push_back(left[i]);
        } else {
          uids_.give_up(items_[left[i]].source_uid);
          result_.failures.push_back({items_[left[i]].reference(), std::move(*errors[i])});
        }
      }
      left = std::move(again);
      if (over) break;
      if (!left.empty() && !patience.sleep(pause)) TRY(context_.check());
      pause = std::min(pause * 2, 5000ms);
    }
    return left;
  }

  std::vector<std::optional<Error>> write_all(const std::vector<std::size_t>& indexes) {
    std::vector<std::optional<Error>> errors(indexes.size());
    parallel_for(indexes.size(), options_.in_flight_max, [&](std::size_t i) {
      auto written = write(plan_.items[indexes[i]]);
      if (!written) errors[i] = std::move(written).error();
    });
    return errors;
  }

  Result<void> write(const PlanItem& line) {
    switch (line.action) {
      case Action::skip:
      case Action::conflict:
        return done(line, result_.skipped, {});
      case Action::unchanged:
        return done(line, result_.unchanged, {});
      case Action::blocked:
        return fail(Fault::conflict, line.reason);
      case Action::create:
      case Action::update:
        break;
    }
    auto notes = TRY(writer_.write(line));
    return done(line, line.action == Action::create ? result_.created : result_.updated, std::move(notes));
  }

  Result<void> done(const PlanItem& line, std::size_t& counter, std::vector<std::string> notes) {
    {
      const std::lock_guard lock(mutex_);
      ++counter;
      for (std::string& note : notes) result_.notes.push_back(std::move(note));
    }
    const std::size_t count = ++done_;
    if (options_.progress) options_.progress(count, plan_.items.size(), line.item.reference());
    return {};
  }

  const Context& context_;
  const Plan& plan_;
  const ApplyOptions& options_;
  std::vector<Item> items_;
  UidMap uids_;
  const Writer writer_;
  std::mutex mutex_;
  ApplyResult result_;
  std::atomic<std::size_t> done_{0};
};

}  // namespace

Result<ApplyResult> apply(const Context& context, kube::Client& client, const Plan& plan, const ApplyOptions& options) {
  if (plan.blocked()) {
    return fail(Error(Fault::conflict, fmt::format("the plan has {} blocked objects", plan.count(Action::blocked)))
                    .with_code("plan.blocked")
                    .with_fix("Resolve each blocker the plan names, then run again"));
  }
  return Applier(context, client, plan, options).run();
}

}  // namespace tranship::restore
