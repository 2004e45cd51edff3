#include "observe/metrics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

namespace tranship::observe {
namespace {

// {kind="Location",result="ok"}; empty without labels.
std::string written(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text += fmt::format("{}{}=\"", text.empty() ? "" : ",", name);
    for (const char c : value) {
      if (c == '\n') {
        text += "\\n";
        continue;
      }
      if (c == '\\' || c == '"') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text.empty() ? text : "{" + text + "}";
}

}  // namespace

Metrics::Family& Metrics::family(std::string_view name, std::string_view help, bool counter) {
  const auto found = families_.find(name);
  if (found != families_.end()) return found->second;
  return families_.emplace(name, Family{std::string(help), counter, {}}).first->second;
}

void Metrics::add(std::string_view name, std::string_view help, const Labels& labels, double amount) {
  std::lock_guard lock(mutex_);
  family(name, help, true).series[written(labels)] += amount;
}

void Metrics::set(std::string_view name, std::string_view help, const Labels& labels, double value) {
  std::lock_guard lock(mutex_);
  family(name, help, false).series[written(labels)] = value;
}

void Metrics::remove(std::string_view name, const Labels& labels) {
  std::lock_guard lock(mutex_);
  if (const auto found = families_.find(name); found != families_.end()) found->second.series.erase(written(labels));
}

std::string Metrics::text() const {
  std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [name, family] : families_) {
    text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, family.help, family.counter ? "counter" : "gauge");
    for (const auto& [labels, value] : family.series) text += fmt::format("{}{} {}\n", name, labels, value);
  }
  return text;
}

double resident_memory_bytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0, resident = 0;
  if (!(file >> size >> resident)) return 0;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace tranship::observe
