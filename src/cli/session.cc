#include "cli/session.h"

#include <cstdlib>

#include "cli/command.h"
#include "cli/terminal.h"

namespace tranship::cli {
namespace {

std::string_view escape_of(Style style) {
  switch (style) {
    case Style::plain: return "";
    case Style::strong: return "\x1b[1m";
    case Style::good: return "\x1b[32m";
    case Style::warning: return "\x1b[33m";
    case Style::bad: return "\x1b[31m";
    case Style::faint: return "\x1b[2m";
  }
  return "";
}

// Sentence ends are only added where the text has none of its own.
std::string sentence(std::string_view text) {
  std::string out(text);
  const bool ended = out.empty() || out.ends_with('.') || out.ends_with('!') || out.ends_with('?') ||
                     out.ends_with("。") || out.ends_with(':');
  return ended ? out : out + ".";
}

}  // namespace

int exit_code_of(const Error& error) {
  if (error.fault() == Fault::auth) return kExitDenied;
  if (error.fault() == Fault::cancelled) return kExitInterrupted;
  return kExitFailed;
}

bool environment_allows_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* terminal = std::getenv("TERM");
  return terminal == nullptr || std::string_view(terminal) != "dumb";
}

std::string Session::styled_for(bool terminal, Style style, std::string_view text) const {
  if (!terminal || !options_.colour || style == Style::plain) return std::string(text);
  return std::string(escape_of(style)) + std::string(text) + "\x1b[0m";
}

void Session::print(std::string_view line) {
  std::lock_guard lock(mutex_);
  if (streams_.out_is_terminal) streams_.error << erase_live() << std::flush;
  streams_.out << line << '\n' << std::flush;
}

void Session::print_json(const Json& document) {
  print(document.dump(2, ' ', false, Json::error_handler_t::replace));
}

void Session::error_line(std::string_view line) {
  std::lock_guard lock(mutex_);
  streams_.error << erase_live() << line << '\n' << std::flush;
}

void Session::note(std::string_view line) {
  if (options_.quiet) return;
  error_line(json() ? to_text(Json{{"type", "note"}, {"text", line}}) : std::string(line));
}

void Session::warn(std::string_view line) {
  if (json()) return error_line(to_text(Json{{"type", "warning"}, {"text", line}}));
  error_line(styled_error(Style::warning, text("label.warning")) + printable(line));
}

void Session::print_error(const Error& error) {
  if (json()) {
    return error_line(to_text(Json{{"type", "error"},
                                   {"fault", fault_name(error.fault())},
                                   {"code", error.code()},
                                   {"text", error.what()},
                                   {"fix", error.fix()}}));
  }
  std::string line = styled_error(Style::bad, text("label.error")) + sentence(printable(error.what()));
  if (!error.fix().empty()) line += " " + sentence(printable(error.fix()));
  if (!error.code().empty()) line += " " + styled_error(Style::faint, "[" + error.code() + "]");
  error_line(line);
}

void Session::write_error_stream(std::string_view bytes) {
  std::lock_guard lock(mutex_);
  streams_.error << bytes << std::flush;
}

std::string Session::erase_live() {
  std::string escape;
  if (live_lines_ > 0) escape += "\r";
  if (live_lines_ > 1) escape += "\x1b[" + std::to_string(live_lines_ - 1) + "A";
  if (live_lines_ > 0) escape += "\x1b[J";
  live_lines_ = 0;
  return escape;
}

void Session::show_live(const std::vector<std::string>& lines) {
  std::lock_guard lock(mutex_);
  std::string text = erase_live();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += (i > 0 ? "\n" : "") + clip(lines[i], streams_.error_width - 1);
  }
  live_lines_ = lines.size();
  if (!text.empty()) streams_.error << text << std::flush;
}

}  // namespace tranship::cli
