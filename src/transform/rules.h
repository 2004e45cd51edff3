#pragma once
// Rules of TransformSets: RFC 6902 patches on the prepared objects that a rule's subject chooses. Pure. What an object
// is (kind, name, namespace) no rule can change, so that a rule can neither lead out of the target namespace nor make
// something else of an object.

#include <optional>
#include <string>
#include <vector>

#include "transform/prepare.h"

namespace tranship::transform {

// `*` stands for any characters, `?` for one. What is absent matches everything.
struct Subject {
  std::optional<std::string> group;  // empty text: the core group
  std::optional<std::string> kind;
  std::optional<std::string> name;
  std::optional<std::string> name_space;  // at the source

  bool matches(const kube::ObjectReference& source) const;
};

struct Rule {
  std::string name;
  Subject subject;
  std::vector<Json> patch;  // operations, checked
};

struct RuleSet {
  std::string name;  // for messages
  std::vector<Rule> rules;
};

// `transforms`: spec.transforms of a TransformSet. Fault::invalid, code "transform.rule", names the first bad rule by
// its index: "spec.transforms[2] (another host), patch[0]: ...".
Result<RuleSet> parse_rules(std::string name, const Json& transforms);

// A patch that does not fit one of its subjects: the object is as before that rule.
struct RuleFailure {
  kube::ObjectReference object;  // as it would be sent
  std::string source_uid;
  std::string reason, fix;
};

// Applies sets in their order to several lists of objects, one after the other. Values are in no text.
class RuleRun {
 public:
  // Without `cluster_scoped` what lies outside of namespaces is no rule's subject.
  RuleRun(const std::vector<RuleSet>& sets, bool cluster_scoped);

  // An object is patched by no further rule once one has failed on it.
  void apply(std::vector<PreparedObject>& objects);
  const std::vector<RuleFailure>& failures() const { return failures_; }
  // How many objects each rule changed; also that it found none.
  std::vector<std::string> notes() const;

 private:
  struct Count {
    std::size_t matched = 0, changed = 0;
  };
  void apply_rule(const RuleSet& set, const Rule& rule, PreparedObject& object, Count& count);

  const std::vector<RuleSet>& sets_;
  const bool cluster_scoped_;
  std::vector<std::vector<Count>> counts_;  // of each set's rules
  std::vector<RuleFailure> failures_;
};

}  // namespace tranship::transform
