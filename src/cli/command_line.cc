#include "cli/command_line.h"

#include <cstdio>

namespace tranship::cli {

int run(int, char**) {
  std::puts("tranship 0.1.0");
  return 0;
}

}  // namespace tranship::cli
