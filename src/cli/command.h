#pragma once
// What a command is. To add one: a file <name>_command.cc with a class and a make_<name>_command() function, a line in
// commands.h and commands.cc, and its texts in a messages_<area>.cc table.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/options.h"

namespace tranship::cli {

class Session;

// Exit codes (docs/cli.md). Errors returned from run() are printed and mapped by exit_code_of().
inline constexpr int kExitSuccess = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;        // wrong arguments; nothing was done
inline constexpr int kExitPartial = 3;      // done, but not whole: some files or objects failed, damage was found
inline constexpr int kExitBlocked = 4;      // the plan has blockers; nothing was written
inline constexpr int kExitDenied = 5;       // wrong password or credentials, or no rights
inline constexpr int kExitInterrupted = 130;  // stopped by Ctrl-C or SIGTERM

struct Example {
  std::string command;  // "tranship repository check --repository dir:/backup"
  std::string comment;  // message key
};

struct EnvironmentVariable {
  std::string name;
  std::string help;  // message key
};

// Message keys; --help shows the summary, the description, options, examples and environment, in this order.
struct CommandHelp {
  std::string summary;      // one line
  std::string description;  // paragraphs divided by empty lines
  std::vector<Example> examples;
  std::vector<EnvironmentVariable> environment;
};

class Command {
 public:
  virtual ~Command() = default;
  // The words after "tranship": "migrate", "repository backup".
  virtual std::string_view name() const = 0;
  virtual CommandHelp help() const = 0;
  // Declares the options; called once before parsing. Targets are members of the command.
  virtual void add_options(Options& options) = 0;
  // Does it and returns an exit code. Results go to session.print()/print_json(), progress to session.note().
  virtual Result<int> run(Session& session) = 0;
  // Not listed in help and completion: what only Tranship itself starts (a mover in its pod).
  virtual bool hidden() const { return false; }
};

int exit_code_of(const Error& error);

}  // namespace tranship::cli
