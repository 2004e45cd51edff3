#pragma once
// A namespace's new name: followed where a field's meaning is known, reported where it is only likely.

#include <set>

#include "transform/kinds.h"

namespace tranship::transform {

// metadata.namespace, a Namespace's own name, subjects of role bindings (accounts, and the users and groups
// named after them), services of webhooks, conversions and API services, targets of endpoints, and
// cert-manager's "namespace/name" annotations. Returns true when something changed.
bool follow_namespace(Json& object, const std::string& from, const std::string& to);

// Notes for what names the old namespace in `object` (as captured) and was not followed: host names such as
// "db.shop.svc", fields and variables called namespace, namespace selectors. `services`: names of the
// captured Services, so that "db.shop" counts and "www.shop.com" does not. Values of Secrets are looked at,
// never shown.
void report_namespace_references(const Json& object, const std::string& from,
                                 const std::set<std::string>& services, const KindContext& context);

// The first host in `text` that lies in the namespace ("db.shop.svc.cluster.local"); empty when there is
// none.
std::string host_in_namespace(std::string_view text, std::string_view name_space,
                              const std::set<std::string>& services);

}  // namespace tranship::transform
