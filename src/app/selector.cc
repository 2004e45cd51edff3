#include "app/selector.h"

#include <algorithm>
#include <cctype>

namespace tranship::app {

// Grammar: requirement {"," requirement}; requirement = ["!"] key | key ("="|"=="|"!=") [value] |
// key ("in"|"notin") "(" value {"," value} ")".
class SelectorParser {
 public:
  explicit SelectorParser(std::string_view text) : text_(text) {}

  Result<LabelSelector> parse() {
    LabelSelector selector;
    skip_space();
    if (at_end()) return selector;
    while (true) {
      selector.requirements_.push_back(TRY(requirement()));
      skip_space();
      if (at_end()) return selector;
      if (!take(',')) return bad("a comma or the end");
      skip_space();
    }
  }

 private:
  using Operator = LabelSelector::Operator;

  Result<LabelSelector::Requirement> requirement() {
    LabelSelector::Requirement result;
    const bool absent = take('!');
    skip_space();
    result.key = word();
    if (result.key.empty()) return bad("a label key");
    skip_space();
    if (absent) {
      result.op = Operator::absent;
      return result;
    }
    if (take('=')) {
      take('=');
      return equality(std::move(result), Operator::in);
    }
    if (take('!')) {
      if (!take('=')) return bad("'=' after '!'");
      return equality(std::move(result), Operator::not_in);
    }
    if (at_end() || text_[at_] == ',') return result;
    const std::string word_operator = word();
    if (word_operator != "in" && word_operator != "notin") return bad("'=', '!=', 'in' or 'notin'");
    result.op = word_operator == "in" ? Operator::in : Operator::not_in;
    return values(std::move(result));
  }

  Result<LabelSelector::Requirement> equality(LabelSelector::Requirement result, Operator op) {
    skip_space();
    result.op = op;
    result.values.push_back(word());
    return result;
  }

  Result<LabelSelector::Requirement> values(LabelSelector::Requirement result) {
    skip_space();
    if (!take('(')) return bad("'(' with the values");
    do {
      skip_space();
      result.values.push_back(word());
      skip_space();
    } while (take(','));
    if (!take(')')) return bad("')' after the values");
    return result;
  }

  std::string word() {
    const std::size_t start = at_;
    while (!at_end() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                         std::string_view("-_./").find(text_[at_]) != std::string_view::npos)) {
      ++at_;
    }
    return std::string(text_.substr(start, at_ - start));
  }
  bool take(char wanted) {
    if (at_end() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (!at_end() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  bool at_end() const { return at_ >= text_.size(); }
  std::unexpected<Error> bad(std::string_view wanted) const {
    return fail(Error(Fault::invalid, "label selector '" + std::string(text_) + "': expected " +
                                          std::string(wanted) + " at character " + std::to_string(at_ + 1))
                    .with_fix("Write it as kubectl does: app=web,tier in (a,b),!canary"));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

Result<LabelSelector> LabelSelector::parse(std::string_view text) {
  return SelectorParser(text).parse();
}

LabelSelector LabelSelector::of(const Json& selector) {
  LabelSelector result;
  if (!selector.is_object()) {
    result.nothing_ = true;
    return result;
  }
  for (const auto& [key, value] : json_at(selector, {"matchLabels"}).items()) {
    if (value.is_string()) result.requirements_.push_back({key, Operator::in, {value.get<std::string>()}});
  }
  for (const auto& expression : json_at(selector, {"matchExpressions"})) {
    Requirement requirement{json_string(expression, {"key"}), Operator::exists, {}};
    const std::string op = json_string(expression, {"operator"});
    if (op == "In") {
      requirement.op = Operator::in;
    } else if (op == "NotIn") {
      requirement.op = Operator::not_in;
    } else if (op == "DoesNotExist") {
      requirement.op = Operator::absent;
    } else if (op != "Exists") {
      result.nothing_ = true;
    }
    for (const auto& value : json_at(expression, {"values"})) {
      if (value.is_string()) requirement.values.push_back(value.get<std::string>());
    }
    result.requirements_.push_back(std::move(requirement));
  }
  return result;
}

bool LabelSelector::matches(const Json& labels) const {
  if (nothing_) return false;
  return std::ranges::all_of(requirements_,
                             [&](const Requirement& requirement) { return holds(requirement, labels); });
}

bool LabelSelector::holds(const Requirement& requirement, const Json& labels) {
  const Json& label = json_at(labels, {requirement.key});
  const bool there = label.is_string();
  const auto among = [&] {
    return std::ranges::find(requirement.values, label.get_ref<const std::string&>()) !=
           requirement.values.end();
  };
  switch (requirement.op) {
    case Operator::in: return there && among();
    case Operator::not_in: return !there || !among();  // as Kubernetes: a missing key satisfies NotIn and !=
    case Operator::exists: return there;
    case Operator::absent: return !there;
  }
  return false;
}

}  // namespace tranship::app
