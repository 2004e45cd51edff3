#include "repo/local/zeros.h"

#include <cstring>

#include "crypto/digest.h"

namespace tranship::repo {
namespace {

constexpr std::size_t kHoleBytes = 64u << 10;
constexpr std::uint32_t kChunkOfZeros = 512u << 10, kBlockPiece = 4u << 20;

Id id_of_zeros(std::size_t length) { return crypto::sha256(Bytes(length)); }

}  // namespace

bool all_zero(ByteView bytes) {
  // Comparing with itself, one byte on, is a memcmp: as fast as the machine reads.
  return bytes.empty() || (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

bool is_zero_blob(const Id& id, std::uint32_t plain_length) {
  static const Id chunk = id_of_zeros(kChunkOfZeros);
  static const Id piece = id_of_zeros(kBlockPiece);
  if (plain_length == kChunkOfZeros) return id == chunk;
  return plain_length == kBlockPiece && id == piece;
}

Result<void> for_each_filled(ByteView bytes, const std::function<Result<void>(std::size_t, ByteView)>& write) {
  std::size_t begin = 0;  // of the filled part that is not handed out yet
  for (std::size_t at = 0; at < bytes.size(); at += kHoleBytes) {
    const std::size_t length = std::min(kHoleBytes, bytes.size() - at);
    if (length < kHoleBytes || !all_zero(bytes.subspan(at, length))) continue;
    if (at > begin) TRY(write(begin, bytes.subspan(begin, at - begin)));
    begin = at + length;
  }
  if (begin < bytes.size()) return write(begin, bytes.subspan(begin));
  return {};
}

}  // namespace tranship::repo
