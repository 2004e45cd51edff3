#pragma once
// The command line: parses the arguments and runs one command. Exit codes are documented in docs/cli.md.

namespace tranship::cli {

int run(int argument_count, char** arguments);

}  // namespace tranship::cli
