// tranship completion: the shell's completion script, made from the list of commands.

#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/session.h"

namespace tranship::cli {
namespace {

class CompletionCommand : public Command {
 public:
  std::string_view name() const override { return "completion"; }
  CommandHelp help() const override {
    return {"completion.summary",
            "completion.description",
            {{"source <(tranship completion bash)", "completion.example.now"},
             {"tranship completion bash > /etc/bash_completion.d/tranship", "completion.example.bash"},
             {"tranship completion zsh > \"${fpath[1]}/_tranship\"", "completion.example.zsh"},
             {"tranship completion fish > ~/.config/fish/completions/tranship.fish", "completion.example.fish"}},
            {}};
  }
  void add_options(Options& options) override {
    options.positional("SHELL", shell_, "completion.shell").required().choices({"bash", "zsh", "fish"});
  }
  Result<int> run(Session& session) override {
    const Catalog catalog = make_catalog();
    session.print(completion_script(catalog, shell_, session.language()));
    return kExitSuccess;
  }

 private:
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion_command() { return std::make_unique<CompletionCommand>(); }

}  // namespace tranship::cli
