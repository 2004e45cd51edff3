#pragma once
// JSON of the control plane: nlohmann::json (keys sorted, so that equal values have equal bytes), parsed
// with a limit and without exceptions, and readers that never throw on a shape they did not expect.

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tranship {

using Json = nlohmann::json;

// Fault::corrupt with the place, never the text (it may be secret): not JSON, or nested deeper than 200 levels.
Result<Json> parse_json(std::string_view text);

// The member at a path of object keys, or a null value. json_at(pod, {"spec", "nodeName"}).
const Json& json_at(const Json& value, std::initializer_list<std::string_view> path);
// The string, number (nearest 64 bits can hold) or boolean at the path; the default when absent or of another type.
std::string json_string(const Json& value, std::initializer_list<std::string_view> path,
                        std::string_view otherwise = {});
std::int64_t json_integer(const Json& value, std::initializer_list<std::string_view> path,
                          std::int64_t otherwise = 0);
bool json_bool(const Json& value, std::initializer_list<std::string_view> path,
               bool otherwise = false);
// Removes the member at the path when it is there; true when something was removed.
bool json_erase(Json& value, std::initializer_list<std::string_view> path);
// Compact text; bytes that are not UTF-8 become U+FFFD instead of an exception.
std::string to_text(const Json& value);

}  // namespace tranship
