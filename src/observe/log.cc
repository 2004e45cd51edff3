#include "observe/log.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>

#include "base/json.h"
#include "base/units.h"

namespace tranship::observe {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warning", "error"};

std::atomic<Level> level_min = Level::info;
std::atomic<Format> line_format = Format::text;

std::string_view name_of(Level level) { return kLevelNames[static_cast<std::size_t>(level)]; }

// Bare when a person can see where it ends, else as a JSON string: a value can never begin a line of its own.
std::string readable(const std::string& value) {
  const bool bare = !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return c > ' ' && c != '"' && c != '=' && c != 0x7f;
  });
  return bare ? value : to_text(Json(value));
}

}  // namespace

void configure_log(const LogOptions& options) {
  level_min = options.level;
  line_format = options.format;
}

Result<Level> parse_level(std::string_view name) {
  const auto found = std::find(kLevelNames.begin(), kLevelNames.end(), name);
  if (found == kLevelNames.end()) {
    return fail(Fault::invalid, "'" + std::string(name) + "' is not a log level (debug, info, warning, error)");
  }
  return static_cast<Level>(found - kLevelNames.begin());
}

Result<Format> parse_format(std::string_view name) {
  if (name == "text") return Format::text;
  if (name == "json") return Format::json;
  return fail(Fault::invalid, "'" + std::string(name) + "' is not a log format (text, json)");
}

std::string format_line(Format format, std::string_view time, Level level, std::string_view message, Fields fields) {
  std::string line;
  if (format == Format::json) {
    line = "{\"time\":" + to_text(Json(time)) + ",\"level\":" + to_text(Json(name_of(level))) +
           ",\"message\":" + to_text(Json(message));
    for (const auto& field : fields) {
      line += "," + to_text(Json(field.key())) + ":" + (field.quoted() ? to_text(Json(field.value())) : field.value());
    }
    return line + "}";
  }
  line = std::string(time) + " " + std::string(name_of(level)) + " " + std::string(message);
  for (const auto& field : fields) line += " " + std::string(field.key()) + "=" + readable(field.value());
  return line;
}

void log(Level level, std::string_view message, Fields fields) {
  if (level < level_min) return;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const std::string line = format_line(line_format, format_time(now), level, message, fields) + "\n";
  // One write(2) keeps lines of several threads apart. Nobody is left to tell when stderr is gone.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace tranship::observe
