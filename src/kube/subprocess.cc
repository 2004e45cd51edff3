#include "kube/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include "base/file.h"
#include "base/units.h"

extern char** environ;

namespace tranship::kube {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kOutputBytesMax = 1u << 20;
constexpr std::size_t kErrorBytesMax = 4096;
constexpr int kPollMs = 20;

struct Pipe {
  int ends[2] = {-1, -1};
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(int which) {
    if (ends[which] >= 0) ::close(ends[which]);
    ends[which] = -1;
  }
};

struct SpawnSettings {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnSettings() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string_view text = *line;
    const auto name = text.substr(0, text.find('='));
    bool replaced = false;
    for (const auto& [key, value] : added) replaced = replaced || key == name;
    if (!replaced) lines.emplace_back(text);
  }
  for (const auto& [key, value] : added) lines.push_back(key + "=" + value);
  return lines;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

Result<pid_t> start(const Subprocess& program, Pipe& output, Pipe& error) {
  if (::pipe2(output.ends, O_CLOEXEC) != 0 || ::pipe2(error.ends, O_CLOEXEC) != 0) {
    return fail(system_error("pipe", errno));
  }
  SpawnSettings settings;
  if (!program.terminal) {
    posix_spawn_file_actions_addopen(&settings.actions, 0, "/dev/null", O_RDONLY, 0);
    // A group of its own, so that what it starts ends with it. At a terminal it must stay in ours to be heard.
    posix_spawnattr_setflags(&settings.attributes, POSIX_SPAWN_SETPGROUP);
  }
  posix_spawn_file_actions_adddup2(&settings.actions, output.ends[1], 1);
  posix_spawn_file_actions_adddup2(&settings.actions, error.ends[1], 2);
  std::vector<std::string> arguments = {program.command};
  arguments.insert(arguments.end(), program.arguments.begin(), program.arguments.end());
  auto environment = environment_with(program.environment);
  pid_t pid = -1;
  const int number = ::posix_spawnp(&pid, program.command.c_str(), &settings.actions, &settings.attributes,
                                    pointers_to(arguments).data(), pointers_to(environment).data());
  if (number != 0) return fail(system_error("start " + program.command, number));
  output.close_end(1);
  error.close_end(1);
  return pid;
}

// True at the end of the stream.
bool read_into(int descriptor, std::string& text, bool show) {
  std::array<char, 4096> buffer;
  const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
  if (count < 0) return errno != EINTR && errno != EAGAIN;
  if (count == 0) return true;
  text.append(buffer.data(), static_cast<std::size_t>(count));
  if (show && ::write(STDERR_FILENO, buffer.data(), static_cast<std::size_t>(count)) < 0) return false;
  return false;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The exit code when it ended within the time a well-behaved program needs after closing its output.
std::optional<int> ended(pid_t pid) {
  int status = 0;
  if (::waitpid(pid, &status, WNOHANG) != pid) return std::nullopt;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Result<void> may_go_on(const Context& context, const Subprocess& program, Clock::time_point deadline,
                       const SubprocessOutput& output) {
  TRY(context.check());
  if (Clock::now() >= deadline) {
    return fail(Fault::retryable,
                program.command + " did not finish within " + format_duration(program.timeout));
  }
  if (output.standard_output.size() > kOutputBytesMax) {
    return fail(Fault::permanent, program.command + " printed more than 1 MiB");
  }
  return {};
}

}  // namespace

Result<SubprocessOutput> run_subprocess(const Context& context, const Subprocess& program) {
  Pipe output_pipe;
  Pipe error_pipe;
  const pid_t pid = TRY(start(program, output_pipe, error_pipe));
  const auto deadline = Clock::now() + program.timeout;
  SubprocessOutput output;
  std::array<pollfd, 2> streams = {{{output_pipe.ends[0], POLLIN, 0}, {error_pipe.ends[0], POLLIN, 0}}};
  std::optional<int> code;
  Result<void> fine;
  // Something it left running in the background may hold the pipes open: its own end is what counts.
  while (!code && fine) {
    code = ended(pid);
    ::poll(streams.data(), streams.size(), code ? 0 : kPollMs);
    if (streams[0].revents != 0 && read_into(streams[0].fd, output.standard_output, false)) streams[0].fd = -1;
    if (streams[1].revents != 0 && read_into(streams[1].fd, output.standard_error, program.terminal)) {
      streams[1].fd = -1;
    }
    if (output.standard_error.size() > kErrorBytesMax) {
      output.standard_error.erase(0, output.standard_error.size() - kErrorBytesMax);
    }
    if (streams[0].fd < 0 && streams[1].fd < 0 && !code) (void)context.sleep(std::chrono::milliseconds(5));
    fine = may_go_on(context, program, deadline, output);
  }
  if (!code) {
    ::kill(program.terminal ? pid : -pid, SIGKILL);
    (void)wait_for(pid);
    return std::unexpected(std::move(fine).error());
  }
  // What was written before the end is still in the pipes.
  for (std::size_t i = 0; i < streams.size(); ++i) {
    auto& text = i == 0 ? output.standard_output : output.standard_error;
    while (streams[i].fd >= 0 && ::poll(&streams[i], 1, 0) > 0 && text.size() <= kOutputBytesMax) {
      if (read_into(streams[i].fd, text, i == 1 && program.terminal)) streams[i].fd = -1;
    }
  }
  if (output.standard_output.size() > kOutputBytesMax) {
    return fail(Fault::permanent, program.command + " printed more than 1 MiB");
  }
  output.exit_code = *code;
  return output;
}

}  // namespace tranship::kube
