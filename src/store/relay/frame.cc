#include "store/relay/frame.h"

#include <fmt/format.h>

#include <algorithm>

namespace tranship::store::relay {
namespace {

constexpr std::size_t kReserveBytesMax = 20u << 20;

bool is_known(std::uint8_t kind) {
  return (kind >= 1 && kind <= 3) || (kind >= 16 && kind <= 20) || (kind >= 32 && kind <= 36);
}

std::uint64_t little_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

constexpr Fault kFaults[] = {Fault::retryable, Fault::not_found, Fault::conflict,  Fault::auth,
                             Fault::corrupt,   Fault::invalid,   Fault::permanent, Fault::cancelled};

}  // namespace

void append_header(Bytes& out, const FrameHeader& header) {
  FieldWriter fields(out);
  fields.u32(header.payload_bytes);
  fields.u32(static_cast<std::uint8_t>(header.kind));
  fields.u64(header.id);
}

Result<FrameHeader> parse_header(ByteView bytes) {
  FieldReader fields(bytes);
  const auto length = TRY(fields.u32());
  const auto kind = TRY(fields.u32());
  const auto id = TRY(fields.u64());
  if (kind > 255 || !is_known(static_cast<std::uint8_t>(kind))) {
    return fail(Fault::corrupt, "the relay stream holds a frame of an unknown kind");
  }
  if (length > kPayloadBytesMax) {
    return fail(Fault::corrupt, fmt::format("the relay stream holds a frame of {} bytes, over the limit", length));
  }
  return FrameHeader{length, static_cast<FrameKind>(kind), id};
}

void FieldWriter::number(std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void FieldWriter::text(std::string_view value) {
  const std::string_view cut = value.substr(0, 65535);
  u16(static_cast<std::uint16_t>(cut.size()));
  raw(as_bytes(cut));
}

Result<ByteView> FieldReader::raw(std::size_t count) {
  if (count > in_.size()) return fail(Fault::corrupt, "a relay frame is shorter than what it claims to hold");
  const ByteView result = in_.first(count);
  in_ = in_.subspan(count);
  return result;
}

Result<std::uint64_t> FieldReader::number(std::size_t bytes) { return little_endian(TRY(raw(bytes))); }
Result<std::uint8_t> FieldReader::u8() { return static_cast<std::uint8_t>(TRY(number(1))); }
Result<std::uint16_t> FieldReader::u16() { return static_cast<std::uint16_t>(TRY(number(2))); }
Result<std::uint32_t> FieldReader::u32() { return static_cast<std::uint32_t>(TRY(number(4))); }
Result<std::uint64_t> FieldReader::u64() { return TRY(number(8)); }
Result<std::string> FieldReader::text() { return std::string(as_text(TRY(raw(TRY(u16()))))); }

void append_error(Bytes& out, const Error& error) {
  FieldWriter fields(out);
  fields.u8(static_cast<std::uint8_t>(std::find(std::begin(kFaults), std::end(kFaults), error.fault()) - kFaults));
  fields.text(error.code());
  fields.text(error.what());
  fields.text(error.fix());
}

Error parse_failure(ByteView payload) {
  const auto parse = [&]() -> Result<Error> {
    FieldReader fields(payload);
    const auto fault = TRY(fields.u8());
    if (fault >= std::size(kFaults)) return fail(Fault::corrupt, "a relayed error is of an unknown kind");
    std::string code = TRY(fields.text());
    std::string what = TRY(fields.text());
    if (what.empty()) what = "the relay server failed without saying why";
    return Error(kFaults[fault], std::move(what)).with_code(std::move(code)).with_fix(TRY(fields.text()));
  };
  auto parsed = parse();
  return parsed ? std::move(*parsed) : std::move(parsed).error();
}

Result<bool> FrameReader::fill() {
  Bytes more = TRY(stream_.read());
  if (more.empty()) return false;
  if (position_ == buffer_.size()) {
    buffer_ = std::move(more);
  } else {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(position_));
    buffer_.insert(buffer_.end(), more.begin(), more.end());
  }
  position_ = 0;
  return true;
}

Result<std::optional<FrameHeader>> FrameReader::next() {
  while (buffer_.size() - position_ < kHeaderBytes) {
    if (TRY(fill())) continue;
    if (buffer_.size() == position_) return std::nullopt;
    return fail(Fault::retryable, "the relay stream was cut inside a frame");
  }
  const auto header = TRY(parse_header(ByteView(buffer_).subspan(position_, kHeaderBytes)));
  position_ += kHeaderBytes;
  return header;
}

Result<Bytes> FrameReader::payload(const FrameHeader& header) {
  Bytes result;
  // A length is believed as far as most objects go; for more, the bytes must come.
  result.reserve(std::min<std::size_t>(header.payload_bytes, kReserveBytesMax));
  while (result.size() < header.payload_bytes) {
    if (position_ == buffer_.size() && !TRY(fill())) {
      return fail(Fault::retryable, "the relay stream was cut inside a frame");
    }
    const std::size_t count = std::min(buffer_.size() - position_, header.payload_bytes - result.size());
    const auto first = buffer_.begin() + static_cast<std::ptrdiff_t>(position_);
    result.insert(result.end(), first, first + static_cast<std::ptrdiff_t>(count));
    position_ += count;
  }
  return result;
}

}  // namespace tranship::store::relay
