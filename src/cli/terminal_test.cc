// Goal: text takes the columns we think it takes, in Latin and CJK, also when it is not UTF-8.

#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace tranship::cli {
namespace {

TEST(Terminal, WidthOfCharacters) {
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("数据卷"), 6);
  EXPECT_EQ(display_width("e\xcc\x81"), 1);  // e and a combining accent
  EXPECT_EQ(display_width("\xff\xfe"), 2);
  EXPECT_EQ(display_width("\xe6\x95"), 2);  // cut in the middle
  EXPECT_EQ(display_width("。，"), 4);
}

TEST(Terminal, ClipNeverSplitsACharacter) {
  EXPECT_EQ(clip("abcdef", 6), "abcdef");
  EXPECT_EQ(clip("abcdef", 4), "abc…");
  EXPECT_EQ(clip("数据卷", 5), "数据…");
  EXPECT_EQ(clip("数据卷", 4), "数…");
  EXPECT_EQ(clip("abc", 0), "");
}

TEST(Terminal, PadCountsColumns) {
  EXPECT_EQ(pad("数", 4), "数  ");
  EXPECT_EQ(pad("7", 3, true), "  7");
  EXPECT_EQ(pad("long", 2), "long");
}

TEST(Terminal, WrapBreaksAtSpacesAndBetweenWideCharacters) {
  EXPECT_EQ(wrap("one two three", 8), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap("one two", 7), (std::vector<std::string>{"one two"}));
  EXPECT_EQ(wrap("abcdefgh", 4), (std::vector<std::string>{"abcd", "efgh"}));
  EXPECT_EQ(wrap("迁移复制恢复", 5), (std::vector<std::string>{"迁移", "复制", "恢复"}));
  EXPECT_EQ(wrap("a\n\nb", 10), (std::vector<std::string>{"a", "", "b"}));
}

TEST(Terminal, PrintableTakesControlCharactersAway) {
  EXPECT_EQ(printable("a\x1b[31mb\n"), "a\\x1b[31mb\\x0a");
  EXPECT_EQ(printable("数\xff"), "数\\xff");
}

}  // namespace
}  // namespace tranship::cli
