#include "repo/format/compression.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace tranship::repo {
namespace {

constexpr std::size_t kSampleBytes = 4096;
constexpr std::size_t kSamplePieces = 16;
// 4096 random bytes measure 7.955 bits a byte (too few to fill the histogram evenly); text measures 4 to 6.
constexpr double kIncompressibleBits = 7.86;

// count * log2(count) for every count the sample can have.
const std::array<float, kSampleBytes + 1>& count_bits() {
  static const auto table = [] {
    std::array<float, kSampleBytes + 1> values{};
    for (std::size_t i = 1; i < values.size(); ++i) {
      values[i] = static_cast<float>(static_cast<double>(i) * std::log2(static_cast<double>(i)));
    }
    return values;
  }();
  return table;
}

struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

Error zstd_error(std::size_t code) {
  return Error(Fault::corrupt, std::string("damaged zstd data: ") + ZSTD_getErrorName(code));
}

}  // namespace

struct Compressor::State {
  State() : context(ZSTD_createCCtx()) {}
  ~State() { ZSTD_freeCCtx(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  ZSTD_CCtx* context;
  std::unique_ptr<std::uint8_t[]> buffer;
  std::size_t capacity = 0;
};

Compressor::Compressor() : state_(std::make_unique<State>()) {}
Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

Result<ByteView> Compressor::compress(ByteView plain, int level) {
  State& state = *state_;
  const std::size_t bound = ZSTD_compressBound(plain.size());
  if (state.capacity < bound) {
    state.buffer.reset();  // before the new one is taken: not both at once
    state.buffer.reset(new std::uint8_t[bound]);
    state.capacity = bound;
  }
  const std::size_t size =
      ZSTD_compressCCtx(state.context, state.buffer.get(), state.capacity, plain.data(), plain.size(), level);
  if (ZSTD_isError(size)) {
    return fail(Fault::permanent, std::string("zstd cannot compress: ") + ZSTD_getErrorName(size));
  }
  return ByteView(state.buffer.get(), size);
}

Result<Bytes> decompress(ByteView frame, std::size_t bytes_max) {
  const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
  Bytes plain;
  const auto claimed = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (claimed == ZSTD_CONTENTSIZE_ERROR) return fail(Fault::corrupt, "not zstd data");
  if (claimed != ZSTD_CONTENTSIZE_UNKNOWN && claimed > bytes_max) {
    return fail(Fault::corrupt, "compressed data larger than " + std::to_string(bytes_max) + " bytes");
  }
  ZSTD_inBuffer in{frame.data(), frame.size(), 0};
  std::size_t filled = 0;
  for (std::size_t left = 1; left != 0;) {
    if (filled == plain.size()) {
      if (filled > bytes_max) {
        return fail(Fault::corrupt, "compressed data larger than " + std::to_string(bytes_max) + " bytes");
      }
      // A claimed size is believed only as fast as bytes come out of the frame.
      plain.resize(std::min(bytes_max + 1, std::max<std::size_t>(2 * filled, std::size_t{64} << 10)));
    }
    ZSTD_outBuffer out{plain.data(), plain.size(), filled};
    const std::size_t consumed = in.pos;
    left = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(left)) return fail(zstd_error(left));
    if (left != 0 && out.pos == filled && in.pos == consumed) {
      return fail(Fault::corrupt, "damaged zstd data: it ends in the middle");
    }
    filled = out.pos;
  }
  if (in.pos != in.size) return fail(Fault::corrupt, "damaged zstd data: bytes after its end");
  if (filled > bytes_max) {
    return fail(Fault::corrupt, "compressed data larger than " + std::to_string(bytes_max) + " bytes");
  }
  plain.resize(filled);
  return plain;
}

bool looks_incompressible(ByteView plain) {
  if (plain.size() < kSampleBytes) return false;
  std::array<std::uint16_t, 256> counts{};
  constexpr std::size_t kPiece = kSampleBytes / kSamplePieces;
  const std::size_t stride = (plain.size() - kPiece) / (kSamplePieces - 1);
  for (std::size_t piece = 0; piece < kSamplePieces; ++piece) {
    for (const std::uint8_t byte : plain.subspan(piece * stride, kPiece)) ++counts[byte];
  }
  const auto& bits = count_bits();
  double sum = 0;
  for (const std::uint16_t count : counts) sum += bits[count];
  const double entropy = std::log2(static_cast<double>(kSampleBytes)) - sum / kSampleBytes;
  return entropy >= kIncompressibleBits;
}

}  // namespace tranship::repo
