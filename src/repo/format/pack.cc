#include "repo/format/pack.h"

#include <zstd.h>

#include <limits>

namespace tranship::repo {
namespace {

// Type bytes of header entries: bit 0 tree, bit 1 compressed.
constexpr std::uint8_t kTree = 1, kCompressed = 2;
constexpr std::size_t kEntryBytes = 37, kCompressedEntryBytes = 41;

Error damaged(std::string what) { return Error(Fault::corrupt, std::move(what)).with_code("pack.damaged"); }

std::uint32_t load_u32(const std::uint8_t* bytes) {
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

void append_u32(Bytes& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::size_t entry_bytes(const PackedBlob& blob) {
  return blob.uncompressed_length == 0 ? kEntryBytes : kCompressedEntryBytes;
}

}  // namespace

std::string pack_key(const Id& pack) {
  const std::string name = pack.hex();
  return "data/" + name.substr(0, 2) + "/" + name;
}

std::uint64_t pack_file_size(const std::vector<PackedBlob>& blobs) {
  std::uint64_t bytes = crypto::kSealOverhead + kPackLengthBytes;
  for (const PackedBlob& blob : blobs) bytes += blob.length + entry_bytes(blob);
  return bytes;
}

Bytes pack_header(const std::vector<PackedBlob>& blobs) {
  Bytes out;
  out.reserve(blobs.size() * kCompressedEntryBytes);
  for (const PackedBlob& blob : blobs) {
    const bool compressed = blob.uncompressed_length != 0;
    out.push_back((blob.type == BlobType::tree ? kTree : 0) | (compressed ? kCompressed : 0));
    append_u32(out, blob.length);
    if (compressed) append_u32(out, blob.uncompressed_length);
    out.insert(out.end(), blob.id.bytes.begin(), blob.id.bytes.end());
  }
  return out;
}

Result<std::vector<PackedBlob>> parse_pack_header(ByteView plain) {
  std::vector<PackedBlob> blobs;
  blobs.reserve(plain.size() / kEntryBytes);
  std::uint64_t offset = 0;
  while (!plain.empty()) {
    const std::uint8_t type = plain[0];
    if (type > (kTree | kCompressed)) return fail(damaged("header: unknown blob type " + std::to_string(type)));
    const bool compressed = (type & kCompressed) != 0;
    const std::size_t size = compressed ? kCompressedEntryBytes : kEntryBytes;
    if (plain.size() < size) return fail(damaged("header: the last entry is cut off"));
    PackedBlob blob;
    blob.type = (type & kTree) != 0 ? BlobType::tree : BlobType::data;
    blob.length = load_u32(plain.data() + 1);
    if (compressed) blob.uncompressed_length = load_u32(plain.data() + 5);
    std::copy_n(plain.data() + size - 32, 32, blob.id.bytes.begin());
    if (blob.length < crypto::kSealOverhead) return fail(damaged("header: a blob shorter than its seal"));
    if (compressed && blob.uncompressed_length == 0) return fail(damaged("header: a compressed blob of no length"));
    if (offset + blob.length > std::numeric_limits<std::uint32_t>::max()) {
      return fail(damaged("header: blobs of more than 4 GiB"));
    }
    blob.offset = static_cast<std::uint32_t>(offset);
    offset += blob.length;
    blobs.push_back(blob);
    plain = plain.subspan(size);
  }
  return blobs;
}

Result<std::uint32_t> sealed_header_bytes(ByteView tail, std::uint64_t pack_bytes) {
  if (tail.size() < kPackLengthBytes || pack_bytes < crypto::kSealOverhead + kPackLengthBytes) {
    return fail(damaged("too short to be a pack"));
  }
  const std::uint32_t bytes = load_u32(tail.data() + tail.size() - kPackLengthBytes);
  if (bytes < crypto::kSealOverhead || bytes > kPackHeaderBytesMax || bytes > pack_bytes - kPackLengthBytes) {
    return fail(damaged("the header's length (" + std::to_string(bytes) + " bytes) cannot be"));
  }
  return bytes;
}

Result<std::vector<PackedBlob>> read_pack_header(crypto::Sealer& sealer, ByteView tail, std::uint64_t pack_bytes) {
  const std::uint32_t sealed_bytes = TRY(sealed_header_bytes(tail, pack_bytes));
  if (tail.size() < sealed_bytes + kPackLengthBytes) return fail(damaged("the header is cut off"));
  const ByteView sealed = tail.subspan(tail.size() - kPackLengthBytes - sealed_bytes, sealed_bytes);
  const Bytes plain = TRY_IN("header", sealer.open(sealed));
  auto blobs = TRY(parse_pack_header(plain));
  if (pack_file_size(blobs) != pack_bytes) {
    return fail(damaged("the header describes " + std::to_string(pack_file_size(blobs)) + " bytes, the file has " +
                        std::to_string(pack_bytes)));
  }
  return blobs;
}

struct BlobOpener::State {
  explicit State(const crypto::SealKey& key) : sealer(key), zstd(ZSTD_createDCtx()) {}
  ~State() { ZSTD_freeDCtx(zstd); }
  crypto::Sealer sealer;
  ZSTD_DCtx* zstd;
};

BlobOpener::BlobOpener(const crypto::SealKey& key) : state_(std::make_unique<State>(key)) {}
BlobOpener::~BlobOpener() = default;

Result<ByteView> BlobOpener::open(MutableByteView sealed, std::uint32_t uncompressed_length, MutableByteView out) {
  if (sealed.size() < crypto::kSealOverhead) return fail(damaged("shorter than its seal"));
  const MutableByteView inner = sealed.subspan(16, sealed.size() - crypto::kSealOverhead);
  TRY(state_->sealer.open(sealed, inner));
  if (uncompressed_length == 0) return ByteView(inner);
  if (out.size() < uncompressed_length) return fail(Fault::permanent, "no room to decompress into");
  // Bounded by what the index says; the frame need not know its content's size for that.
  const std::size_t size =
      ZSTD_decompressDCtx(state_->zstd, out.data(), uncompressed_length, inner.data(), inner.size());
  if (ZSTD_isError(size)) return fail(damaged(std::string("does not decompress: ") + ZSTD_getErrorName(size)));
  if (size != uncompressed_length) {
    return fail(damaged("decompresses to " + std::to_string(size) + " bytes instead of " +
                        std::to_string(uncompressed_length)));
  }
  return ByteView(out.first(size));
}

}  // namespace tranship::repo
