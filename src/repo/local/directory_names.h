#pragma once
// What is in an open directory.

#include <expected>
#include <string>
#include <vector>

namespace tranship::repo {

// All names but "." and "..", in the order the file system gives them; or the errno. The descriptor stays open, and its
// position where it is.
std::expected<std::vector<std::string>, int> directory_names(int directory);

}  // namespace tranship::repo
