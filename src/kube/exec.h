#pragma once
// Running a command in a container over WebSocket (v5.channel.k8s.io, falling back to v4), and
// reading its log.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kube/client.h"

namespace tranship::kube {

struct ExecRequest {
  std::string name_space;
  std::string pod;
  std::string container;  // empty: the pod's only (or default) one
  std::vector<std::string> command;
  bool use_stdin = false;
};

// A running command with its streams. read() from one thread while another writes; otherwise not
// thread-safe.
class ExecStream {
 public:
  static Result<std::unique_ptr<ExecStream>> open(const Context& context, Client& client,
                                                  const ExecRequest& request);
  virtual ~ExecStream() = default;
  virtual Result<void> write(const Context& context, ByteView data) = 0;
  // Ends the command's stdin (v5 only; Fault::permanent on v4).
  virtual Result<void> close_stdin(const Context& context) = 0;
  // The next piece of stdout; empty when the command ended. stderr is collected aside (last 64
  // KiB).
  virtual Result<Bytes> read(const Context& context) = 0;
  virtual std::string standard_error() const = 0;
  // After read() gave its end. Fault::retryable when the connection was cut before the status came.
  virtual Result<int> exit_code() = 0;
};

struct ExecOutput {
  int exit_code = 0;
  std::string
      standard_output;  // at most output_bytes_max, then the command is ended with Fault::permanent
  std::string standard_error;
};
Result<ExecOutput> exec(const Context& context, Client& client, const ExecRequest& request,
                        ByteView input = {}, std::size_t output_bytes_max = 16u << 20);

struct LogOptions {
  std::string container;
  bool follow = false;
  bool previous = false;
  int tail_lines = -1;  // negative: all
  bool timestamps = false;
};
// Lines without their line ends; a line over 1 MiB is cut there. `line` returns false to end early.
Result<void> read_log(const Context& context, Client& client, const std::string& name_space,
                      const std::string& pod, const LogOptions& options,
                      const std::function<bool(std::string_view)>& line);

}  // namespace tranship::kube
