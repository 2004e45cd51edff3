// A block device or image as one sparse file node: pieces of a fixed size, each at its place.

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>

#include "base/parallel.h"
#include "repo/backup/state.h"
#include "repo/backup/stream.h"
#include "repo/local/zeros.h"
#include "repo/write/pack_assembler.h"

namespace tranship::repo {
namespace {

constexpr std::size_t kPieceBytes = 4u << 20;
// Read and stored together by one thread.
constexpr std::size_t kPiecesAtOnce = 4;

class BlockBackup {
 public:
  BlockBackup(BackupState& run, const std::string& device) : run_(run), device_(device), zeros_(kPieceBytes) {}

  Result<Node> read() {
    TRY(open());
    run_.progress.files_total = 1;
    run_.progress.bytes_total = node_.size;
    run_.progress.scanned = true;
    node_.content.resize((node_.size + kPieceBytes - 1) / kPieceBytes);
    const std::size_t steps = (node_.content.size() + kPiecesAtOnce - 1) / kPiecesAtOnce;
    const auto read = [&](std::size_t step) { return read_step(step); };
    TRY_IN(device_, try_parallel_for(run_.context, steps, run_.threads, read));
    ++run_.progress.files_done;
    run_.report_stored();
    return std::move(node_);
  }

 private:
  // A buffer taken by one step at a time.
  using Buffer = std::unique_ptr<PackBuffer>;

  Result<void> open() {
    source_.reset(::open(device_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!source_.open() || ::fstat(source_.number(), &status) != 0) {
      return fail(source_error("open " + device_, errno));
    }
    std::uint64_t size = static_cast<std::uint64_t>(status.st_size);
    if (S_ISBLK(status.st_mode)) {
      if (::ioctl(source_.number(), BLKGETSIZE64, &size) != 0) return fail(source_error("size of " + device_, errno));
      // Past the page cache: what is read once would push out what others use. Not every device can.
      direct_.reset(::open(device_.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECT));
    } else if (!S_ISREG(status.st_mode)) {
      return fail(Fault::invalid, device_ + " is neither a block device nor a file");
    } else {
      sparse_ = static_cast<std::uint64_t>(status.st_blocks) * 512 < size;
    }
    node_.type = NodeType::file;
    node_.mode = 0600;
    node_.size = size;
    node_.links = 1;
    node_.mtime_ns = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    node_.atime_ns = node_.ctime_ns = node_.mtime_ns;
    return {};
  }

  Buffer take_buffer() {
    const std::lock_guard lock(mutex_);
    if (buffers_.empty()) return std::make_unique<PackBuffer>(kPiecesAtOnce * kPieceBytes);
    Buffer buffer = std::move(buffers_.back());
    buffers_.pop_back();
    return buffer;
  }

  Result<void> read_step(std::size_t step) {
    TRY(run_.context.check());
    Buffer buffer = take_buffer();
    const std::size_t first = step * kPiecesAtOnce;
    const std::size_t end = std::min(first + kPiecesAtOnce, node_.content.size());
    std::vector<BlobInput> blobs;
    std::vector<std::size_t> places;
    for (std::size_t piece = first; piece < end; ++piece) {
      const std::uint64_t offset = std::uint64_t{piece} * kPieceBytes;
      const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, node_.size - offset));
      const MutableByteView bytes(buffer->data() + (piece - first) * kPieceBytes, length);
      const bool zeros = is_hole(offset, length) || (TRY(read_piece(bytes, offset)), all_zero(bytes));
      if (zeros && length == kPieceBytes) {
        node_.content[piece] = TRY(zeros_.id(run_.context, run_.writer));
        run_.progress.bytes_done += length;
        continue;
      }
      if (zeros) std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
      blobs.push_back({BlobType::data, bytes, {}});
      places.push_back(piece);
    }
    TRY(store(blobs, places));
    const std::lock_guard lock(mutex_);
    buffers_.push_back(std::move(buffer));
    return {};
  }

  Result<void> store(std::vector<BlobInput>& blobs, const std::vector<std::size_t>& places) {
    if (blobs.empty()) return {};
    TRY(run_.writer.save_many(run_.context, blobs));
    for (std::size_t i = 0; i < blobs.size(); ++i) {
      node_.content[places[i]] = blobs[i].id;
      run_.progress.bytes_done += blobs[i].plain.size();
    }
    run_.report_stored();
    return {};
  }

  bool is_hole(std::uint64_t offset, std::size_t length) const {
    if (!sparse_) return false;
    const off_t data = ::lseek(source_.number(), static_cast<off_t>(offset), SEEK_DATA);
    if (data < 0) return errno == ENXIO;
    return static_cast<std::uint64_t>(data) >= offset + length;
  }

  Result<void> read_piece(MutableByteView bytes, std::uint64_t offset) {
    if (direct_.open() && bytes.size() == kPieceBytes) {
      const auto read = read_file_at(direct_.number(), bytes, offset);
      if (read && *read == bytes.size()) return {};
    }
    const std::size_t count = TRY(read_file_at(source_.number(), bytes, offset));
    if (count < bytes.size()) {
      return fail(Fault::permanent, "ends at byte " + std::to_string(offset + count) + " while it is read");
    }
    return {};
  }

  BackupState& run_;
  const std::string& device_;
  ZeroBlob zeros_;
  Descriptor source_, direct_;
  bool sparse_ = false;
  Node node_;
  std::mutex mutex_;  // for the next
  std::vector<Buffer> buffers_;
};

}  // namespace

Result<Node> backup_block(const Context& context, Repository& repository, Writer& writer, const std::string& device,
                          const BackupOptions& options, const Node* parent, Progress& progress) {
  BackupState run(context, repository, writer, options, progress);
  Node node = TRY(BlockBackup(run, device).read());
  // A clone's device file is new each time: the same content is the same node.
  if (parent != nullptr && parent->size == node.size && parent->content == node.content) {
    node.mtime_ns = parent->mtime_ns;
    node.atime_ns = parent->atime_ns;
    node.ctime_ns = parent->ctime_ns;
  }
  return node;
}

}  // namespace tranship::repo
