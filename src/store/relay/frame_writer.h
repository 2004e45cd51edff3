#pragma once
// Writes whole frames to a stream, one at a time, from any number of threads.

#include <mutex>

#include "store/relay/frame.h"

namespace tranship::store::relay {

class FrameWriter {
 public:
  explicit FrameWriter(const RelayStream& stream) : stream_(&stream) {}

  // The payload is `fields` followed by `body`, which is not copied.
  Result<void> write(FrameKind kind, std::uint64_t id, ByteView fields, ByteView body = {});
  // Waits for a write under way; later ones fail. After it, the stream is not used any more.
  void close();

 private:
  std::mutex mutex_;
  const RelayStream* stream_;
};

}  // namespace tranship::store::relay
