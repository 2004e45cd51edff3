#pragma once
// Frames of the relay protocol (docs/format/relay.md): DO NOT CHANGE the numbers, both ends may be of different
// releases.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "store/relay.h"

namespace tranship::store::relay {

inline constexpr std::string_view kMagic = "TSHRELAY";
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kHeaderBytes = 16;
inline constexpr std::uint64_t kObjectBytesMax = 160ull << 20;
inline constexpr std::uint64_t kPayloadBytesMax = kObjectBytesMax + 4096;

enum class FrameKind : std::uint8_t {
  hello = 1,
  hello_answer = 2,
  ping = 3,
  put = 16,
  get = 17,
  stat = 18,
  list = 19,
  remove = 20,
  done = 32,
  data = 33,
  info = 34,
  listing = 35,
  failure = 36,
};

struct FrameHeader {
  std::uint32_t payload_bytes = 0;
  FrameKind kind = FrameKind::ping;
  std::uint64_t id = 0;
};

void append_header(Bytes& out, const FrameHeader& header);
// Fault::corrupt for unknown kinds and lengths over the limit.
Result<FrameHeader> parse_header(ByteView bytes);

// Fields of payloads: little-endian numbers, texts with their length before them.
class FieldWriter {
 public:
  explicit FieldWriter(Bytes& out) : out_(out) {}
  void u8(std::uint8_t value) { out_.push_back(value); }
  void u16(std::uint16_t value) { number(value, 2); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void text(std::string_view value);  // u16 length; cut at 65535
  void raw(ByteView value) { out_.insert(out_.end(), value.begin(), value.end()); }

 private:
  void number(std::uint64_t value, int bytes);
  Bytes& out_;
};

// Every read checks what is left: Fault::corrupt.
class FieldReader {
 public:
  explicit FieldReader(ByteView in) : in_(in) {}
  Result<std::uint8_t> u8();
  Result<std::uint16_t> u16();
  Result<std::uint32_t> u32();
  Result<std::uint64_t> u64();
  Result<std::string> text();
  Result<ByteView> raw(std::size_t count);
  ByteView rest() const { return in_; }

 private:
  Result<std::uint64_t> number(std::size_t bytes);
  ByteView in_;
};

void append_error(Bytes& out, const Error& error);
Error parse_failure(ByteView payload);

// Cuts a stream's bytes into frames. The payload is read only when asked for, so that its memory can be accounted
// before.
class FrameReader {
 public:
  explicit FrameReader(const RelayStream& stream) : stream_(stream) {}
  // Nothing at the end of the stream. Fault::retryable when it ends inside a frame.
  Result<std::optional<FrameHeader>> next();
  // Of the header next() gave last; exactly once.
  Result<Bytes> payload(const FrameHeader& header);

 private:
  Result<bool> fill();  // false at the end
  const RelayStream& stream_;
  Bytes buffer_;
  std::size_t position_ = 0;
};

}  // namespace tranship::store::relay
