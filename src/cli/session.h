#pragma once
// One run of one command: where its output goes, in which form and language, and the context that Ctrl-C stops.
// Thread-safe: every method may be called from any thread.

#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.h"
#include "base/error.h"
#include "base/json.h"
#include "cli/messages/messages.h"

namespace tranship::cli {

enum class OutputFormat { text, json };

// Where a session writes. Tests give string streams.
struct Streams {
  std::ostream& out;
  std::ostream& error;
  bool out_is_terminal = false;
  bool error_is_terminal = false;
  int error_width = 80;  // columns of the terminal
  int out_width = 80;
};

struct SessionOptions {
  OutputFormat format = OutputFormat::text;
  Language language = Language::english;
  bool quiet = false;    // no progress, no notes
  bool colour = true;    // still only on a terminal, and not with NO_COLOR
};

enum class Style { plain, strong, good, warning, bad, faint };

class Session {
 public:
  Session(Context context, Streams streams, SessionOptions options)
      : context_(std::move(context)), streams_(streams), options_(options) {}

  // Cancelled by Ctrl-C and SIGTERM.
  const Context& context() const { return context_; }
  bool json() const { return options_.format == OutputFormat::json; }
  bool quiet() const { return options_.quiet; }
  Language language() const { return options_.language; }
  const Streams& streams() const { return streams_; }

  // A text of the tables in the session's language.
  template <class... Values>
  std::string text(std::string_view key, const Values&... values) const {
    return message(options_.language, key, values...);
  }
  // Wrapped in the style's escape sequence where `out` (or error) takes colours.
  std::string styled(Style style, std::string_view words) const {
    return styled_for(streams_.out_is_terminal, style, words);
  }
  std::string styled_error(Style style, std::string_view words) const {
    return styled_for(streams_.error_is_terminal, style, words);
  }

  // Results: to stdout, one line (or several) each.
  void print(std::string_view line);
  // With --output json: the one document of the command, indented.
  void print_json(const Json& document);
  // What goes on, and warnings: to stderr; as JSON lines with --output json. Notes are dropped with --quiet.
  void note(std::string_view line);
  void warn(std::string_view line);
  // One paragraph with code and fix.
  void print_error(const Error& error);
  // Raw bytes to stderr in one piece: the progress display's way.
  void write_error_stream(std::string_view bytes);
  // Lines at the end of a terminal's stderr, in place of those of the last call; clipped to its width. They go away
  // when anything else is written, until the next call.
  void show_live(const std::vector<std::string>& lines);

 private:
  std::string styled_for(bool terminal, Style style, std::string_view text) const;
  void error_line(std::string_view line);
  std::string erase_live();  // mutex_ held

  Context context_;
  Streams streams_;
  SessionOptions options_;
  std::mutex mutex_;
  std::size_t live_lines_ = 0;
};

// NO_COLOR (no-color.org) and TERM=dumb turn colours off.
bool environment_allows_colour();

}  // namespace tranship::cli
