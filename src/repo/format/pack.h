#pragma once
// Pack files (docs/format/repository.md; reference: restic doc/design.rst, "Pack Format"): sealed blobs one after the
// other, a sealed header that lists them, and the header's length. Reading only; packs are filled in pack_assembler.h
// and finished in pack_uploader.cc.

#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/seal.h"
#include "repo/format/index.h"

namespace tranship::repo {

// Readers refuse larger headers.
inline constexpr std::size_t kPackHeaderBytesMax = 16u << 20;
inline constexpr std::size_t kPackLengthBytes = 4;  // u32, little-endian, the last bytes of the pack

// "data/ab/abcd...": where a pack is in the store.
std::string pack_key(const Id& pack);
// The exact size of a pack with these blobs.
std::uint64_t pack_file_size(const std::vector<PackedBlob>& blobs);

// The plain header: one entry a blob, in the order of the pack. The reader gives back offsets and refuses unknown
// types, trailing bytes and sums over 4 GiB (Fault::corrupt).
Bytes pack_header(const std::vector<PackedBlob>& blobs);
Result<std::vector<PackedBlob>> parse_pack_header(ByteView plain);

// The header of a whole pack, or of its end (`tail` must hold the header): opened and parsed, and checked that blobs,
// header and length fill `pack_bytes` exactly.
Result<std::vector<PackedBlob>> read_pack_header(crypto::Sealer& sealer, ByteView tail, std::uint64_t pack_bytes);
// Sealed header's length as the last four bytes say; Fault::corrupt when it cannot be.
Result<std::uint32_t> sealed_header_bytes(ByteView tail, std::uint64_t pack_bytes);

// Opens blobs: MAC, decryption, decompression into at most the length the index says. Not thread-safe: one per
// thread. The id is the caller's to check, because many at once hash faster.
class BlobOpener {
 public:
  explicit BlobOpener(const crypto::SealKey& key);
  ~BlobOpener();
  BlobOpener(const BlobOpener&) = delete;
  BlobOpener& operator=(const BlobOpener&) = delete;

  // Plain bytes of the blob: in `sealed` itself when it is stored raw (uncompressed_length 0), otherwise in `out`,
  // which has at least that length. `sealed` is overwritten. Fault::corrupt says what does not fit.
  Result<ByteView> open(MutableByteView sealed, std::uint32_t uncompressed_length, MutableByteView out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tranship::repo
