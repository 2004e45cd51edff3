#include "repo/format/go_text.h"

#include <charconv>
#include <limits>

namespace tranship::repo {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr char32_t kInvalidRune = 0xfffd;

struct Rune {
  char32_t value = kInvalidRune;
  std::size_t length = 1;
  bool valid = false;
};

// Decodes as Go's utf8.DecodeRune: anything malformed, overlong or a surrogate is one invalid byte.
Rune decode_rune(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xc0) == 0x80; };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  if (first >= 0xc2 && first <= 0xdf && continues(1)) {
    return {static_cast<char32_t>((first & 0x1f) << 6 | (byte(1) & 0x3f)), 2, true};
  }
  if (first >= 0xe0 && first <= 0xef && continues(1) && continues(2)) {
    const auto value = static_cast<char32_t>((first & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f));
    if (value >= 0x800 && (value < 0xd800 || value > 0xdfff)) return {value, 3, true};
  }
  if (first >= 0xf0 && first <= 0xf4 && continues(1) && continues(2) && continues(3)) {
    const auto value = static_cast<char32_t>((first & 0x07) << 18 | (byte(1) & 0x3f) << 12 |
                                             (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f));
    if (value >= 0x10000 && value <= 0x10ffff) return {value, 4, true};
  }
  return {};
}

void append_utf8(std::string& out, char32_t rune) {
  const auto put = [&](char32_t value) { out += static_cast<char>(value); };
  if (rune < 0x80) {
    put(rune);
  } else if (rune < 0x800) {
    put(0xc0 | rune >> 6);
    put(0x80 | (rune & 0x3f));
  } else if (rune < 0x10000) {
    put(0xe0 | rune >> 12);
    put(0x80 | (rune >> 6 & 0x3f));
    put(0x80 | (rune & 0x3f));
  } else {
    put(0xf0 | rune >> 18);
    put(0x80 | (rune >> 12 & 0x3f));
    put(0x80 | (rune >> 6 & 0x3f));
    put(0x80 | (rune & 0x3f));
  }
}

void append_hex(std::string& out, std::uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kHexDigits[value >> shift & 15];
}

bool is_plain(std::uint8_t c) {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

void append_json_escaped(std::string& out, std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t end = i;
    while (end < text.size() && is_plain(static_cast<std::uint8_t>(text[end]))) ++end;
    out.append(text, i, end - i);
    i = end;
    if (i == text.size()) return;
    const char c = text[i];
    if (static_cast<std::uint8_t>(c) < 0x80) {
      switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
          out += "\\u00";
          append_hex(out, static_cast<std::uint8_t>(c), 2);
      }
      ++i;
      continue;
    }
    const Rune rune = decode_rune(text.substr(i));
    if (!rune.valid) {
      out += "\\ufffd";
    } else if (rune.value == 0x2028 || rune.value == 0x2029) {
      out += "\\u202";
      out += kHexDigits[rune.value & 15];
    } else {
      out.append(text, i, rune.length);
    }
    i += rune.length;
  }
}

void append_quoted_rune(std::string& out, char32_t rune) {
  switch (rune) {
    case '\a': out += "\\a"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\v': out += "\\v"; return;
    default: break;
  }
  if (rune < 0x20 || rune == 0x7f) {
    out += "\\x";
    append_hex(out, rune, 2);
  } else if (rune < 0x10000) {
    out += "\\u";
    append_hex(out, rune, 4);
  } else {
    out += "\\U";
    append_hex(out, rune, 8);
  }
}

std::string quote(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    const Rune rune = decode_rune(name.substr(i));
    if (!rune.valid) {
      out += "\\x";
      append_hex(out, static_cast<std::uint8_t>(name[i]), 2);
    } else if (rune.value == '"' || rune.value == '\\') {
      out += '\\';
      out += static_cast<char>(rune.value);
    } else if (is_printable(rune.value)) {
      out.append(name, i, rune.length);
    } else {
      append_quoted_rune(out, rune.value);
    }
    i += rune.length;
  }
  return out;
}

// The number of `digits` digits of `base` at text[at]; nothing when there are not as many.
std::optional<std::uint32_t> read_digits(std::string_view text, std::size_t at, std::size_t digits, int base) {
  if (at + digits > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  const char* first = text.data() + at;
  const auto parsed = std::from_chars(first, first + digits, value, base);
  if (parsed.ec != std::errc() || parsed.ptr != first + digits) return std::nullopt;
  return value;
}

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, and back (Howard Hinnant's algorithms).
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

struct Date {
  std::int64_t year;
  unsigned month, day;
};

Date civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2), month, day};
}

void append_padded(std::string& out, std::uint64_t value, int digits) {
  char buffer[20];
  for (int i = digits - 1; i >= 0; --i, value /= 10) buffer[i] = static_cast<char>('0' + value % 10);
  out.append(buffer, static_cast<std::size_t>(digits));
}

constexpr std::int64_t kSecondNs = 1'000'000'000;

// The fraction and offset after the seconds: nanoseconds to add, or nothing when malformed.
std::optional<std::pair<std::int64_t, std::int64_t>> parse_fraction_and_offset(std::string_view rest) {
  std::int64_t nanoseconds = 0;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    if (rest.empty() || rest[0] < '0' || rest[0] > '9') return std::nullopt;
    for (std::int64_t scale = kSecondNs / 10; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; scale /= 10) {
      nanoseconds += (rest[0] - '0') * scale;
      rest.remove_prefix(1);
    }
  }
  if (rest == "Z") return std::pair(nanoseconds, std::int64_t{0});
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') return std::nullopt;
  const auto hours = read_digits(rest, 1, 2, 10);
  const auto minutes = read_digits(rest, 4, 2, 10);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t offset = *hours * 3600 + *minutes * 60;
  return std::pair(nanoseconds, rest[0] == '-' ? -offset : offset);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_json_escaped(out, text);
  out += '"';
}

void append_json_name(std::string& out, std::string_view name) {
  bool plain = true;
  for (const char c : name) plain = plain && is_plain(static_cast<std::uint8_t>(c)) && c != 0x7f;
  out += '"';
  if (plain) {
    out += name;
  } else {
    append_json_escaped(out, quote(name));
  }
  out += '"';
}

std::optional<std::string> unquote_name(std::string_view quoted) {
  std::string name;
  name.reserve(quoted.size());
  for (std::size_t i = 0; i < quoted.size();) {
    if (quoted[i] == '"' || quoted[i] == '\n') return std::nullopt;
    if (quoted[i] != '\\') {
      name += quoted[i++];
      continue;
    }
    if (i + 1 == quoted.size()) return std::nullopt;
    const char kind = quoted[i + 1];
    i += 2;
    static constexpr std::string_view kSimple = "abfnrtv\\\"";
    static constexpr std::string_view kMeaning = "\a\b\f\n\r\t\v\\\"";
    if (const auto simple = kSimple.find(kind); simple != std::string_view::npos) {
      name += kMeaning[simple];
      continue;
    }
    const bool octal = kind >= '0' && kind <= '7';
    const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : octal ? 3 : 0;
    if (digits == 0) return std::nullopt;
    if (octal) --i;
    const auto value = read_digits(quoted, i, digits, octal ? 8 : 16);
    if (!value) return std::nullopt;
    i += digits;
    if (octal || kind == 'x') {
      if (*value > 255) return std::nullopt;
      name += static_cast<char>(*value);
    } else {
      if (*value > 0x10ffff || (*value >= 0xd800 && *value <= 0xdfff)) return std::nullopt;
      append_utf8(name, *value);
    }
  }
  return name;
}

void append_json_time(std::string& out, std::int64_t time_ns) {
  std::int64_t seconds = time_ns / kSecondNs;
  std::int64_t fraction = time_ns % kSecondNs;
  if (fraction < 0) {
    fraction += kSecondNs;
    --seconds;
  }
  std::int64_t days = seconds / 86400;
  std::int64_t second_of_day = seconds % 86400;
  if (second_of_day < 0) {
    second_of_day += 86400;
    --days;
  }
  const Date date = civil_from_days(days);
  out += '"';
  append_padded(out, static_cast<std::uint64_t>(date.year), 4);
  out += '-';
  append_padded(out, date.month, 2);
  out += '-';
  append_padded(out, date.day, 2);
  out += 'T';
  append_padded(out, static_cast<std::uint64_t>(second_of_day / 3600), 2);
  out += ':';
  append_padded(out, static_cast<std::uint64_t>(second_of_day / 60 % 60), 2);
  out += ':';
  append_padded(out, static_cast<std::uint64_t>(second_of_day % 60), 2);
  if (fraction != 0) {
    out += '.';
    append_padded(out, static_cast<std::uint64_t>(fraction), 9);
    while (out.back() == '0') out.pop_back();
  }
  out += "Z\"";
}

std::optional<std::int64_t> parse_json_time(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':') {
    return std::nullopt;
  }
  const auto year = read_digits(text, 0, 4, 10);
  const auto month = read_digits(text, 5, 2, 10);
  const auto day = read_digits(text, 8, 2, 10);
  const auto hour = read_digits(text, 11, 2, 10);
  const auto minute = read_digits(text, 14, 2, 10);
  const auto second = read_digits(text, 17, 2, 10);
  const auto rest = parse_fraction_and_offset(text.substr(19));
  if (!year || !month || !day || !hour || !minute || !second || !rest) return std::nullopt;
  if (*month < 1 || *month > 12 || *day < 1 || *day > 31 || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  const auto [fraction, offset] = *rest;
  const std::int64_t seconds =
      days_from_civil(*year, *month, *day) * 86400 + *hour * 3600 + *minute * 60 + *second - offset;
  constexpr std::int64_t kSecondsMax = std::numeric_limits<std::int64_t>::max() / kSecondNs - 1;
  if (seconds > kSecondsMax) return std::numeric_limits<std::int64_t>::max();
  if (seconds < -kSecondsMax) return std::numeric_limits<std::int64_t>::min();
  return seconds * kSecondNs + fraction;
}

void append_number(std::string& out, std::uint64_t value) {
  char buffer[20];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out.append(buffer, static_cast<std::size_t>(end - buffer));
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Rune rune = decode_rune(text.substr(i));
    if (!rune.valid) return false;
    i += rune.length;
  }
  return true;
}

}  // namespace tranship::repo
