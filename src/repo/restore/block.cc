// A block file of a repository onto a device (or into a file): piece by piece at its place, zeros without being read.

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/parallel.h"
#include "base/units.h"
#include "crypto/digest.h"
#include "repo/local/zeros.h"
#include "repo/restore/files.h"
#include "repo/restore/restore.h"

namespace tranship::repo {
namespace {

constexpr std::size_t kPiecesAtOnce = 32768;

class BlockRestore {
 public:
  BlockRestore(const Context& context, Repository& repository, const Node& file, const std::string& device,
               const RestoreOptions& options, Progress& progress)
      : context_(context), repository_(repository), file_(file), device_(device), options_(options),
        progress_(progress) {}

  Result<RestoreResult> run() {
    TRY(open());
    progress_.files_total = 1;
    progress_.bytes_total = file_.size;
    progress_.scanned = true;
    TRY(check_room());
    std::uint64_t offset = 0;
    for (std::size_t first = 0; first < file_.content.size(); first += pieces_.size()) {
      offset = TRY(plan(first, offset));
      if (options_.resume && !fresh_) TRY(compare());
      TRY(write_zeros());
      TRY(read());
    }
    if (offset != file_.size) failures_.add(device_, Error(Fault::corrupt, "the pieces do not add up to the size"));
    if (options_.sync && ::fsync(target_.number()) != 0) return fail(target_error("sync", device_, errno));
    if (!failures_.any()) ++progress_.files_done;
    const std::uint64_t files = failures_.any() ? 0 : 1;
    return RestoreResult{files, file_.size, kept_all_ ? files : 0, failures_.take()};
  }

 private:
  struct Piece {
    std::uint64_t offset;
    BlobRequest request;
    bool have = false, zero = false;
  };

  Result<void> open() {
    target_.reset(::open(device_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!target_.open()) return fail(target_error("open", device_, errno));
    struct stat status {};
    if (::fstat(target_.number(), &status) != 0) return fail(target_error("look at", device_, errno));
    is_device_ = S_ISBLK(status.st_mode);
    if (is_device_) return {};
    if (!S_ISREG(status.st_mode)) return fail(Fault::invalid, device_ + " is neither a block device nor a file");
    fresh_ = status.st_size == 0;
    if (!fresh_ && !options_.resume) {
      return fail(Error(Fault::conflict, device_ + " is there already").with_code("volume.not_empty"));
    }
    if (::ftruncate(target_.number(), static_cast<off_t>(file_.size)) != 0) {
      return fail(target_error("resize", device_, errno));
    }
    return {};
  }

  Result<void> check_room() {
    std::uint64_t bytes = 0;
    if (!is_device_ || ::ioctl(target_.number(), BLKGETSIZE64, &bytes) != 0 || bytes >= file_.size) return {};
    return fail(Error(Fault::permanent, device_ + " has " + format_bytes(bytes) + ", the volume needs " +
                                            format_bytes(file_.size))
                    .with_code("volume.full")
                    .with_fix("Give a volume of at least " + std::to_string(file_.size) + " bytes"));
  }

  // The next pieces; returns the offset after them.
  Result<std::uint64_t> plan(std::size_t first, std::uint64_t offset) {
    pieces_.clear();
    const std::size_t end = std::min(file_.content.size(), first + kPiecesAtOnce);
    for (std::size_t at = first; at < end; ++at) {
      const Id& id = file_.content[at];
      const auto location = repository_.index().find(BlobType::data, id);
      if (!location) return fail(Fault::corrupt, "blob " + id.hex() + " of " + device_ + " is in no index");
      Piece piece{offset, {BlobType::data, id, *location}, false, false};
      piece.zero = is_zero_blob(id, location->plain_length());
      offset += location->plain_length();
      if (offset > file_.size) return fail(Fault::corrupt, "the pieces of " + device_ + " are more than its size");
      pieces_.push_back(piece);
    }
    return offset;
  }

  Result<void> compare() {
    const int threads = worker_threads(options_.threads);
    return try_parallel_for(context_, pieces_.size(), threads, [&](std::size_t at) -> Result<void> {
      Piece& piece = pieces_[at];
      thread_local Bytes there;  // of one call's threads: made once for many pieces
      there.resize(std::min(piece.request.location.plain_length(), kDataBlobBytesMax));
      const ssize_t count = ::pread(target_.number(), there.data(), there.size(), static_cast<off_t>(piece.offset));
      if (count != static_cast<ssize_t>(there.size())) return {};
      // A device nothing was written to yet is zeros: no need to digest them.
      const bool zeros = all_zero(there);
      piece.have = piece.zero ? zeros : !zeros && crypto::sha256(there) == piece.request.id;
      return {};
    });
  }

  Result<void> write_zeros() {
    for (Piece& piece : pieces_) {
      if (!piece.zero || piece.have) continue;
      TRY(context_.check());
      TRY(zero_out(piece.offset, piece.request.location.plain_length()));
      piece.have = true;
    }
    return {};
  }

  // Whatever was there before must not shine through.
  Result<void> zero_out(std::uint64_t offset, std::uint32_t length) {
    if (fresh_) return {};
    std::uint64_t range[2] = {offset, length};
    if (is_device_ && ::ioctl(target_.number(), BLKZEROOUT, range) == 0) return {};
    if (!is_device_ && ::fallocate(target_.number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                   static_cast<off_t>(offset), length) == 0) {
      return {};
    }
    return write_all(Bytes(length), offset);
  }

  Result<void> write_all(ByteView bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
      const ssize_t count = ::pwrite(target_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return fail(target_error("write", device_, errno));
      bytes = bytes.subspan(static_cast<std::size_t>(count));
      offset += static_cast<std::uint64_t>(count);
    }
    return {};
  }

  Result<void> read() {
    std::vector<BlobRequest> requests;
    std::vector<std::uint64_t> offsets;
    for (const Piece& piece : pieces_) {
      if (piece.have) {
        progress_.bytes_done += piece.request.location.plain_length();
        continue;
      }
      requests.push_back(piece.request);
      offsets.push_back(piece.offset);
    }
    kept_all_ = kept_all_ && requests.empty();
    const BlobSink sink{
        [&](std::span<const std::uint32_t> positions, ByteView plain) -> Result<void> {
          for (const std::uint32_t position : positions) {
            const std::uint64_t offset = offsets[position];
            if (fresh_ && options_.sparse) {
              TRY(for_each_filled(plain, [&](std::size_t at, ByteView part) { return write_all(part, offset + at); }));
            } else {
              TRY(write_all(plain, offset));
            }
            progress_.bytes_done += plain.size();
          }
          return {};
        },
        [&](std::span<const std::uint32_t> positions, const Error& error) {
          for (const std::uint32_t position : positions) {
            failures_.add(device_ + " at byte " + std::to_string(offsets[position]), error);
          }
        }};
    BlobReaderOptions options;
    options.decoders = options_.threads;
    return read_blobs(context_, repository_, requests, options, sink, progress_.bytes_stored);
  }

  const Context& context_;
  Repository& repository_;
  const Node& file_;
  const std::string& device_;
  const RestoreOptions& options_;
  Progress& progress_;
  Descriptor target_;
  bool is_device_ = false, fresh_ = false, kept_all_ = true;
  std::vector<Piece> pieces_;
  FailureList failures_;
};

}  // namespace

Result<RestoreResult> restore_block(const Context& context, Repository& repository, const Node& file,
                                    const std::string& device, const RestoreOptions& options, Progress& progress) {
  if (file.type != NodeType::file) return fail(Fault::invalid, "'" + file.name + "' is not a block file");
  return BlockRestore(context, repository, file, device, options, progress).run();
}

}  // namespace tranship::repo
