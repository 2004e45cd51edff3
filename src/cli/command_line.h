#pragma once
// The command line: parses the arguments and runs one command. Exit codes are documented in docs/cli.md.

#include <string>
#include <vector>

#include "base/context.h"

namespace tranship::cli {

struct Streams;

// What main() calls: the process's streams, Ctrl-C and SIGTERM as the context's stop.
int run(int argument_count, char** arguments);
// The same on given streams; `arguments` without the program's name.
int run_line(const Context& context, const std::vector<std::string>& arguments, const Streams& streams);

}  // namespace tranship::cli
