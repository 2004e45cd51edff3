#pragma once
// Reads many blobs the fast way: grouped by pack, neighbours in one large range, fetched and decoded by several
// threads, each different blob decoded once however often it is asked for, and checked against its id.

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>

#include "repo/progress.h"
#include "repo/repository.h"

namespace tranship::repo {

struct BlobRequest {
  BlobType type = BlobType::data;
  Id id;
  BlobLocation location;  // as the index has it
};

struct BlobReaderOptions {
  int decoders = 0;  // 0: one per core, at most 4
  int fetchers = 3;
  // Memory at once: about (2 * fetchers + decoders) ranges, and as much again of plain text per decoder.
  std::uint32_t range_bytes = 8u << 20;
  // Unwanted bytes between two blobs that cost less than another request.
  std::uint32_t gap_bytes = 256u << 10;
};

// Blobs above this are refused: restic's data blobs have at most 8 MiB.
inline constexpr std::uint32_t kDataBlobBytesMax = 256u << 20;

// The number of threads for `threads` as options give it.
int worker_threads(int threads);

// One blob, fetched and checked by itself; `sealed` and `out` are working space. Fault::corrupt names pack and blob.
class BlobOpener;
Result<ByteView> read_one_blob(const Context& context, Repository& repository, BlobOpener& opener,
                               const BlobRequest& request, Bytes& sealed, Bytes& out);

// Both are called on decoder threads, several at once, with the positions in `requests` of everyone who asked for the
// blob. An error of `found` ends the reading; `lost` gets Fault::corrupt with pack and blob named, and reading goes
// on.
struct BlobSink {
  std::function<Result<void>(std::span<const std::uint32_t> positions, ByteView plain)> found;
  std::function<void(std::span<const std::uint32_t> positions, const Error& error)> lost;
};

// `bytes_fetched` counts what the store gave. Returns when every request was found or lost, or at the first error
// that is not damage (store out of reach, no rights, cancelled).
Result<void> read_blobs(const Context& context, Repository& repository, std::span<const BlobRequest> requests,
                        const BlobReaderOptions& options, const BlobSink& sink,
                        std::atomic<std::uint64_t>& bytes_fetched);

}  // namespace tranship::repo
