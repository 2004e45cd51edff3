#pragma once
// Runs one target in a process of its own, watched from outside: whatever ends it, the input that did is kept.

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "target.h"

namespace tranship::fuzz {

struct RunOptions {
  std::uint64_t seed = 1;
  std::uint64_t runs = 0;               // changed inputs; 0: as many as the time allows
  std::chrono::seconds time{0};         // 0: as long as the runs take
  std::chrono::seconds input_time{10};  // for one input
  std::filesystem::path crashes = ".";  // where inputs that failed are written
};

struct RunReport {
  bool passed = false;
  std::uint64_t runs = 0;
  std::size_t kept = 0;   // inputs that reached something new
  std::size_t edges = 0;  // reached; 0 when coverage is not measured
  std::chrono::milliseconds took{0};
  std::string failure;          // how it ended
  std::filesystem::path input;  // that it ended at
};

// `inputs` first, as they are; then changed ones. No runs and no time: only `inputs`.
RunReport run_target(const Target& target, std::vector<std::string> inputs, const RunOptions& options);

}  // namespace tranship::fuzz
