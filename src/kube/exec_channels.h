#pragma once
// What comes out of a command run by exec, apart from the connection: messages of the Kubernetes "remotecommand"
// protocol (v4 and v5) sorted into output, error output and the status at the end. Private to kube. standard_error()
// may be asked for by another thread, everything else is one thread's.

#include <cstdint>
#include <mutex>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace tranship::kube {

// The first byte of every message.
enum class Channel : std::uint8_t {
  standard_input = 0,
  standard_output = 1,
  standard_error = 2,
  status = 3,
  close = 255
};

class ExecChannels {
 public:
  // The piece of standard output that `message` is; empty when it is anything else, which is kept here.
  Bytes take(Bytes message);
  // The last 64 KiB.
  std::string standard_error() const;
  // Once nothing more comes. Fault::retryable when the status did not come, or cannot be read; permanent when the
  // command could not be run.
  Result<int> exit_code(const std::string& pod) const;

 private:
  std::string status_;  // the first 64 KiB
  mutable std::mutex mutex_;
  std::string standard_error_;
};

}  // namespace tranship::kube
