#pragma once
// Errors as values. A Fault names the decision a caller takes (try again, give up, ask for rights ...);
// the text says what happened, on which object, and the fix says what a person can do about it.
// Values only: nothing here throws, logs or allocates shared state; an Error may move between threads.

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace tranship {

enum class Fault {
  retryable,  // the same call may succeed later: connection cut, 429, 5xx, time-out of one attempt
  not_found,
  conflict,   // somebody else changed it or it exists already
  auth,       // not who, or not allowed
  corrupt,    // bytes that are not what they claim to be
  invalid,    // the request or the input is wrong; the person who gave it must change it
  permanent,  // anything else that will not get better by itself
  cancelled,  // the caller's stop token or deadline ended it
};

std::string_view fault_name(Fault fault);

class Error {
 public:
  // `what`: one sentence without a full stop: "bucket shop-backups does not exist".
  Error(Fault fault, std::string what) : fault_(fault), what_(std::move(what)) {}

  Fault fault() const { return fault_; }
  const std::string& what() const { return what_; }
  // What a person can do about it; empty when nothing but the text helps.
  const std::string& fix() const { return fix_; }
  // Stable, documented name such as "kube.forbidden"; empty when none was given.
  const std::string& code() const { return code_; }

  Error&& with_fix(std::string fix) && { return fix_ = std::move(fix), std::move(*this); }
  Error&& with_code(std::string code) && { return code_ = std::move(code), std::move(*this); }
  // Adds a hop in front: error.in("reading pack ab12") -> "reading pack ab12: <what>".
  Error&& in(std::string_view context) && {
    return what_.insert(0, std::string(context) + ": "), std::move(*this);
  }
  // "what. fix" for people: one paragraph.
  std::string text() const;

 private:
  Fault fault_;
  std::string what_;
  std::string fix_;
  std::string code_;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Fault fault, std::string what) {
  return std::unexpected(Error(fault, std::move(what)));
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace tranship

// TRY(expression): the value of a Result, or return its error from the function around; may stand inside another. Not
// after another member of a braced list: g++ 12 then forgets to destroy that member (tools/check_style.py looks).
#define TRANSHIP_JOIN_(first, second) first##second
#define TRANSHIP_JOIN(first, second) TRANSHIP_JOIN_(first, second)
#define TRANSHIP_TRY_AS_(name, expression, ...)                                                 \
  (__extension__({                                                                              \
    auto name = (expression);                                                                   \
    if (!name) return std::unexpected(std::move(name).error() __VA_ARGS__);                     \
    std::move(name).value();                                                                    \
  }))
#define TRY(expression) TRANSHIP_TRY_AS_(TRANSHIP_JOIN(try_result_, __COUNTER__), expression)

// TRY_IN(context, expression): the same, with `context: ` put before the error's text.
#define TRY_IN(context, expression) \
  TRANSHIP_TRY_AS_(TRANSHIP_JOIN(try_result_, __COUNTER__), expression, .in(context))
