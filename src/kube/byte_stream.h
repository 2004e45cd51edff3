#pragma once
// A streamed GET read by its consumer: Client::stream() pushes bytes on the client's thread, which
// must not be held up; here they wait, bounded, until somebody asks. Private to watch and logs.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "kube/client.h"

namespace tranship::kube {

class ByteStream {
 public:
  // Starts the request on a thread of its own. `client` must outlive this.
  ByteStream(const Context& context, Client& client, std::string path);
  ~ByteStream();  // ends the request and joins

  // The next bytes; empty at the end of a stream that ended well. Fault::cancelled when `context`
  // ends, retryable when nothing comes for `silence_max` (zero: wait for ever) or when the consumer
  // fell more than 64 MiB behind; else how the request failed.
  Result<Bytes> next(const Context& context, std::chrono::milliseconds silence_max = {});

 private:
  bool take(ByteView data);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Bytes> pieces_;
  std::size_t waiting_bytes_ = 0;
  bool overrun_ = false;
  std::optional<Result<void>> outcome_;
  std::stop_source stop_;
  std::jthread thread_;
};

// Cuts a stream of bytes into lines.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}
  // `line` gets each whole line without its line end (also "\r\n"); a longer line comes in pieces
  // of the limit when `cut_long` is set, else false is returned. Stops early when `line` returns
  // false.
  enum class Outcome { more, stopped, too_long };
  Outcome feed(ByteView data, bool cut_long, const std::function<bool(std::string_view)>& line);
  // What stood after the last line end.
  const std::string& rest() const { return rest_; }

 private:
  std::size_t line_bytes_max_;
  std::string rest_;
};

}  // namespace tranship::kube
