#include "controller/actions/local_expiry.h"

#include <algorithm>

#include "controller/actions/local_points.h"
#include "controller/location/restore_points.h"
#include "observe/log.h"

namespace tranship::controller {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::minutes kLookAgainInUse{1};

class LocalExpiryReconciler : public Reconciler {
 public:
  explicit LocalExpiryReconciler(const Services& services) : services_(services) {}

  const kube::ResourceType& type() const override { return api::RestorePoint::type(); }

  Result<Next> reconcile(const Context& context, const Key& key) override {
    const auto point = TRY(services_.stores.get<api::RestorePoint>(key));
    if (!point || point->metadata.deletion_timestamp) return Next{};
    if (point->spec.kind != api::RestorePointKind::local || !point->spec.expires_at) return Next{};
    const auto left = *point->spec.expires_at - services_.clock.wall();
    if (left.count() > 0) return Next{std::max(milliseconds(1), std::chrono::ceil<milliseconds>(left))};
    if (is_in_use(services_, *point)) return Next{kLookAgainInUse};
    TRY(remove_restore_point(context, services_.client, key.name_space, key.name));
    observe::log_info("A local restore point was removed: its time is over", {{"key", key.to_string()}});
    return Next{};
  }

 private:
  const Services services_;
};

}  // namespace

std::unique_ptr<Reconciler> make_local_expiry_reconciler(const Services& services) {
  return std::make_unique<LocalExpiryReconciler>(services);
}

}  // namespace tranship::controller
