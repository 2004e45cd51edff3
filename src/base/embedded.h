#pragma once
// Files that are part of the binary: cmake/TranshipEmbed.cmake makes a function that returns them.

#include <string_view>

namespace tranship {

struct EmbeddedFile {
  std::string_view name;     // path in the source tree: "deploy/crds/locations.yaml"
  std::string_view content;  // lives as long as the program
};

}  // namespace tranship
