#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace tranship::cli {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// The character at the front of `text` (not empty); an invalid byte is one invalid character.
Character decode(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  std::size_t bytes = 0;
  std::uint32_t code = 0, smallest = 0;
  if ((first & 0xe0) == 0xc0) bytes = 2, code = first & 0x1f, smallest = 0x80;
  if ((first & 0xf0) == 0xe0) bytes = 3, code = first & 0x0f, smallest = 0x800;
  if ((first & 0xf8) == 0xf0) bytes = 4, code = first & 0x07, smallest = 0x10000;
  if (bytes == 0 || text.size() < bytes) return {first, 1, false};
  for (std::size_t at = 1; at < bytes; ++at) {
    if ((byte(at) & 0xc0) != 0x80) return {first, 1, false};
    code = code << 6 | (byte(at) & 0x3f);
  }
  if (code < smallest || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {first, 1, false};
  return {code, bytes, true};
}

struct Range {
  std::uint32_t first, last;
};
// Blocks that terminals draw two columns wide (Unicode Standard Annex 11, wide and full-width), and combining ones.
constexpr std::array<Range, 18> kWide{{{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23ec},
                                       {0x2614, 0x2615}, {0x26a1, 0x26a1}, {0x2705, 0x2705}, {0x274c, 0x274c},
                                       {0x2e80, 0x303e}, {0x3041, 0x33ff}, {0x3400, 0x4dbf}, {0x4e00, 0xa4cf},
                                       {0xa960, 0xa97f}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f},
                                       {0xff00, 0xff60}, {0xffe0, 0xffe6}}};
constexpr std::array<Range, 3> kWideHigh{{{0x1f300, 0x1f64f}, {0x1f680, 0x1f9ff}, {0x20000, 0x3fffd}}};
constexpr std::array<Range, 6> kCombining{{{0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},
                                           {0xfe20, 0xfe2f}, {0x1ab0, 0x1aff}}};

template <std::size_t size>
bool within(const std::array<Range, size>& ranges, std::uint32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return code >= range.first && code <= range.last; });
}

int width_of(const Character& character) {
  if (!character.valid || character.code < 0x300) return 1;
  if (within(kCombining, character.code)) return 0;
  return within(kWide, character.code) || within(kWideHigh, character.code) ? 2 : 1;
}

// Takes from the front of `text` what fits into one line, and gives the line.
std::string_view take_line(std::string_view& text, int columns) {
  std::size_t at = 0, break_at = 0, next_at = 0;
  int width = 0;
  while (at < text.size()) {
    const Character character = decode(text.substr(at));
    const int wide = width_of(character);
    if (character.code == ' ') break_at = at, next_at = at + 1;
    if (width + wide > columns && at > 0) {
      if (break_at == 0) break_at = next_at = at;
      const std::string_view line = text.substr(0, break_at);
      text.remove_prefix(next_at);
      return line;
    }
    at += character.bytes;
    width += wide;
    if (wide == 2) break_at = next_at = at;
  }
  const std::string_view line = text;
  text = {};
  return line;
}

}  // namespace

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Character character = decode(text);
    width += width_of(character);
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string clip(std::string_view text, int columns) {
  if (display_width(text) <= columns) return std::string(text);
  std::string out;
  int width = 0;
  while (!text.empty()) {
    const Character character = decode(text);
    if (width + width_of(character) > columns - 1) break;
    width += width_of(character);
    out += text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
  }
  return columns > 0 ? out + "…" : "";
}

std::string pad(std::string_view text, int columns, bool align_right) {
  const std::string space(static_cast<std::size_t>(std::max(0, columns - display_width(text))), ' ');
  return align_right ? space + std::string(text) : std::string(text) + space;
}

std::vector<std::string> wrap(std::string_view text, int columns) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view paragraph = text.substr(0, end);
    do {
      lines.emplace_back(take_line(paragraph, std::max(columns, 2)));
    } while (!paragraph.empty());
    if (end == text.size()) return lines;
    text.remove_prefix(end + 1);
  }
}

std::string printable(std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  while (!text.empty()) {
    const Character character = decode(text);
    const bool harmless = character.valid && character.code >= 0x20 && character.code != 0x7f &&
                          !(character.code >= 0x80 && character.code < 0xa0);
    if (harmless) {
      out += text.substr(0, character.bytes);
    } else {
      for (const char byte : text.substr(0, character.bytes)) {
        out += {'\\', 'x', kDigits[static_cast<std::uint8_t>(byte) >> 4], kDigits[byte & 15]};
      }
    }
    text.remove_prefix(character.bytes);
  }
  return out;
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

int terminal_width(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const int given = columns ? std::atoi(columns) : 0;
  return given > 0 && given < 10000 ? given : 80;
}

}  // namespace tranship::cli
