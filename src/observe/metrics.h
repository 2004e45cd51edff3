#pragma once
// Numbers for Prometheus: counters and gauges by name and labels, and the text that a scrape gets (exposition format
// 0.0.4). Thread-safe.

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tranship::observe {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Metrics {
 public:
  // `name` as Prometheus wants it ("tranship_reconciles_total"); `help` is kept from the first call for a name.
  void add(std::string_view name, std::string_view help, const Labels& labels = {}, double amount = 1);
  void set(std::string_view name, std::string_view help, const Labels& labels, double value);
  // Removes one series, of an object that is gone.
  void remove(std::string_view name, const Labels& labels);
  std::string text() const;

 private:
  struct Family {
    std::string help;
    bool counter = false;
    std::map<std::string, double> series;  // by the labels as they are written
  };
  Family& family(std::string_view name, std::string_view help, bool counter);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
};

// Resident memory of this process, in bytes; 0 when it cannot be told.
double resident_memory_bytes();

}  // namespace tranship::observe
