#pragma once
// Shapes of JSON as JSON Schema has them (the part that OpenAPI documents and this server's checks share), written
// short, and the check of a value against one. Pure functions.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace tranship::api::schema {

Json text(std::size_t length_max = 4096);
Json one_of(std::initializer_list<std::string_view> values);
Json integer();
Json number();
Json boolean();
Json time();  // RFC 3339
Json list(Json items);
Json map(Json values);
// "#/components/schemas/<name>"; a part of one: "PolicySpec/properties/schedule".
Json reference(std::string_view name);
Json nullable(Json schema);
Json any();
// One of several shapes.
Json either(std::vector<Json> schemas);
// With the name that clients give to its type.
Json named(std::string_view title, Json schema);
// A member's name that ends with '?' may be absent; all others must be there, and no others.
Json object(std::initializer_list<std::pair<std::string_view, Json>> members);

// Fault::invalid, code "api.invalid", with the path of what is wrong: "spec.s3.bucket: expected a string". References
// are taken as fitting: the kinds of tranship.io are checked by the API server.
Result<void> check(const Json& value, const Json& schema);

}  // namespace tranship::api::schema
