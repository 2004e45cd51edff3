// Goal: the audit record has a line for each event, whole and parsable, and nothing before it is opened.

#include "observe/audit.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/file.h"
#include "base/json.h"

namespace tranship::observe {
namespace {

TEST(Audit, ALineSaysWhatThereIsToSay) {
  AuditEvent event{.who = "ana\n{", .verb = "createExport", .kind = "", .name_space = "shop", .name = "now"};
  event.outcome = "allowed";
  const std::string line = audit_line("2026-11-28T08:00:00.5Z", event);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto parsed = parse_json(line);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, (Json{{"time", "2026-11-28T08:00:00.5Z"},
                           {"audit", true},
                           {"who", "ana\n{"},
                           {"verb", "createExport"},
                           {"namespace", "shop"},
                           {"name", "now"},
                           {"outcome", "allowed"}}));
}

TEST(Audit, GoesIntoItsFileOnceItIsOpened) {
  const auto folder = std::filesystem::temp_directory_path() / ("tranship-audit-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = folder / "audit.log";
  audit({.who = "too early"});
  EXPECT_FALSE(open_audit_record(folder / "no" / "such"));
  ASSERT_TRUE(open_audit_record(path));
  audit({.who = "ana", .verb = "download"}, nullptr);
  const Error refused = Error(Fault::auth, "no secret in here").with_code("kube.Forbidden");
  audit({.who = "ben", .verb = "download"}, &refused);
  const std::string text = read_file(path, 1 << 20).value_or("");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_NE(text.find(R"("who":"ana","verb":"download","outcome":"allowed")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("outcome":"refused","code":"kube.Forbidden")"), std::string::npos) << text;
  EXPECT_EQ(text.find("secret"), std::string::npos);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tranship::observe
