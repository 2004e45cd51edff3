#include "transform/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tranship::transform {
namespace {

// A server takes 1.5 MB: copies of copies must not become more than it could ever be sent.
constexpr std::size_t kObjectBytesMax = std::size_t{4} << 20;
constexpr std::size_t kDepthMax = 200;
constexpr std::size_t kOperationsMax = 64, kRulesMax = 64;

// The parts of an object that a rule may write: all outside of metadata and status, and of metadata these.
constexpr std::array<std::string_view, 3> kMetadata = {"labels", "annotations", "finalizers"};

bool glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool matches(const std::optional<std::string>& pattern, std::string_view text) {
  return !pattern || glob(*pattern, text);
}

// "/metadata/labels/a" -> "metadata", "labels".
std::array<std::string_view, 2> first_steps(std::string_view pointer) {
  std::array<std::string_view, 2> steps;
  for (std::string_view& step : steps) {
    if (pointer.empty()) break;
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    step = pointer.substr(0, end);
    pointer.remove_prefix(end);
  }
  return steps;
}

bool may_write(std::string_view pointer) {
  const auto [first, second] = first_steps(pointer);
  if (first.empty() || first == "apiVersion" || first == "kind" || first == "status") return false;
  return first != "metadata" || std::ranges::find(kMetadata, second) != kMetadata.end();
}

bool is_pointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '~' && (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1'))) return false;
  }
  return true;
}

// What is wrong with an operation, or nothing.
std::string trouble_of(const Json& operation) {
  static constexpr std::array<std::string_view, 6> kOperations = {"test", "add", "remove", "replace", "copy", "move"};
  const std::string op = json_string(operation, {"op"}), path = json_string(operation, {"path"});
  const std::string from = json_string(operation, {"from"});
  if (std::ranges::find(kOperations, op) == kOperations.end()) return "there is no operation '" + op + "'";
  if (!json_at(operation, {"path"}).is_string() || !is_pointer(path)) return "'" + path + "' is no JSON pointer";
  const bool moves = op == "move" || op == "copy";
  if (moves != json_at(operation, {"from"}).is_string()) return "from belongs to move and copy and to nothing else";
  if (moves && !is_pointer(from)) return "'" + from + "' is no JSON pointer";
  if ((op == "test" || op == "add" || op == "replace") && json_at(operation, {"value"}).is_null()) {
    return op + " needs a value (remove takes one away)";
  }
  const std::string no_rule = " belongs to what the object is, which no rule can change";
  if (op != "test" && !may_write(path)) return (path.empty() ? "the whole object" : path) + no_rule;
  if (op == "move" && !may_write(from)) return (from.empty() ? "the whole object" : from) + no_rule;
  if (op == "move" && (path + "/").starts_with(from + "/")) return "nothing can be moved into itself";
  return {};
}

std::unexpected<Error> bad_rule(std::size_t index, const std::string& name, const std::string& trouble) {
  return fail(Error(Fault::invalid,
                    fmt::format("spec.transforms[{}]{}{}", index, name.empty() ? "" : " (" + name + ")", trouble))
                  .with_code("transform.rule")
                  .with_fix("Correct this rule of the TransformSet"));
}

std::optional<std::string> pattern_of(const Json& subject, std::string_view member) {
  const Json& value = json_at(subject, {member});
  return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

// Bytes of text and structure, roughly; more than the limit as soon as it is passed or nested too deep.
std::size_t weight_of(const Json& value, std::size_t depth = 0) {
  if (depth > kDepthMax) return kObjectBytesMax + 1;
  if (value.is_string()) return value.get_ref<const std::string&>().size() + 8;
  std::size_t weight = 8;
  if (!value.is_structured()) return weight;
  for (const auto& [key, member] : value.items()) {
    weight += (value.is_object() ? key.size() : 0) + weight_of(member, depth + 1);
    if (weight > kObjectBytesMax) break;
  }
  return weight;
}

using Pointer = Json::json_pointer;

// Where an item goes in a list: "-" is behind the last.
std::optional<std::size_t> position_in(const Json& list, const std::string& token) {
  if (token == "-") return list.size();
  const bool plain = !token.empty() && token.size() < 8 && (token == "0" || token[0] != '0') &&
                     std::ranges::all_of(token, [](char c) { return c >= '0' && c <= '9'; });
  if (!plain) return std::nullopt;
  const std::size_t index = std::stoul(token);
  return index <= list.size() ? std::optional(index) : std::nullopt;
}

bool put_at(Json& object, const Pointer& pointer, const Json& value) {
  if (!object.contains(pointer.parent_pointer())) return false;
  Json& holder = object.at(pointer.parent_pointer());
  if (holder.is_object()) return holder[pointer.back()] = value, true;
  if (!holder.is_array()) return false;
  const auto index = position_in(holder, pointer.back());
  if (index) holder.insert(holder.begin() + static_cast<std::ptrdiff_t>(*index), value);
  return index.has_value();
}

// The value taken away; the pointer leads to something.
Json take_from(Json& object, const Pointer& pointer) {
  Json taken = std::move(object.at(pointer));
  Json& holder = object.at(pointer.parent_pointer());
  if (holder.is_object()) {
    holder.erase(pointer.back());
  } else {
    holder.erase(*position_in(holder, pointer.back()));
  }
  return taken;
}

// One operation on an object, or why it does not fit.
std::string run_checked(Json& object, const Json& operation) {
  const std::string op = json_string(operation, {"op"}), path = json_string(operation, {"path"});
  const std::string from = json_string(operation, {"from"});
  const Pointer at(path), source(from);
  const bool puts = op == "add" || op == "copy" || op == "move";
  if (!puts && !object.contains(at)) return "there is nothing at " + path;
  if (!from.empty() && !object.contains(source)) return "there is nothing at " + from;
  if (op == "test") {
    return object.at(at) == operation.at("value") ? std::string() : "the value at " + path + " is another";
  }
  if (op == "remove") return take_from(object, at), std::string();
  if (op == "replace") {
    object.at(at) = operation.at("value");
  } else {
    Json value = op == "add" ? operation.at("value") : op == "move" ? take_from(object, source) : object.at(source);
    if (!put_at(object, at, value)) return "nothing can be put at " + path + ": what would hold it is not there";
  }
  return weight_of(object) > kObjectBytesMax ? "the object becomes too large" : "";
}

std::string run_operation(Json& object, const Json& operation) {
  try {
    return run_checked(object, operation);
  } catch (const Json::exception&) {
    return "there is nothing at " + json_string(operation, {"path"});  // a place in a list that is no number
  }
}

// What an object is, and what only servers write.
Json identity_of(const Json& object) {
  Json identity = {{"apiVersion", json_at(object, {"apiVersion"})},
                   {"kind", json_at(object, {"kind"})},
                   {"status", json_at(object, {"status"})},
                   {"metadata", json_at(object, {"metadata"})}};
  for (const std::string_view member : kMetadata) json_erase(identity, {"metadata", member});
  return identity;
}

bool texts_only(const Json& value, bool list) {
  if (value.is_null()) return true;
  return (list ? value.is_array() : value.is_object()) &&
         std::ranges::all_of(value, [](const Json& member) { return member.is_string(); });
}

// The second look, at what came of it: whatever way a patch found, the object is the same one.
std::string whole_trouble(const Json& before, const Json& after) {
  if (!after.is_object() || identity_of(before) != identity_of(after)) {
    return "it would make another object of it";
  }
  if (!texts_only(json_at(after, {"metadata", "labels"}), false) ||
      !texts_only(json_at(after, {"metadata", "annotations"}), false) ||
      !texts_only(json_at(after, {"metadata", "finalizers"}), true)) {
    return "labels and annotations are texts by name, finalizers a list of texts";
  }
  return {};
}

}  // namespace

bool Subject::matches(const kube::ObjectReference& source) const {
  return transform::matches(group, source.type.group) && transform::matches(kind, source.type.kind) &&
         transform::matches(name, source.name) && transform::matches(name_space, source.name_space);
}

Result<RuleSet> parse_rules(std::string name, const Json& transforms) {
  RuleSet set{std::move(name), {}};
  if (!transforms.is_array() || transforms.empty() || transforms.size() > kRulesMax) {
    return fail(Error(Fault::invalid, fmt::format("spec.transforms is a list of 1 to {} rules", kRulesMax))
                    .with_code("transform.rule")
                    .with_fix("deploy/examples/transformset.yaml is an example"));
  }
  for (std::size_t index = 0; index < transforms.size(); ++index) {
    const Json& each = transforms[index];
    Rule rule{json_string(each, {"name"}), {}, {}};
    const Json &subject = json_at(each, {"subject"}), &patch = json_at(each, {"patch"});
    if (rule.name.empty()) return bad_rule(index, "", " has no name");
    if (!subject.is_object()) return bad_rule(index, rule.name, " has no subject");
    rule.subject = {pattern_of(subject, "group"), pattern_of(subject, "kind"), pattern_of(subject, "name"),
                    pattern_of(subject, "namespace")};
    if (!patch.is_array() || patch.empty() || patch.size() > kOperationsMax) {
      return bad_rule(index, rule.name, fmt::format(": patch is a list of 1 to {} operations", kOperationsMax));
    }
    for (std::size_t at = 0; at < patch.size(); ++at) {
      if (const std::string trouble = trouble_of(patch[at]); !trouble.empty()) {
        return bad_rule(index, rule.name, fmt::format(", patch[{}]: {}", at, trouble));
      }
      rule.patch.push_back(patch[at]);
    }
    set.rules.push_back(std::move(rule));
  }
  return set;
}

RuleRun::RuleRun(const std::vector<RuleSet>& sets, bool cluster_scoped) : sets_(sets), cluster_scoped_(cluster_scoped) {
  for (const RuleSet& set : sets) counts_.emplace_back(set.rules.size());
}

void RuleRun::apply(std::vector<PreparedObject>& objects) {
  for (PreparedObject& object : objects) {
    if (!cluster_scoped_ && json_string(object.object, {"metadata", "namespace"}).empty()) continue;
    const std::size_t failed_before = failures_.size();
    for (std::size_t s = 0; s < sets_.size(); ++s) {
      for (std::size_t r = 0; r < sets_[s].rules.size() && failures_.size() == failed_before; ++r) {
        apply_rule(sets_[s], sets_[s].rules[r], object, counts_[s][r]);
      }
    }
  }
}

void RuleRun::apply_rule(const RuleSet& set, const Rule& rule, PreparedObject& object, Count& count) {
  if (!rule.subject.matches(object.source)) return;
  ++count.matched;
  const auto failed = [&](const std::string& where, const std::string& trouble) {
    failures_.push_back(
        {kube::ObjectReference::of(object.object), object.source_uid,
         fmt::format("rule '{}' of TransformSet {}{}: {}", rule.name, set.name, where, trouble),
         fmt::format("Change the rule, or its subject so that it leaves {} out", object.source.to_string())});
  };
  Json changed = object.object;
  for (std::size_t at = 0; at < rule.patch.size(); ++at) {
    const Json& operation = rule.patch[at];
    if (const std::string trouble = run_operation(changed, operation); !trouble.empty()) {
      return failed(
          fmt::format(", patch[{}] ({} {})", at, json_string(operation, {"op"}), json_string(operation, {"path"})),
          trouble);
    }
  }
  if (const std::string trouble = whole_trouble(object.object, changed); !trouble.empty()) return failed("", trouble);
  if (changed == object.object) return;
  ++count.changed;
  object.object = std::move(changed);
}

std::vector<std::string> RuleRun::notes() const {
  std::vector<std::string> notes;
  for (std::size_t s = 0; s < sets_.size(); ++s) {
    for (std::size_t r = 0; r < sets_[s].rules.size(); ++r) {
      const Count& count = counts_[s][r];
      const std::string rule = fmt::format("TransformSet {}, rule '{}'", sets_[s].name, sets_[s].rules[r].name);
      notes.push_back(count.matched == 0
                          ? rule + ": no object of the application is its subject"
                          : fmt::format("{}: changes {} of {} objects", rule, count.changed, count.matched));
    }
  }
  return notes;
}

}  // namespace tranship::transform
