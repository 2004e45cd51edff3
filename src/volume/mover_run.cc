#include "volume/mover_run.h"

#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "base/units.h"
#include "kube/exec.h"
#include "kube/watch.h"
#include "repo/format/tree.h"
#include "repo/write/virtual_directory.h"
#include "repo/write/writer.h"
#include "store/relay.h"
#include "volume/removal.h"
#include "volume/run_scope.h"
#include "volume/trouble.h"

namespace tranship::volume {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using State = VolumeProgress::State;

constexpr seconds kRemovalMax{120};
constexpr milliseconds kReconnectWait{300};
constexpr seconds kStartSettles{5};
constexpr seconds kLookAgain{15};
constexpr int kRelayThreads = 4;

std::string phase_of(const Json& pod) {
  return json_string(pod, {"status", "phase"});
}
bool is_over(const Json& pod) {
  return pod.is_null() || phase_of(pod) == "Succeeded" || phase_of(pod) == "Failed";
}

// One pod: made, followed, gone. The next attempt is another one.
class Attempt {
 public:
  Attempt(kube::Client& client, const Transport& transport, const MoverPod& pod,
          const MoverSettings& settings, std::string name,
          const std::function<void(const MoverEvent&)>& on_event)
      : client_(client),
        transport_(transport),
        pod_(pod),
        settings_(settings),
        name_(std::move(name)),
        on_event_(on_event) {}

  Result<void> create(const Context& context) {
    const Json created = TRY_IN(
        "starting a mover for claim " + pod_.claim,
        client_.create(context, kube::types::pod(), mover_pod_manifest(pod_, settings_, name_)));
    // Made after the pod, so that it never exists without an owner to go with: the pod waits for
    // it.
    Json secret = task_secret_manifest(pod_, settings_, name_);
    secret["metadata"]["ownerReferences"] =
        Json::array({{{"apiVersion", "v1"},
                      {"kind", "Pod"},
                      {"name", name_},
                      {"uid", json_string(created, {"metadata", "uid"})}}});
    TRY_IN("handing the mover its task", client_.create(context, kube::types::secret(), secret));
    return {};
  }

  // Until the container runs or ran. Fault::permanent, code "volume.mover-start", when it does not.
  Result<void> wait_started(const Context& context) {
    Json latest;
    StartWatch watch;
    std::optional<Trouble> hopeless;
    // A claim made a moment ago is not bound yet, and the scheduler says so: no trouble for anybody.
    const auto settled = Context::Clock::now() + kStartSettles;
    const auto runs = [&](const Json& pod) {
      latest = pod;
      if (is_over(pod) || phase_of(pod) == "Running") return true;
      const auto now = Context::Clock::now();
      const auto trouble = watch.look(pod, now);
      if (trouble && now > settled) on_event_({State::starting, {}, trouble->text});
      if (trouble && trouble->hopeless) hopeless = trouble;
      return hopeless.has_value();
    };
    const Context in_time = context.with_timeout(settings_.start_timeout);
    while (!in_time.stopped()) {
      // Looks again also when nothing changes: how long it has been so counts.
      const auto started = kube::wait_for(in_time.with_timeout(kLookAgain), client_, kube::types::pod(),
                                          pod_.name_space, name_, runs);
      if (hopeless) return fail(not_started(*hopeless));
      if (started) return {};
      if (context.stopped() || started.error().fault() != Fault::cancelled) return std::unexpected(started.error());
    }
    auto trouble = trouble_with_events(context, client_, latest, pod_.claim);
    return fail(not_started(trouble
                                ? std::move(*trouble)
                                : Trouble{"nothing says why", "Look at the pod's events.", false}));
  }

  // Follows the log to its result line; nothing when the pod ended without one.
  Result<std::optional<mover::ResultLine>> follow(const Context& context) {
    std::jthread relay;
    std::stop_source ended;
    if (!pod_.task.location)
      relay = std::jthread([&] { serve(context.with_stop(ended.get_token())); });
    auto result = read_to_result(context);
    ended.request_stop();
    return result;
  }

  // Gone afterwards, or Fault::retryable when the node does not let go of it in time.
  Result<void> remove(const Context& context) {
    const Context removing = context.with_timeout(kRemovalMax);
    auto gone = remove_and_wait(removing, client_, kube::types::pod(), pod_.name_space, name_, 5);
    TRY(remove_and_wait(removing, client_, kube::types::secret(), pod_.name_space, name_));
    if (!gone && gone.error().fault() == Fault::cancelled)
      return fail(Fault::retryable, "mover pod " + name_ + " does not end: its node may be down");
    return gone;
  }

  Result<Json> look(const Context& context) {
    auto pod = client_.get(context, kube::types::pod(), pod_.name_space, name_);
    if (!pod && pod.error().fault() == Fault::not_found) return Json();
    return pod;
  }

 private:
  Error not_started(Trouble trouble) const {
    return Error(Fault::permanent, fmt::format("the mover pod {}/{} does not start: {}",
                                               pod_.name_space, name_, trouble.text))
        .with_code("volume.mover-start")
        .with_fix(std::move(trouble.fix));
  }

  // True to go on. Lines that are none of the mover's own are passed over.
  bool take_line(std::string_view line, std::optional<mover::ResultLine>& result) {
    const auto json = parse_json(line);
    if (!json || !json->is_object()) return true;
    if (json->contains("result")) {
      auto parsed = mover::result_from_json(*json);
      if (parsed) result = std::move(*parsed);
      return !result;
    }
    if (const auto progress = mover::progress_from_json(*json))
      on_event_({State::running, *progress, {}});
    return true;
  }

  Result<std::optional<mover::ResultLine>> read_to_result(const Context& context) {
    std::optional<mover::ResultLine> result;
    const auto keep = [&](std::string_view line) { return take_line(line, result); };
    while (true) {
      // After a cut the last lines are enough: progress only grows.
      const kube::LogOptions following{.follow = true, .tail_lines = 20};
      auto read = kube::read_log(context, client_, pod_.name_space, name_, following, keep);
      if (result) return result;
      TRY(context.check());
      if (!read && read.error().fault() == Fault::auth)
        return std::unexpected(std::move(read).error());
      auto pod = look(context);
      if (pod && is_over(*pod)) {
        // What came between the last read and the end; a deleted pod has no log any more.
        if (!pod->is_null())
          (void)kube::read_log(context, client_, pod_.name_space, name_, {.tail_lines = 20}, keep);
        return result;
      }
      TRY(context.sleep(kReconnectWait));
    }
  }

  // Serves the store to the mover over exec, again after each cut, until the context stops.
  void serve(const Context& context) {
    while (!context.stopped()) {
      const kube::ExecRequest request{.name_space = pod_.name_space,
                                      .pod = name_,
                                      .container = "mover",
                                      .command = {"/tranship", "mover", "relay"},
                                      .use_stdin = true};
      auto stream = kube::ExecStream::open(context.with_timeout(seconds(30)), client_, request);
      if (stream) {
        const store::RelayStream ends{
            [&](ByteView data) { return (*stream)->write(context, data); },
            [&] { return (*stream)->read(context); }};
        (void)store::serve_relay(context, transport_.repository.store(), ends, kRelayThreads);
      } else if (stream.error().fault() == Fault::auth) {
        on_event_({State::running, {}, stream.error().text()});
      }
      (void)context.sleep(kReconnectWait);
    }
  }

  kube::Client& client_;
  const Transport& transport_;
  const MoverPod& pod_;
  const MoverSettings& settings_;
  const std::string name_;
  const std::function<void(const MoverEvent&)>& on_event_;
};

// Attempts until one brings a result that trying again cannot better.
class MoverRun {
 public:
  MoverRun(kube::Client& client, const Transport& transport, MoverPod pod, MoverSettings settings,
           const std::string& subject, const std::function<void(const MoverEvent&)>& on_event)
      : client_(client),
        transport_(transport),
        pod_(std::move(pod)),
        settings_(std::move(settings)),
        subject_(subject),
        on_event_(on_event) {}

  Result<mover::ResultLine> run(const Context& context) {
    for (int attempt = 1;; ++attempt) {
      auto result = try_once(context, attempt);
      if (result || result.error().fault() != Fault::retryable) return result;
      if (attempt >= settings_.attempts_max)
        return fail(
            Error(Fault::permanent,
                  fmt::format(
                      "the mover of claim {} ended {} times without a result, the last time: {}",
                      subject_, attempt, result.error().what()))
                .with_code("volume.mover-died")
                .with_fix(result.error().fix().empty()
                              ? "What it stored is kept: run the same command again to go on."
                              : result.error().fix()));
      on_event_({State::restarting, {}, result.error().what()});
      TRY(context.sleep(seconds(attempt)));
    }
  }

 private:
  Result<mover::ResultLine> try_once(const Context& context, int number) {
    const std::string name =
        temporary_name(pod_.task.direction == mover::Direction::backup ? "read" : "write", subject_,
                       fmt::format("{}-{}", settings_.run, number));
    Attempt attempt(client_, transport_, pod_, settings_, name, on_event_);
    on_event_({State::starting, {}, {}});
    auto created = attempt.create(context);
    auto result = created ? follow(context, attempt)
                          : std::unexpected(with_security_advice(std::move(created).error()));
    // With a moment of its own: also after a stop nothing may stay behind, least of all something
    // that writes.
    auto removed = attempt.remove(Context().with_timeout(kRemovalMax));
    if (result && !result->error && !removed)
      return result;  // the run's clean-up tries again and tells
    if (!removed && result) return std::unexpected(std::move(removed).error());
    if (result && result->error) return fail(own_decision(context, *result->error));
    return result;
  }

  // A mover that was told to stop by somebody else (its pod deleted, its node drained) is started again.
  static Error own_decision(const Context& context, const Error& error) {
    if (error.fault() != Fault::cancelled || context.stopped()) return error;
    return Error(Fault::retryable, "its pod was told to end: it was deleted, or its node is being emptied");
  }

  Result<mover::ResultLine> follow(const Context& context, Attempt& attempt) {
    TRY(attempt.wait_started(context));
    on_event_({State::running, {}, {}});
    auto result = TRY(attempt.follow(context));
    if (result) return std::move(*result);
    const Json pod = TRY(attempt.look(context));
    if (ended_out_of_memory(pod)) raise_memory_limit();
    return fail(Fault::retryable, end_of_pod(pod));
  }

  void raise_memory_limit() {
    if (const auto bytes = parse_quantity(settings_.memory_limit))
      settings_.memory_limit = std::to_string(*bytes * 2);
  }

  // Pod Security's refusal: the lower level is tried once before it is an error with its fix.
  Error with_security_advice(Error error) {
    if (error.what().find("violates PodSecurity") == std::string::npos) return error;
    if (error.what().find("\"baseline") != std::string::npos && !pod_.baseline) {
      pod_.baseline = true;
      return Error(Fault::retryable, error.what());
    }
    return std::move(error).with_fix(
        "Movers read and write files of every owner. Let them into this namespace for the time of "
        "the run: "
        "kubectl label namespace " +
        pod_.name_space + " pod-security.kubernetes.io/enforce=baseline --overwrite");
  }

  kube::Client& client_;
  const Transport& transport_;
  MoverPod pod_;
  MoverSettings settings_;
  const std::string subject_;
  const std::function<void(const MoverEvent&)>& on_event_;
};

}  // namespace

Result<mover::ResultLine> run_mover(const Context& context, kube::Client& client,
                                    const Transport& transport, MoverPod pod,
                                    MoverSettings settings, const std::string& subject,
                                    const std::function<void(const MoverEvent&)>& on_event) {
  return MoverRun(client, transport, std::move(pod), std::move(settings), subject, on_event)
      .run(context);
}

Result<Id> save_node_tree(const Context& context, repo::Repository& repository,
                          const repo::Node& node) {
  repo::VirtualDirectory directory;
  directory.add_node(kNodeName, node);
  repo::Writer writer(repository);
  const Id tree = TRY(directory.save(context, writer, 0));
  TRY(writer.flush(context));
  return tree;
}

}  // namespace tranship::volume
