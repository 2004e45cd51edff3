#pragma once
// The OpenAPI document (3.1) of the operations, with the kinds of tranship.io as their CRDs describe them.

#include <vector>

#include "api/routing/operation.h"

namespace tranship::api {

Json openapi_document(const std::vector<Operation>& operations);

}  // namespace tranship::api
