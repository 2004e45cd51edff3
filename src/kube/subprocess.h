#pragma once
// Runs a helper program and takes what it prints. Private to kube.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/context.h"

namespace tranship::kube {

struct Subprocess {
  std::string command;  // looked for in PATH unless it has a slash
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  // added to this process's own
  // True: it may talk to the person at the terminal (stdin is ours, what it says on stderr is passed on).
  bool terminal = false;
  std::chrono::milliseconds timeout{60'000};
};

struct SubprocessOutput {
  int exit_code = 0;  // 128 + number when a signal ended it
  std::string standard_output;
  std::string standard_error;  // the last 4 KiB
};

// Faults: not_found (no such program), auth (not executable), cancelled (the context; the program is killed),
// retryable (timeout; killed), permanent (over 1 MiB of output).
Result<SubprocessOutput> run_subprocess(const Context& context, const Subprocess& program);

}  // namespace tranship::kube
