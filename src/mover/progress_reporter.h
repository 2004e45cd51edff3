#pragma once
// Says a task's progress, one line per interval while it changes.

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "mover/task.h"
#include "repo/progress.h"

namespace tranship::mover {

class ProgressReporter {
 public:
  // `tick` is called at every interval, on the reporter's thread.
  ProgressReporter(const std::string& task_id, const repo::Progress& progress, std::chrono::milliseconds interval,
                   std::function<void(const std::string&)> line, std::function<void()> tick);
  ~ProgressReporter();  // the last state is said before it returns
  ProgressReporter(const ProgressReporter&) = delete;
  ProgressReporter& operator=(const ProgressReporter&) = delete;

 private:
  void run(std::stop_token stop);
  void say();

  const std::string task_id_;
  const repo::Progress& progress_;
  const std::chrono::milliseconds interval_;
  const std::function<void(const std::string&)> line_;
  const std::function<void()> tick_;
  std::string last_;
  std::chrono::steady_clock::time_point last_said_{};
  std::jthread thread_;
};

}  // namespace tranship::mover
