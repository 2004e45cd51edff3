#pragma once
// Terminals: how wide text is on them, how wide they are, and text cut or filled to a width.

#include <string>
#include <string_view>
#include <vector>

namespace tranship::cli {

// Columns that UTF-8 text takes: 2 for CJK and other wide characters, 0 for combining ones. Bytes that are not
// UTF-8 and control characters count 1.
int display_width(std::string_view text);
// Cut to at most `columns` with "…" at the end when something was cut.
std::string clip(std::string_view text, int columns);
// Filled with spaces to at least `columns`, on the right or (align_right) on the left.
std::string pad(std::string_view text, int columns, bool align_right = false);
// Lines of at most `columns`; breaks at spaces and between wide characters. Line ends in the text stay.
std::vector<std::string> wrap(std::string_view text, int columns);
// Text from outside (file names, server messages) made harmless: control characters become "\xNN".
std::string printable(std::string_view text);

bool is_terminal(int descriptor);
// Of the terminal behind `descriptor`; COLUMNS, then 80, when it does not say.
int terminal_width(int descriptor);

}  // namespace tranship::cli
