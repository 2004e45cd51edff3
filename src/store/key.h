#pragma once
// Which keys a store takes. Every implementation checks with this before it does anything.

#include <string>
#include <string_view>

#include "base/error.h"

namespace tranship::store {

inline constexpr std::size_t kKeyBytesMax = 512;
// Names that begin so are the stores' own (temporary files): no key has them, list() never shows them.
inline constexpr std::string_view kHiddenPrefix = ".tranship-";

// Relative, '/'-separated, no empty, "." or ".." components, no NUL, at most kKeyBytesMax bytes. Fault::invalid.
Result<void> check_key(std::string_view key);

// "a/b/c" -> "a/b"; "" when there is no folder.
std::string_view folder_of(std::string_view key);

// What Store::create() says of a key that is taken.
Error exists_already(const std::string& object);

}  // namespace tranship::store
