#include "store/relay/hello.h"

#include <fmt/format.h>

namespace tranship::store::relay {
namespace {

constexpr std::size_t kHelloBytesMax = 1024;

std::unexpected<Error> not_a_relay() {
  return fail(Fault::invalid, "the other end of the stream does not speak the relay protocol");
}

}  // namespace

Result<void> send_hello(FrameWriter& writer, FrameKind kind) {
  Bytes hello;
  FieldWriter fields(hello);
  fields.raw(as_bytes(kMagic));
  fields.u32(kVersion);
  return writer.write(kind, 0, hello);
}

Result<void> expect_hello(FrameReader& reader, FrameKind kind) {
  auto header = reader.next();
  if (!header && header.error().fault() == Fault::corrupt) return not_a_relay();
  if (!header) return fail(std::move(header).error());
  if (!*header) return fail(Fault::retryable, "the relay stream ended before it began");
  if ((*header)->kind != kind || (*header)->payload_bytes > kHelloBytesMax) return not_a_relay();
  const Bytes payload = TRY(reader.payload(**header));
  FieldReader fields(payload);
  const auto magic = fields.raw(kMagic.size());
  const auto version = fields.u32();
  if (!magic || as_text(*magic) != kMagic || !version) return not_a_relay();
  if (*version == kVersion) return {};
  return fail(
      Error(Fault::invalid,
            fmt::format("the other end speaks version {} of the relay protocol, this one {}", *version, kVersion))
          .with_fix("Use the mover image of this release"));
}

}  // namespace tranship::store::relay
