#pragma once
// Deleting one object and waiting until it is gone. Looks again and again instead of watching: that needs no further
// right.

#include <optional>

#include "kube/client.h"

namespace tranship::volume {

// Success also when it was gone already. Fault::cancelled when the context ends first.
Result<void> remove_and_wait(const Context& context, kube::Client& client, const kube::ResourceType& type,
                             const std::string& name_space, const std::string& name,
                             std::optional<int> grace_period_seconds = {});

}  // namespace tranship::volume
