// Goal: live lines never mix with what is written between them, and each form of output tells a volume's way. Method: a
// session on string streams, as a terminal and as a file.

#include "cli/display/migration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <thread>

namespace tranship::cli {
namespace {

using State = volume::VolumeProgress::State;
using ::testing::HasSubstr;
using ::testing::Not;

struct Output {
  std::ostringstream out, error;
  Session session;
  explicit Output(bool terminal, OutputFormat format = OutputFormat::text, bool quiet = false)
      : session(Context(), Streams{out, error, terminal, terminal, 60, 60},
                {.format = format, .language = Language::english, .quiet = quiet}) {}
};

TEST(LiveLines, GoAwayBeforeAnythingElseIsWritten) {
  Output output(true);
  output.session.show_live({"first", "second"});
  output.session.note("a note");
  EXPECT_EQ(output.error.str(), "first\nsecond\r\x1b[1A\x1b[Ja note\n");
  output.error.str("");
  output.session.note("another");
  EXPECT_EQ(output.error.str(), "another\n");
}

TEST(LiveLines, TakeThePlaceOfThoseBeforeAndFitTheTerminal) {
  Output output(true);
  output.session.show_live({"one"});
  output.error.str("");
  output.session.show_live({std::string(100, 'x')});
  EXPECT_THAT(output.error.str(), HasSubstr("\r\x1b[J"));
  EXPECT_LT(output.error.str().size(), 70u);
  output.error.str("");
  output.session.show_live({});
  EXPECT_EQ(output.error.str(), "\r\x1b[J");
}

volume::VolumeProgress progress(State state, std::uint64_t done = 0, std::string detail = {}) {
  mover::ProgressLine bytes;
  bytes.bytes_done = done;
  bytes.bytes_total = 100;
  bytes.scanned = true;
  return {"data", state, bytes, std::move(detail)};
}

TEST(MigrationDisplay, KeepsWhatAPersonShouldStillSee) {
  Output output(false);
  {
    MigrationDisplay display(output.session);
    display.volume(progress(State::starting, 0, "ImagePullBackOff: no such image"));
    display.volume(progress(State::starting, 0, "ImagePullBackOff: no such image"));
    display.volume(progress(State::running, 50));
    display.volume(progress(State::done, 100));
    display.volume(progress(State::done, 100));
  }
  const std::string text = output.error.str();
  EXPECT_EQ(text.find("ImagePullBackOff"), text.rfind("ImagePullBackOff"));
  EXPECT_THAT(text, HasSubstr("data: 100 B in "));
  EXPECT_EQ(text.find("100 B in"), text.rfind("100 B in"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(MigrationDisplay, KeepsTheReasonWhileTheStateLasts) {
  Output output(true);
  {
    MigrationDisplay display(output.session);
    display.volume(progress(State::starting, 0, "no such image"));
    display.volume(progress(State::starting));
    display.volume(progress(State::starting, 0, "no such image"));
    output.error.str("");
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  EXPECT_THAT(output.error.str(), HasSubstr("data: starting a mover: no such image"));
  EXPECT_THAT(output.error.str(), Not(HasSubstr("data: starting a mover\n")));
}

TEST(MigrationDisplay, SaysNothingWhenQuiet) {
  Output output(true, OutputFormat::text, true);
  {
    MigrationDisplay display(output.session);
    display.volume(progress(State::running, 50));
    display.volume(progress(State::done, 100));
    display.clear();
  }
  EXPECT_EQ(output.error.str(), "");
}

TEST(MigrationDisplay, DetailsFromOutsideCannotSteerTheTerminal) {
  Output output(true);
  {
    MigrationDisplay display(output.session);
    display.volume(progress(State::restarting, 0, "bad \x1b[2J name"));
  }
  EXPECT_THAT(output.error.str(), Not(HasSubstr("\x1b[2J")));
}

}  // namespace
}  // namespace tranship::cli
