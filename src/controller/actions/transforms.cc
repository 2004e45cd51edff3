#include "controller/actions/transforms.h"

#include <fmt/format.h>

#include "controller/runtime/status.h"
#include "migrate/transforms.h"

namespace tranship::controller {
namespace {

class TransformSetReconciler : public Reconciler {
 public:
  explicit TransformSetReconciler(const Services& services) : services_(services) {}

  const kube::ResourceType& type() const override { return api::TransformSet::type(); }

  Result<Next> reconcile(const Context& context, const Key& key) override {
    const auto set = TRY(services_.stores.get<api::TransformSet>(key));
    if (!set || set->metadata.deletion_timestamp) return Next{};
    const auto rules = migrate::rule_set_of(api::to_json(*set));
    auto status = set->status;
    status.observed_generation = set->metadata.generation;
    set_condition(status.conditions, "Ready", rules ? "True" : "False",
                  rules ? "Valid" : reason_of(rules.error().code()),
                  rules ? fmt::format("{} rules", rules->rules.size()) : rules.error().text(), set->metadata.generation,
                  services_.clock.wall());
    TRY(write_status(context, services_.client, *set, status));
    return Next{};
  }

 private:
  const Services services_;
};

}  // namespace

void choose_transforms(const Services& services, const api::Restore& restore, migrate::RestoreChoices& choices) {
  const std::string& own = restore.metadata.name_space;
  choices.transform_cluster_scoped = own == services.settings.system_namespace;
  for (const auto& reference : restore.spec.transforms) {
    const std::string object = fmt::format("TransformSet {}/{}", own, reference.name);
    const auto found = services.stores.get(api::TransformSet::type(), {own, reference.name});
    if (!found) {
      choices.transform_troubles.push_back(
          {object, "there is none of that name in the restore's namespace",
           fmt::format("Create it in namespace {}, or leave it out of spec.transforms", own)});
      continue;
    }
    if (auto rules = migrate::rule_set_of(*found)) {
      choices.transforms.push_back(std::move(*rules));
    } else {
      choices.transform_troubles.push_back({object, rules.error().what(), rules.error().fix()});
    }
  }
}

std::unique_ptr<Reconciler> make_transform_set_reconciler(const Services& services) {
  return std::make_unique<TransformSetReconciler>(services);
}

}  // namespace tranship::controller
