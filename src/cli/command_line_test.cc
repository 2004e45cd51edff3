// Goal: arguments lead to the right command or to an error that helps. Method: whole lines on string streams.

#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/command.h"
#include "cli/parse.h"
#include "cli/session.h"

namespace tranship::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  int code;
  std::string out, error;
};

Outcome run_with(const std::vector<std::string>& arguments) {
  std::ostringstream out, error;
  const int code = run_line({}, arguments, Streams{out, error});
  return {code, out.str(), error.str()};
}

TEST(CommandLine, VersionAsCommandAndOption) {
  for (const auto& line : {std::vector<std::string>{"version"}, {"--version"}}) {
    const Outcome outcome = run_with(line);
    EXPECT_EQ(outcome.code, kExitSuccess);
    EXPECT_THAT(outcome.out, HasSubstr("tranship 0."));
    EXPECT_EQ(outcome.error, "");
  }
  EXPECT_THAT(run_with({"--output", "json", "version"}).out, HasSubstr("\"version\""));
  EXPECT_THAT(run_with({"version", "-o", "json"}).out, HasSubstr("\"version\""));
}

TEST(CommandLine, WithoutACommandItShowsHelpAndFails) {
  const Outcome outcome = run_with({});
  EXPECT_EQ(outcome.code, kExitUsage);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.error, HasSubstr("COMMANDS"));
}

TEST(CommandLine, UnknownCommandSuggestsTheNearest) {
  const Outcome outcome = run_with({"versoin"});
  EXPECT_EQ(outcome.code, kExitUsage);
  EXPECT_THAT(outcome.error, HasSubstr("there is no command \"versoin\""));
  EXPECT_THAT(outcome.error, HasSubstr("Did you mean \"version\"?"));
  EXPECT_THAT(run_with({"zzzzzzzz"}).error, Not(HasSubstr("Did you mean")));
}

TEST(CommandLine, WrongOptionsNameWhatIsWrong) {
  EXPECT_THAT(run_with({"version", "--ouput", "json"}).error, HasSubstr("Did you mean \"--output\"?"));
  EXPECT_THAT(run_with({"version", "more"}).error, HasSubstr("\"more\" is one too many"));
  EXPECT_THAT(run_with({"completion"}).error, HasSubstr("SHELL is required"));
  EXPECT_EQ(run_with({"completion", "tcsh"}).code, kExitUsage);
  EXPECT_EQ(run_with({"version", "--output", "xml"}).code, kExitUsage);
  EXPECT_THAT(run_with({"--output=json", "nothing"}).error, HasSubstr("\"code\":\"usage\""));
}

TEST(CommandLine, HelpInBothLanguages) {
  const Outcome english = run_with({"completion", "--help", "--language=en"});
  EXPECT_EQ(english.code, kExitSuccess);
  for (const char* part :
       {"USAGE", "tranship completion [OPTIONS] SHELL", "EXAMPLES", "EXIT CODES", "(bash, zsh, fish)"}) {
    EXPECT_THAT(english.out, HasSubstr(part));
  }
  EXPECT_THAT(run_with({"help", "completion", "--language", "zh-CN"}).out, HasSubstr("退出码"));
  EXPECT_THAT(run_with({"--language", "zh-CN", "completion"}).error, HasSubstr("缺少 SHELL"));
}

TEST(CommandLine, CompletionScriptsKnowCommandsAndOptions) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const Outcome outcome = run_with({"completion", shell});
    EXPECT_EQ(outcome.code, kExitSuccess);
    EXPECT_THAT(outcome.out, HasSubstr("completion"));
    EXPECT_THAT(outcome.out, HasSubstr("language"));
  }
}

TEST(CommandLine, ExitCodesOfErrors) {
  EXPECT_EQ(exit_code_of(Error(Fault::auth, "x")), kExitDenied);
  EXPECT_EQ(exit_code_of(Error(Fault::cancelled, "x")), kExitInterrupted);
  EXPECT_EQ(exit_code_of(Error(Fault::corrupt, "x")), kExitFailed);
}

TEST(CommandLine, WishesForTheControllerAreCheckedBeforeAClusterIsAsked) {
  ::unsetenv("TRANSHIP_TOKEN");
  const std::vector<std::vector<std::string>> lines = {
      {"export", "shop", "--to", "depot", "--no-token", "--token-expires", "7d"},
      {"export", "shop", "--to", "depot", "--no-wait", "--token-file", "x"},
      {"export", "shop"},
      {"import", "--location", "depot"},
      {"location", "add", "here", "--location", "dir:/tmp"},
      {"location", "add", "here", "--location", "s3://backups", "--ready-timeout", "0"},
  };
  for (const auto& line : lines) {
    const Outcome outcome = run_with(line);
    EXPECT_EQ(outcome.code, kExitUsage) << line[0] << ": " << outcome.error;
  }
  ::setenv("TRANSHIP_TOKEN", "tranship1_AAAA", 1);
  EXPECT_THAT(run_with({"import", "--location", "depot", "--every", "often"}).error, HasSubstr("cron:"));
  EXPECT_THAT(run_with({"import", "--location", "depot", "--carry", "all"}).error, HasSubstr("--restore-into"));
  ::unsetenv("TRANSHIP_TOKEN");
}

TEST(Session, ErrorIsOneParagraphWithFixAndCode) {
  std::ostringstream out, error;
  Session session({}, Streams{out, error}, {});
  session.print_error(Error(Fault::permanent, "bucket\nis full").with_fix("Make room").with_code("store.full"));
  EXPECT_EQ(error.str(), "error: bucket\\x0ais full. Make room. [store.full]\n");
}

TEST(Session, ColoursOnlyOnATerminal) {
  std::ostringstream out, error;
  const Session plain({}, Streams{out, error}, {});
  EXPECT_EQ(plain.styled(Style::bad, "x"), "x");
  const Session terminal({}, Streams{out, error, true, true}, {});
  EXPECT_EQ(terminal.styled(Style::bad, "x"), "\x1b[31mx\x1b[0m");
  SessionOptions no_colour;
  no_colour.colour = false;
  const Session without({}, Streams{out, error, true, true}, no_colour);
  EXPECT_EQ(without.styled(Style::bad, "x"), "x");
}

}  // namespace
}  // namespace tranship::cli
