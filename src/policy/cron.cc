#include "policy/cron.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <span>
#include <string>
#include <vector>

namespace tranship::policy {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
  std::string_view name;
  int first, last;
  std::span<const std::string_view> names;
  int names_from;
};

Error refusal(const Field& field, std::string_view text) {
  return Error(Fault::invalid, fmt::format("'{}' is not a {} of a cron line", text, field.name))
      .with_code("schedule.cron")
      .with_fix(fmt::format("It takes *, {}-{}, lists (1,3), ranges (1-5) and steps (*/5)", field.first, field.last));
}

Result<int> parse_value(const Field& field, std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (std::size_t i = 0; i < field.names.size(); ++i) {
    if (lower == field.names[i]) return field.names_from + static_cast<int>(i);
  }
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < field.first || value > field.last) {
    return fail(refusal(field, text));
  }
  return value;
}

template <std::size_t size>
Result<void> parse_part(const Field& field, std::string_view part, std::bitset<size>& out) {
  const std::size_t slash = part.find('/');
  const std::string_view range = part.substr(0, slash);
  int step = 1;
  if (slash != part.npos) {
    const std::string_view text = part.substr(slash + 1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (error != std::errc() || end != text.data() + text.size() || step < 1) return fail(refusal(field, part));
  }
  int first = field.first, last = field.last;
  if (range != "*") {
    const std::size_t dash = range.find('-');
    first = TRY(parse_value(field, range.substr(0, dash)));
    if (dash != range.npos) {
      last = TRY(parse_value(field, range.substr(dash + 1)));
    } else if (slash == part.npos) {
      last = first;
    }
    if (last < first) return fail(refusal(field, part));
  }
  // Sunday is 0 and 7.
  const int wrap = field.names.data() == kWeekdays.data() ? 7 : static_cast<int>(size);
  for (int value = first; value <= last; value += step) out.set(static_cast<std::size_t>(value % wrap));
  return {};
}

template <std::size_t size>
Result<bool> parse_field(const Field& field, std::string_view text, std::bitset<size>& out) {
  const bool any = text.starts_with('*');
  std::string_view rest = text;
  while (true) {
    const std::size_t comma = rest.find(',');
    TRY(parse_part(field, rest.substr(0, comma), out));
    if (comma == rest.npos) return any;
    rest.remove_prefix(comma + 1);
  }
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == line.npos) return words;
    const std::size_t end = line.find_first_of(" \t", begin);
    words.push_back(line.substr(begin, end == line.npos ? line.npos : end - begin));
    if (end == line.npos) return words;
    line.remove_prefix(end);
  }
}

std::string_view without_shorthand(std::string_view line) {
  if (line == "@hourly") return "0 * * * *";
  if (line == "@daily" || line == "@midnight") return "0 0 * * *";
  if (line == "@weekly") return "0 0 * * 0";
  if (line == "@monthly") return "0 0 1 * *";
  if (line == "@yearly" || line == "@annually") return "0 0 1 1 *";
  return line;
}

// A date that no year has, such as 31 April alone.
bool never_comes(const Cron& cron) {
  if (cron.any_day || !cron.any_weekday) return false;
  constexpr std::array<int, 13> kLongest = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (std::size_t month = 1; month <= 12; ++month) {
    for (std::size_t day = 1; cron.months[month] && day <= static_cast<std::size_t>(kLongest[month]); ++day) {
      if (cron.days[day]) return false;
    }
  }
  return true;
}

}  // namespace

Result<Cron> parse_cron(std::string_view line) {
  const auto words = words_of(without_shorthand(line));
  if (words.size() != 5) {
    return fail(Error(Fault::invalid, fmt::format("a cron line has five fields, '{}' has {}", line, words.size()))
                    .with_code("schedule.cron")
                    .with_fix("minute hour day-of-month month day-of-week, for example '30 2 * * mon-fri'"));
  }
  Cron cron;
  TRY(parse_field({"minute", 0, 59, {}, 0}, words[0], cron.minutes));
  cron.any_hour = TRY(parse_field({"hour", 0, 23, {}, 0}, words[1], cron.hours));
  cron.any_day = TRY(parse_field({"day of the month", 1, 31, {}, 0}, words[2], cron.days));
  TRY(parse_field({"month", 1, 12, kMonths, 1}, words[3], cron.months));
  cron.any_weekday = TRY(parse_field({"day of the week", 0, 7, kWeekdays, 0}, words[4], cron.weekdays));
  if (never_comes(cron)) {
    return fail(
        Error(Fault::invalid, fmt::format("'{}' names a date that no year has", line)).with_code("schedule.cron"));
  }
  return cron;
}

}  // namespace tranship::policy
