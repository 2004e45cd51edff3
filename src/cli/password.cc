#include "cli/password.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.h"

namespace tranship::cli {
namespace {

constexpr std::size_t kPasswordBytesMax = 4096;

Result<Secret> checked(std::string password) {
  if (password.ends_with('\n')) password.pop_back();
  if (password.ends_with('\r')) password.pop_back();
  if (password.empty()) return fail(Error(Fault::invalid, "the password is empty")
                                       .with_code("password.empty")
                                       .with_fix("Without a password anybody could read what is stored"));
  return Secret(std::move(password));
}

// The controlling terminal with echo off for the time of the object.
class Prompt {
 public:
  Prompt() : terminal_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (terminal_ < 0 || ::tcgetattr(terminal_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    usable_ = ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  ~Prompt() {
    if (usable_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    if (terminal_ >= 0) ::close(terminal_);
  }
  Prompt(const Prompt&) = delete;
  Prompt& operator=(const Prompt&) = delete;

  bool usable() const { return usable_; }

  Result<Secret> ask(const Context& context, std::string_view question) {
    TRY(say(question));
    std::string line;
    const auto given = read_line(context, line);
    TRY(say("\n"));
    TRY(given);
    return checked(std::move(line));
  }

 private:
  static constexpr int kLookMs = 100;  // how often Ctrl-C is looked for: it does not end a read by itself

  Result<void> say(std::string_view text) {
    if (::write(terminal_, text.data(), text.size()) < 0) return fail(system_error("ask for the password", errno));
    return {};
  }

  Result<void> read_line(const Context& context, std::string& line) {
    while (line.size() < kPasswordBytesMax) {
      TRY(context.check());
      pollfd ready{terminal_, POLLIN, 0};
      if (::poll(&ready, 1, kLookMs) <= 0) continue;
      char c = 0;
      if (::read(terminal_, &c, 1) != 1 || c == '\n') return {};
      line += c;
    }
    return {};
  }

  int terminal_;
  termios before_{};
  bool usable_ = false;
};

const char* environment_value(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  return value != nullptr && *value != '\0' ? value : nullptr;
}

}  // namespace

bool password_given(const std::string& password_file) {
  return !password_file.empty() || environment_value(PasswordSource().variable) != nullptr;
}

Result<Secret> read_password(const Context& context, const std::string& password_file, const PasswordSource& source) {
  if (!password_file.empty()) {
    return checked(TRY_IN("reading the password", read_file(password_file, kPasswordBytesMax)));
  }
  if (const char* value = environment_value(source.variable)) return checked(value);
  Prompt prompt;
  if (!prompt.usable()) {
    return fail(Error(Fault::invalid, "a password is needed and there is no terminal to ask on")
                    .with_code("password.none")
                    .with_fix("Give it by " + source.option + " FILE or in the environment variable " +
                              source.variable));
  }
  Secret password = TRY(prompt.ask(context, source.question));
  if (source.confirm && TRY(prompt.ask(context, source.again)) != password) {
    return fail(Error(Fault::invalid, "the two passwords differ")
                    .with_code("password.differ")
                    .with_fix("Run it again and give the same one twice"));
  }
  return password;
}

}  // namespace tranship::cli
