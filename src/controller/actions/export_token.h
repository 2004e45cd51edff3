#pragma once
// The transfer token at the end of an Export, in a Secret beside it.

#include <string>

#include "controller/api/types.h"
#include "kube/client.h"
#include "migrate/location_catalog.h"

namespace tranship::controller {

// "shop-to-west-token" unless the spec names another.
std::string token_secret_name(const api::Export& object);

// Before anything is exported: a Secret of that name that is not this Export's must not be written over.
// Fault::conflict, code "export.secret_exists".
Result<void> check_token_secret(const Context& context, kube::Client& client, const api::Export& object);

// Makes the token and its Secret (keys `token`, and `application` for people) unless an earlier run of the same Export
// did. A key whose Secret was never written is revoked: nobody has its token. `location`: the whole location.
Result<void> put_token(const Context& context, kube::Client& client, const api::Export& object,
                       migrate::ApplicationRepository& repository, const store::Location& location,
                       const std::string& application, const std::string& cluster);

}  // namespace tranship::controller
