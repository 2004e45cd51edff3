#pragma once
// TransformSets as a restore takes them. Pure.

#include "base/json.h"
#include "transform/rules.h"

namespace tranship::migrate {

// The rules of a TransformSet object. Fault::invalid: another kind ("transform.kind"), or a bad rule, which the text
// names by its index ("transform.rule").
Result<transform::RuleSet> rule_set_of(const Json& object);
// The same of a text in YAML, which may hold several of them.
Result<std::vector<transform::RuleSet>> rule_sets_of(std::string_view yaml);

// The same for sets that do the same; empty when there are none.
std::string digest_of(const std::vector<transform::RuleSet>& sets);

}  // namespace tranship::migrate
