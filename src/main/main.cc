// The program: hands the arguments to the command line; everything else is in the libraries.
#include "cli/command_line.h"

int main(int argument_count, char** arguments) {
  return tranship::cli::run(argument_count, arguments);
}
