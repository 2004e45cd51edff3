#include "volume/removal.h"

#include <algorithm>

namespace tranship::volume {

Result<void> remove_and_wait(const Context& context, kube::Client& client,
                             const kube::ResourceType& type, const std::string& name_space,
                             const std::string& name, std::optional<int> grace_period_seconds) {
  using std::chrono::milliseconds;
  kube::DeleteOptions options;
  options.grace_period_seconds = grace_period_seconds;
  auto removed = client.remove(context, type, name_space, name, options);
  if (!removed) return removed.error().fault() == Fault::not_found ? Result<void>() : removed;
  for (milliseconds wait(50);; wait = std::min(wait * 3 / 2, milliseconds(1000))) {
    auto object = client.get(context, type, name_space, name);
    if (!object && object.error().fault() == Fault::not_found) return {};
    if (!object && object.error().fault() != Fault::retryable)
      return std::unexpected(std::move(object).error());
    TRY(context.sleep(wait));
  }
}

}  // namespace tranship::volume
