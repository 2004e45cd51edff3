#include "store/relay/frame_writer.h"

#include <fmt/format.h>

namespace tranship::store::relay {
namespace {

// Below this a copy is cheaper than a write of its own.
constexpr std::size_t kJoinBytesMax = 32u << 10;

}  // namespace

Result<void> FrameWriter::write(FrameKind kind, std::uint64_t id, ByteView fields, ByteView body) {
  const std::uint64_t length = fields.size() + body.size();
  if (length > kPayloadBytesMax) {
    return fail(Fault::invalid, fmt::format("an object of {} bytes is too large to be relayed", body.size()));
  }
  const bool joined = body.size() <= kJoinBytesMax;
  Bytes head;
  head.reserve(kHeaderBytes + fields.size() + (joined ? body.size() : 0));
  append_header(head, {static_cast<std::uint32_t>(length), kind, id});
  head.insert(head.end(), fields.begin(), fields.end());
  if (joined) head.insert(head.end(), body.begin(), body.end());
  std::lock_guard lock(mutex_);
  if (stream_ == nullptr) return fail(Fault::retryable, "the relay stream has ended");
  TRY(stream_->write(head));
  if (!joined) TRY(stream_->write(body));
  return {};
}

void FrameWriter::close() {
  std::lock_guard lock(mutex_);
  stream_ = nullptr;
}

}  // namespace tranship::store::relay
