#pragma once
// The transfer token at the end of an Export, in a Secret of the Export's namespace (key `token`).

#include "controller/api/types.h"
#include "controller/runtime/reconciler.h"
#include "migrate/location_catalog.h"

namespace tranship::controller {

// Makes it once: a later run of the same Export finds it. Answers the Secret's name. `location`: the whole location, as
// the cluster reaches it; its credentials do not travel. Fault::conflict (code "token.secret_exists") when a Secret of
// that name is somebody else's.
Result<std::string> ensure_export_token(const Context& context, const Services& services, const api::Export& object,
                                        migrate::ApplicationRepository& repository, const store::Location& location,
                                        const std::string& application, const std::string& cluster);

}  // namespace tranship::controller
