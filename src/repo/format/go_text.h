#pragma once
// Text exactly as Go's encoding/json, strconv and time packages write it: tree blobs are named by the hash of
// their bytes, so ours must have the bytes that restic gives. All functions are pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tranship::repo {

// Appends `text` as a JSON string with its quotes; <, > and & escaped, bytes that are not UTF-8 become \ufffd.
void append_json_string(std::string& out, std::string_view text);
// Appends strconv.Quote(name) without its quotes, escaped once more for JSON, with the JSON string's quotes.
void append_json_name(std::string& out, std::string_view name);
// What append_json_name wrote, after the JSON string is decoded. Nothing when it is not such a text.
std::optional<std::string> unquote_name(std::string_view quoted);

// "2006-01-02T15:04:05.999999999Z" with the quotes; nanoseconds since 1970 UTC.
void append_json_time(std::string& out, std::int64_t time_ns);
// RFC 3339 with any fraction and offset. Times outside of what 64 bits of nanoseconds hold give the nearest one.
std::optional<std::int64_t> parse_json_time(std::string_view text);

void append_number(std::string& out, std::uint64_t value);

bool is_valid_utf8(std::string_view text);
// What strconv.IsPrint says.
bool is_printable(char32_t rune);

}  // namespace tranship::repo
