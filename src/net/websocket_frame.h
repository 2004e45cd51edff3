#pragma once
// Frames of RFC 6455 (section 5) as bytes: pure functions, no input or output.

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace tranship::net {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10
};

inline constexpr std::size_t kMessageBytesMax = 16u << 20;
inline constexpr std::size_t kControlPayloadMax = 125;
inline constexpr std::size_t kFrameHeaderMax = 14;

using MaskKey = std::array<std::uint8_t, 4>;

struct FrameHeader {
  Opcode opcode = Opcode::binary;
  bool final = true;
  std::uint64_t length = 0;
  std::optional<MaskKey> mask;

  bool is_control() const { return static_cast<std::uint8_t>(opcode) >= 8; }
};

// Writes the header to `out` (at least kFrameHeaderMax bytes); the number of bytes written.
std::size_t write_frame_header(const FrameHeader& header, std::uint8_t* out);

// The header at the start of `input` and its size; nothing when more bytes are needed.
// Fault::corrupt for reserved bits or opcodes, long or fragmented control frames, and lengths over
// kMessageBytesMax.
struct ParsedHeader {
  FrameHeader header;
  std::size_t size = 0;
};
Result<std::optional<ParsedHeader>> parse_frame_header(ByteView input);

// out[i] = in[i] ^ key[(offset + i) % 4]; `in` and `out` may be the same bytes.
void mask_bytes(const std::uint8_t* in, std::uint8_t* out, std::size_t size, const MaskKey& key,
                std::uint64_t offset);

}  // namespace tranship::net
