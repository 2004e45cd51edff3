// tranship version

#include "cli/commands.h"
#include "cli/session.h"

namespace tranship::cli {
namespace {

class VersionCommand : public Command {
 public:
  std::string_view name() const override { return "version"; }
  CommandHelp help() const override { return {"version.summary", "version.description", {}, {}}; }
  void add_options(Options&) override {}
  Result<int> run(Session& session) override {
    if (session.json()) {
      session.print_json({{"version", TRANSHIP_VERSION}, {"repository_format", 2}});
    } else {
      session.print("tranship " TRANSHIP_VERSION);
    }
    return kExitSuccess;
  }
};

}  // namespace

std::unique_ptr<Command> make_version_command() { return std::make_unique<VersionCommand>(); }

}  // namespace tranship::cli
