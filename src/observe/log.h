#pragma once
// The log of long-running parts: one line per event on stderr, as JSON or for people. A message is a constant sentence;
// what changes from event to event goes into fields. Thread-safe; a line is written whole. Libraries return errors
// instead of logging them: whoever owns the work logs once.

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace tranship::observe {

enum class Level { debug, info, warning, error };
enum class Format { text, json };

struct LogOptions {
  Level level = Level::info;  // what is below is dropped
  Format format = Format::text;
};
// For the whole process; call it before threads start.
void configure_log(const LogOptions& options);
Result<Level> parse_level(std::string_view name);
Result<Format> parse_format(std::string_view name);

// One key with its value. A Secret does not compile.
class Field {
 public:
  Field(std::string_view key, std::string_view value) : key_(key), value_(value), quoted_(true) {}
  Field(std::string_view key, const char* value) : Field(key, std::string_view(value)) {}
  Field(std::string_view key, const std::string& value) : Field(key, std::string_view(value)) {}
  Field(std::string_view key, bool value) : key_(key), value_(value ? "true" : "false") {}
  template <class Number>
    requires(std::integral<Number> && !std::same_as<Number, bool>) || std::floating_point<Number>
  Field(std::string_view key, Number value) : key_(key), value_(std::to_string(value)) {
    if constexpr (std::floating_point<Number>) quoted_ = !(value - value == 0);  // JSON has no infinities
  }
  // Fault, text and code.
  Field(std::string_view key, const Error& error)
      : key_(key), value_(std::string(fault_name(error.fault())) + ": " + error.text()), quoted_(true) {}
  Field(std::string_view key, const Secret& value) = delete;

  std::string_view key() const { return key_; }
  const std::string& value() const { return value_; }
  bool quoted() const { return quoted_; }  // text, as opposed to a number or boolean

 private:
  std::string_view key_;
  std::string value_;
  bool quoted_ = false;
};
using Fields = std::initializer_list<Field>;

void log(Level level, std::string_view message, Fields fields = {});
inline void log_debug(std::string_view message, Fields fields = {}) { log(Level::debug, message, fields); }
inline void log_info(std::string_view message, Fields fields = {}) { log(Level::info, message, fields); }
inline void log_warning(std::string_view message, Fields fields = {}) { log(Level::warning, message, fields); }
inline void log_error(std::string_view message, Fields fields = {}) { log(Level::error, message, fields); }

// The line as it would be written, without its line end.
std::string format_line(Format format, std::string_view time, Level level, std::string_view message, Fields fields);

}  // namespace tranship::observe
