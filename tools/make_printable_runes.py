#!/usr/bin/env python3
"""Writes src/repo/format/printable_runes.cc: the characters that Go's strconv.Quote leaves as they are.

Printable are letters, marks, numbers, punctuation, symbols and the ASCII space. The table follows the Unicode version
of the Python that runs this; characters assigned later are escaped, which every reader understands.
"""
import sys
import unicodedata

HEAD = """// Made by tools/make_printable_runes.py from Unicode {version}: do not edit.

#include <algorithm>
#include <charconv>
#include <iterator>
#include <vector>

#include "repo/format/go_text.h"

namespace tranship::repo {{
namespace {{

// First and last character of every range, in hexadecimal.
constexpr std::string_view kPrintable =
"""
TAIL = """;

struct Range {
  std::uint32_t first = 0, last = 0;
};

std::vector<Range> parse_ranges(std::string_view text) {
  std::vector<Range> ranges;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    Range range;
    at = std::from_chars(at, end, range.first, 16).ptr + 1;
    at = std::from_chars(at, end, range.last, 16).ptr + 1;
    ranges.push_back(range);
  }
  return ranges;
}

}  // namespace

bool is_printable(char32_t rune) {
  static const std::vector<Range> kRanges = parse_ranges(kPrintable);
  const auto after =
      std::upper_bound(kRanges.begin(), kRanges.end(), static_cast<std::uint32_t>(rune),
                       [](std::uint32_t value, const Range& range) { return value < range.first; });
  return after != kRanges.begin() && rune <= std::prev(after)->last;
}

}  // namespace tranship::repo
"""


def printable(code):
    return code == 0x20 or unicodedata.category(chr(code))[0] in "LMNPS"


def ranges():
    first = None
    for code in range(0x110001):
        inside = code < 0x110000 and printable(code)
        if inside and first is None:
            first = code
        elif not inside and first is not None:
            yield first, code - 1
            first = None


def main():
    lines, line = [], ""
    for first, last in ranges():
        item = f"{first:x}-{last:x} "
        if len(line) + len(item) > 108:
            lines.append(line)
            line = ""
        line += item
    lines.append(line.rstrip())
    body = "\n".join(f'    "{text}"' for text in lines)
    sys.stdout.write(HEAD.format(version=unicodedata.unidata_version) + body + TAIL)


main()
