#include "net/websocket_frame.h"

#include <fmt/format.h>

#include <cstring>

namespace tranship::net {

std::size_t write_frame_header(const FrameHeader& header, std::uint8_t* out) {
  std::size_t size = 0;
  out[size++] = static_cast<std::uint8_t>((header.final ? 0x80 : 0) |
                                          static_cast<std::uint8_t>(header.opcode));
  const std::uint8_t masked = header.mask ? 0x80 : 0;
  const int length_bytes = header.length <= 125 ? 0 : header.length <= 0xffff ? 2 : 8;
  out[size++] = masked | static_cast<std::uint8_t>(length_bytes == 0   ? header.length
                                                   : length_bytes == 2 ? 126
                                                                       : 127);
  for (int i = length_bytes - 1; i >= 0; --i)
    out[size++] = static_cast<std::uint8_t>(header.length >> (8 * i));
  if (header.mask)
    for (const std::uint8_t byte : *header.mask) out[size++] = byte;
  return size;
}

Result<std::optional<ParsedHeader>> parse_frame_header(ByteView input) {
  if (input.size() < 2) return std::nullopt;
  ParsedHeader parsed;
  FrameHeader& header = parsed.header;
  if (input[0] & 0x70) return fail(Fault::corrupt, "WebSocket frame with reserved bits set");
  const unsigned opcode = input[0] & 0x0f;
  if (opcode > 10 || (opcode > 2 && opcode < 8))
    return fail(Fault::corrupt, fmt::format("WebSocket frame with unknown opcode {}", opcode));
  header.opcode = static_cast<Opcode>(opcode);
  header.final = input[0] & 0x80;
  header.length = input[1] & 0x7f;
  const std::size_t length_bytes = header.length == 126 ? 2 : header.length == 127 ? 8 : 0;
  const bool masked = input[1] & 0x80;
  parsed.size = 2 + length_bytes + (masked ? 4 : 0);
  if (input.size() < parsed.size) return std::nullopt;
  if (length_bytes > 0) {
    header.length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i)
      header.length = header.length << 8 | input[2 + i];
  }
  if (header.length > kMessageBytesMax)
    return fail(Fault::corrupt, fmt::format("WebSocket frame of {} bytes; at most {} are taken",
                                            header.length, kMessageBytesMax));
  if (header.is_control() && (header.length > kControlPayloadMax || !header.final))
    return fail(Fault::corrupt, "WebSocket control frame that is fragmented or too long");
  if (masked) {
    header.mask.emplace();
    std::memcpy(header.mask->data(), input.data() + parsed.size - 4, 4);
  }
  return parsed;
}

void mask_bytes(const std::uint8_t* in, std::uint8_t* out, std::size_t size, const MaskKey& key,
                std::uint64_t offset) {
  std::array<std::uint8_t, 8> turned;
  for (std::size_t i = 0; i < 8; ++i) turned[i] = key[(offset + i) % 4];
  std::uint64_t wide;
  std::memcpy(&wide, turned.data(), 8);
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, in + i, 8);
    word ^= wide;
    std::memcpy(out + i, &word, 8);
  }
  for (; i < size; ++i) out[i] = in[i] ^ turned[i % 8];
}

}  // namespace tranship::net
