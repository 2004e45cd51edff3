#pragma once
// Locations: whether each can be used as its spec says, looked at every ten minutes and whenever its spec, its Secrets
// or its annotation tranship.io/check change.

#include "controller/runtime/reconciler.h"

namespace tranship::controller {

inline constexpr std::string_view kCheckAnnotation = "tranship.io/check";

std::unique_ptr<Reconciler> make_location_reconciler(const Services& services);

}  // namespace tranship::controller
