#pragma once
// YAML in and out of Json. Reading follows the YAML 1.2 core schema for plain scalars (quoted ones stay
// strings); writing quotes every string that YAML 1.1 or 1.2 could take for something else.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace tranship {

// All documents of `text`; Fault::invalid with line and column when it is not YAML.
Result<std::vector<Json>> parse_yaml(std::string_view text);
// The only document; an empty text is a null value.
Result<Json> parse_yaml_document(std::string_view text);
std::string to_yaml(const Json& value);

}  // namespace tranship
