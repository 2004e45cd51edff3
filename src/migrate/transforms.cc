#include "migrate/transforms.h"

#include "base/yaml.h"
#include "crypto/digest.h"

namespace tranship::migrate {
namespace {

Json text_or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json();
}

}  // namespace

Result<transform::RuleSet> rule_set_of(const Json& object) {
  if (json_string(object, {"kind"}) != "TransformSet" ||
      json_string(object, {"apiVersion"}) != "tranship.io/v1alpha1") {
    return fail(Error(Fault::invalid, "it is no TransformSet of tranship.io/v1alpha1")
                    .with_code("transform.kind")
                    .with_fix("deploy/examples/transformset.yaml is one"));
  }
  const std::string name = json_string(object, {"metadata", "name"});
  auto set = transform::parse_rules(name, json_at(object, {"spec", "transforms"}));
  if (!set) return fail(std::move(set).error().in("TransformSet " + name));
  return set;
}

Result<std::vector<transform::RuleSet>> rule_sets_of(std::string_view yaml) {
  std::vector<transform::RuleSet> sets;
  for (const Json& document : TRY(parse_yaml(yaml))) {
    if (!document.is_null()) sets.push_back(TRY(rule_set_of(document)));
  }
  if (sets.empty()) sets.push_back(TRY(rule_set_of(Json())));
  return sets;
}

std::string digest_of(const std::vector<transform::RuleSet>& sets) {
  if (sets.empty()) return {};
  Json rules = Json::array();
  for (const auto& set : sets) {
    for (const auto& rule : set.rules) {
      rules.push_back({text_or_null(rule.subject.group), text_or_null(rule.subject.kind),
                       text_or_null(rule.subject.name), text_or_null(rule.subject.name_space), rule.patch});
    }
  }
  return crypto::sha256(as_bytes(to_text(rules))).hex();
}

}  // namespace tranship::migrate
