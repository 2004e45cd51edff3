// tranship mover run | relay: what a mover pod runs. Hidden: only Tranship itself starts them.

#include <unistd.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "mover/bridge.h"
#include "mover/run.h"

namespace tranship::cli {
namespace {

constexpr std::size_t kTaskBytesMax = 4u << 20;  // a Secret holds 1 MiB

// A line to the pod's log, whole and at once: whoever started the mover reads it while it runs.
void say(const std::string& text) {
  const std::string line = text + "\n";
  for (std::size_t at = 0; at < line.size();) {
    const ssize_t written = ::write(STDOUT_FILENO, line.data() + at, line.size() - at);
    if (written < 0 && errno != EINTR) return;
    at += written < 0 ? 0 : static_cast<std::size_t>(written);
  }
}

class MoverRunCommand : public Command {
 public:
  std::string_view name() const override { return "mover run"; }
  CommandHelp help() const override { return {"mover.run.summary", "mover.run.description", {}, {}}; }
  bool hidden() const override { return true; }

  void add_options(Options& options) override {
    options.value("--task", "FILE", task_file_, "mover.run.task").required().files();
  }

  Result<int> run(Session& session) override {
    mover::bound_memory();
    const auto task = read_task();
    if (!task) {
      // The one who reads the log waits for a result, whatever happened.
      mover::ResultLine result;
      result.error = task.error();
      say(to_text(mover::to_json(result)));
      return std::unexpected(task.error());
    }
    const auto result = mover::run_task(session.context(), *task, say);
    if (result.error) return fail(*result.error);
    return result.failed.empty() ? kExitSuccess : kExitPartial;
  }

 private:
  Result<mover::Task> read_task() const {
    const std::string text = TRY_IN("reading the task", read_file(task_file_, kTaskBytesMax));
    return mover::task_from_json(TRY_IN("reading the task", parse_json(text)));
  }

  std::string task_file_;
};

class MoverRelayCommand : public Command {
 public:
  std::string_view name() const override { return "mover relay"; }
  CommandHelp help() const override { return {"mover.relay.summary", "mover.relay.description", {}, {}}; }
  bool hidden() const override { return true; }
  void add_options(Options&) override {}

  Result<int> run(Session& session) override {
    TRY(mover::bridge_relay(session.context(), mover::kRelaySocket, STDIN_FILENO, STDOUT_FILENO));
    return kExitSuccess;
  }
};

}  // namespace

std::unique_ptr<Command> make_mover_run_command() { return std::make_unique<MoverRunCommand>(); }
std::unique_ptr<Command> make_mover_relay_command() { return std::make_unique<MoverRelayCommand>(); }

}  // namespace tranship::cli
