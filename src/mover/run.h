#pragma once
// What a mover pod does: one task, from opening the location to the result line.

#include <chrono>
#include <functional>
#include <string>

#include "mover/relay_listener.h"
#include "mover/task.h"

namespace tranship::mover {

struct RunOptions {
  std::string relay_socket = kRelaySocket;
  std::chrono::milliseconds progress_interval{1'000};
  // How often packs are indexed at first: what a mover that is killed loses at most.
  std::chrono::seconds index_interval{5};
  // A relayed mover that nobody serves for so long ends (retryable): whoever started it is gone.
  std::chrono::milliseconds alone_max = std::chrono::minutes(10);
};

// Runs the task. `line` gets JSON texts without line ends: progress, then the result as the last; from several
// threads, one at a time. When `context` stops, what reached the store is indexed, so that the next run goes on
// from there, and the result's error is Fault::cancelled.
ResultLine run_task(const Context& context, const Task& task, const std::function<void(const std::string&)>& line,
                    const RunOptions& options = {});

// The node of a backup's result, read from the repository (whose index is brought up to date) when it was too large
// for the line. Fault::corrupt when the result has none.
Result<repo::Node> volume_node(const Context& context, repo::Repository& repository, const ResultLine& result);

// Keeps glibc's allocator from holding on to freed memory: call once, first, in a process that runs a task.
void bound_memory();

}  // namespace tranship::mover
