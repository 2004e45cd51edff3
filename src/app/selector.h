#pragma once
// Label selectors as kubectl takes them ("app=web,tier in (a,b),!canary") and as objects carry them
// (matchLabels, matchExpressions), evaluated here. Plain values.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace tranship::app {

class LabelSelector {
 public:
  // The empty text selects everything. Fault::invalid says where it stops making sense.
  static Result<LabelSelector> parse(std::string_view text);
  // A metav1.LabelSelector: {} selects everything, null nothing. Unknown operators select nothing.
  static LabelSelector of(const Json& selector);

  // `labels`: the object {"key": "value"}; null is no labels.
  bool matches(const Json& labels) const;
  bool everything() const { return !nothing_ && requirements_.empty(); }

 private:
  enum class Operator { in, not_in, exists, absent };
  struct Requirement {
    std::string key;
    Operator op = Operator::exists;
    std::vector<std::string> values;
  };
  friend class SelectorParser;
  static bool holds(const Requirement& requirement, const Json& labels);

  bool nothing_ = false;
  std::vector<Requirement> requirements_;
};

}  // namespace tranship::app
