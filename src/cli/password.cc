#include "cli/password.h"

#include <fcntl.h>
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
  if (password.empty()) return fail(Error(Fault::invalid, "the password is empty").with_code("password.empty"));
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

  Result<Secret> ask(std::string_view question) {
    if (::write(terminal_, question.data(), question.size()) < 0) {
      return fail(system_error("ask for the password", errno));
    }
    std::string line;
    for (char c = 0; line.size() < kPasswordBytesMax && ::read(terminal_, &c, 1) == 1 && c != '\n';) line += c;
    if (::write(terminal_, "\n", 1) < 0) return fail(system_error("ask for the password", errno));
    return checked(std::move(line));
  }

 private:
  int terminal_;
  termios before_{};
  bool usable_ = false;
};

}  // namespace

bool password_given(const std::string& password_file) {
  const char* value = std::getenv("TRANSHIP_PASSWORD");
  return !password_file.empty() || (value != nullptr && *value != '\0');
}

Result<Secret> read_password(const std::string& password_file, bool confirm) {
  if (!password_file.empty()) {
    return checked(TRY_IN("reading the password", read_file(password_file, kPasswordBytesMax)));
  }
  if (password_given({})) return checked(std::getenv("TRANSHIP_PASSWORD"));
  Prompt prompt;
  if (!prompt.usable()) {
    return fail(Error(Fault::invalid, "a password is needed and there is no terminal to ask on")
                    .with_code("password.none")
                    .with_fix("Give it by --password-file FILE or in the environment variable TRANSHIP_PASSWORD"));
  }
  Secret password = TRY(prompt.ask("Password: "));
  if (confirm && TRY(prompt.ask("Once more: ")) != password) {
    return fail(Error(Fault::invalid, "the two passwords differ").with_code("password.differ"));
  }
  return password;
}

}  // namespace tranship::cli
