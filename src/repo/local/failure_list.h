#pragma once
// Paths that could not be read or restored, with the reason. Thread-safe; keeps the first thousand.

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tranship::repo {

class FailureList {
 public:
  void add(std::string_view path, const Error& error);
  void add(std::string path);
  bool any() const;
  // The list; the last entry says how many more there were.
  std::vector<std::string> take();

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> list_;
  std::uint64_t more_ = 0;
};

}  // namespace tranship::repo
