#include "repo/local/failure_list.h"

namespace tranship::repo {
namespace {

constexpr std::size_t kFailuresMax = 1000;

}  // namespace

void FailureList::add(std::string_view path, const Error& error) { add(std::string(path) + ": " + error.what()); }

void FailureList::add(std::string path) {
  const std::lock_guard lock(mutex_);
  if (list_.size() < kFailuresMax) {
    list_.push_back(std::move(path));
  } else {
    ++more_;
  }
}

bool FailureList::any() const {
  const std::lock_guard lock(mutex_);
  return !list_.empty();
}

std::vector<std::string> FailureList::take() {
  const std::lock_guard lock(mutex_);
  if (more_ > 0) list_.push_back("... and " + std::to_string(more_) + " more");
  return std::move(list_);
}

}  // namespace tranship::repo
