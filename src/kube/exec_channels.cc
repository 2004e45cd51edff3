#include "kube/exec_channels.h"

#include <charconv>

#include "base/json.h"

namespace tranship::kube {
namespace {

constexpr std::size_t kErrorTextMax = 64u << 10;

Result<int> exit_code_of(std::string_view text) {
  const auto status = parse_json(text);
  if (!status) return fail(Fault::retryable, "the command's status cannot be read");
  if (json_string(*status, {"status"}) == "Success") return 0;
  const Json& causes = json_at(*status, {"details", "causes"});
  if (json_string(*status, {"reason"}) == "NonZeroExitCode" && causes.is_array()) {
    for (const Json& cause : causes) {
      int code = 0;
      const std::string value = json_string(cause, {"message"});
      if (json_string(cause, {"reason"}) == "ExitCode" &&
          std::from_chars(value.data(), value.data() + value.size(), code).ec == std::errc())
        return code;
    }
  }
  return fail(Error(Fault::permanent,
                    "the command could not be run: " + json_string(*status, {"message"}, text))
                  .with_code("kube." + json_string(*status, {"reason"}, "InternalError")));
}

}  // namespace

Bytes ExecChannels::take(Bytes message) {
  if (message.empty()) return {};
  const auto channel = static_cast<Channel>(message.front());
  message.erase(message.begin());
  if (channel == Channel::standard_output) return message;
  if (channel == Channel::status) {
    status_.append(as_text(message).substr(0, kErrorTextMax - status_.size()));
  } else if (channel == Channel::standard_error) {
    std::lock_guard lock(mutex_);
    standard_error_.append(as_text(message));
    if (standard_error_.size() > kErrorTextMax)
      standard_error_.erase(0, standard_error_.size() - kErrorTextMax);
  }
  return {};
}

std::string ExecChannels::standard_error() const {
  std::lock_guard lock(mutex_);
  return standard_error_;
}

Result<int> ExecChannels::exit_code(const std::string& pod) const {
  if (status_.empty())
    return fail(Fault::retryable,
                "exec in pod " + pod + ": the connection was cut before the command ended");
  return exit_code_of(status_);
}

}  // namespace tranship::kube
