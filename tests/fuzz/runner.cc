#include "runner.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <new>

#include "coverage.h"
#include "memory.h"
#include "mutate.h"

namespace tranship::fuzz {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFileBytesMax = 4u << 20;  // of files that are replayed

// Memory of both processes: what the running one is doing.
struct Shared {
  std::atomic<std::uint64_t> runs{0};
  std::atomic<std::size_t> kept{0}, edges{0};
  std::atomic<std::size_t> size{0};
  std::atomic<bool> ended{false};
  char input[kFileBytesMax];
};

class SharedMemory {
 public:
  SharedMemory() : memory_(::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) std::abort();
    shared_ = new (memory_) Shared;
  }
  ~SharedMemory() { ::munmap(memory_, sizeof(Shared)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  Shared& operator*() const { return *shared_; }
  Shared* operator->() const { return shared_; }

 private:
  void* memory_;
  Shared* shared_;
};

// In the watched process.
class Loop {
 public:
  Loop(const Target& target, std::vector<std::string> inputs, const RunOptions& options, Shared& shared)
      : target_(target), inputs_(std::move(inputs)), options_(options), shared_(shared), random_(options.seed) {
    // Targets have the same seed and go different ways.
    for (const char c : target.name) random_ = Random(random_.next() ^ static_cast<unsigned char>(c));
  }

  void run() {
    const auto begin = Clock::now();
    for (const std::string& input : inputs_) try_input(input);
    if (inputs_.empty()) inputs_.emplace_back();
    for (std::uint64_t run = 0; goes_on(run, begin); ++run) {
      std::string input = mutate(random_, target_, inputs_);
      if (!try_input(input)) continue;
      ++shared_.kept;
      inputs_.push_back(std::move(input));
    }
    shared_.edges = edges_reached();
    shared_.ended = true;
  }

 private:
  bool goes_on(std::uint64_t run, Clock::time_point begin) const {
    if (options_.runs == 0 && options_.time.count() == 0) return false;
    if (options_.runs != 0 && run >= options_.runs) return false;
    return options_.time.count() == 0 || Clock::now() - begin < options_.time;
  }

  bool try_input(const std::string& input) {
    shared_.size = std::min(input.size(), kFileBytesMax);
    std::memcpy(shared_.input, input.data(), shared_.size);
    ++shared_.runs;
    // Exactly as large as the input, so that a read over its end is seen.
    const std::unique_ptr<std::uint8_t[]> copy(new std::uint8_t[input.size()]);
    std::copy(input.begin(), input.end(), copy.get());
    begin_coverage();
    limit_memory(target_.memory_base + kMemoryPerByte * input.size());
    target_.run({copy.get(), input.size()});
    unlimit_memory();
    return found_new_coverage();
  }

  const Target& target_;
  std::vector<std::string> inputs_;
  const RunOptions& options_;
  Shared& shared_;
  Random random_;
};

// Waits until the process at the other end of `pipe` is gone, or has been at one input for too long.
bool wait_in_time(int pipe, const Shared& shared, std::chrono::seconds input_time) {
  std::uint64_t run = 0;
  auto since = Clock::now();
  for (;;) {
    pollfd end{pipe, POLLIN, 0};
    if (::poll(&end, 1, 200) > 0) return true;
    if (const std::uint64_t now = shared.runs; now != run) {
      run = now;
      since = Clock::now();
    }
    if (!shared.ended && Clock::now() - since > input_time) return false;
  }
}

std::filesystem::path keep_input(const Target& target, const Shared& shared, const RunOptions& options) {
  std::filesystem::create_directories(options.crashes);
  auto path = options.crashes / (target.name + "-" + std::to_string(options.seed) + "-" + std::to_string(shared.runs));
  std::ofstream(path, std::ios::binary).write(shared.input, static_cast<std::streamsize>(shared.size));
  return path;
}

std::string how_it_ended(int status, bool in_time) {
  if (!in_time) return "one input took too long";
  if (WIFSIGNALED(status)) return std::string("ended by signal ") + ::strsignal(WTERMSIG(status));
  return "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

RunReport run_target(const Target& target, std::vector<std::string> inputs, const RunOptions& options) {
  const SharedMemory shared;
  const auto begin = Clock::now();
  int pipe[2];
  if (::pipe(pipe) != 0) std::abort();
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) std::abort();
  if (child == 0) {
    ::close(pipe[0]);
    Loop(target, std::move(inputs), options, *shared).run();
    std::exit(0);  // not _exit: the sanitizer looks for leaks
  }
  ::close(pipe[1]);
  const bool in_time = wait_in_time(pipe[0], *shared, options.input_time);
  if (!in_time) ::kill(child, SIGABRT);
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(pipe[0]);
  RunReport report;
  report.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  report.runs = shared->runs;
  report.kept = shared->kept;
  report.edges = shared->edges;
  report.passed = WIFEXITED(status) && WEXITSTATUS(status) == 0 && shared->ended;
  if (!report.passed) {
    report.failure = how_it_ended(status, in_time);
    report.input = keep_input(target, *shared, options);
  }
  return report;
}

}  // namespace tranship::fuzz
