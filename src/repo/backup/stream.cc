#include "repo/backup/stream.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "repo/format/tree_text.h"

namespace tranship::repo {
namespace {

// A chunk that data ends in is cut at the latest so far into the hole behind.
constexpr std::uint64_t kIntoHole = 1u << 20;

// Not waiting on what turned into a fifo, and leaving access times alone where that is allowed.
constexpr int kOpenFile = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

// Passes over a hole at the stream's offset; returns how many blobs of zeros it is.
std::size_t skip_hole(FileStream& stream, std::size_t zeros_length) {
  if (!stream.job.sparse || stream.offset < stream.extent_end) return 0;
  const int descriptor = stream.file.descriptor.number();
  const auto size = static_cast<std::uint64_t>(stream.file.before.st_size);
  const off_t found = ::lseek(descriptor, static_cast<off_t>(stream.offset), SEEK_DATA);
  if (found < 0 && errno != ENXIO) {
    stream.job.sparse = false;  // the file system does not tell
    return 0;
  }
  const std::uint64_t data = found < 0 ? size : static_cast<std::uint64_t>(found);
  std::size_t blobs = 0;
  if (data > stream.offset) blobs = (data - stream.offset) / zeros_length;
  stream.offset += blobs * zeros_length;
  const off_t end = found < 0 ? -1 : ::lseek(descriptor, found, SEEK_HOLE);
  stream.extent_end = end < 0 ? size : static_cast<std::uint64_t>(end);
  return blobs;
}

// How much to read at once: not far into a hole.
std::size_t wanted_bytes(const FileStream& stream, std::size_t room) {
  if (!stream.job.sparse) return room;
  const std::uint64_t left = stream.extent_end > stream.offset ? stream.extent_end - stream.offset : 0;
  return static_cast<std::size_t>(std::min<std::uint64_t>(room, left + kIntoHole));
}

// Cuts what was read; the chunk at the end is left for the next step unless the file ends here.
std::size_t cut(const Chunker& chunker, ByteView bytes, bool end, std::vector<BlobInput>& chunks) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ByteView rest = bytes.subspan(at);
    const std::size_t length = chunker.next(rest);
    if (length == rest.size() && !end && length < kChunkBytesMax) break;
    chunks.push_back({BlobType::data, rest.first(length), {}});
    at += length;
  }
  return at;
}

bool changed(const struct stat& before, const struct stat& after) {
  const auto same = [](const timespec& a, const timespec& b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; };
  return before.st_size != after.st_size || !same(before.st_mtim, after.st_mtim) ||
         !same(before.st_ctim, after.st_ctim);
}

}  // namespace

Result<OpenFile> open_file(BackupState& run, const FileJob& job) {
  OpenFile file;
  const int directory = job.descriptor->number();
  file.descriptor.reset(::openat(directory, job.name.c_str(), kOpenFile | O_NOATIME));
  if (!file.descriptor.open() && errno == EPERM) {
    file.descriptor.reset(::openat(directory, job.name.c_str(), kOpenFile));
  }
  if (!file.descriptor.open()) return fail(source_error("open", errno));
  if (::fstat(file.descriptor.number(), &file.before) != 0) return fail(source_error("stat", errno));
  if (!S_ISREG(file.before.st_mode)) return fail(Fault::conflict, "became something else while it was read");
  file.node = run.nodes.make(job.name, NodeType::file, file.before);
  std::optional<Error> failed;
  file.node.extended_attributes = read_attributes(file.descriptor.number(), failed);
  if (failed) run.unreadable.add(job.path(), *failed);
  return file;
}

Result<std::size_t> read_file_at(int descriptor, MutableByteView out, std::uint64_t offset) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t count =
        ::pread(descriptor, out.data() + filled, out.size() - filled, static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(source_error("read", errno));
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

Result<void> finish_file(BackupState& run, const FileJob& job, OpenFile& file, std::uint64_t size) {
  struct stat after {};
  if (::fstat(file.descriptor.number(), &after) != 0 || changed(file.before, after)) run.changed.add(job.path());
  file.node.size = size;
  ++run.files;
  run.bytes += size;
  ++run.progress.files_done;
  std::string entry;
  append_node(entry, file.node);
  return OpenDirectory::fill(run, job.directory, job.place, std::move(entry));
}

Result<void> give_up_file(BackupState& run, const FileJob& job, const Error& error) {
  run.cannot_read(job.path(), error);
  return OpenDirectory::fill(run, job.directory, job.place, "");
}

Result<StreamPiece> read_stream(BackupState& run, FileStream& stream, MutableByteView buffer, std::size_t zeros_length,
                                std::vector<BlobInput>& chunks) {
  if (!stream.file.descriptor.open()) {
    stream.file = TRY(open_file(run, stream.job));
    stream.job.descriptor.reset();
    ::posix_fadvise(stream.file.descriptor.number(), 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  StreamPiece piece;
  piece.zero_blobs = skip_hole(stream, zeros_length);
  std::size_t have = 0;
  // A piece that has no cut yet is read on: a chunk always fits.
  for (std::size_t wanted = wanted_bytes(stream, buffer.size()); chunks.empty() && !piece.end;
       wanted = buffer.size()) {
    have += TRY(read_file_at(stream.file.descriptor.number(), buffer.subspan(have, wanted - have),
                             stream.offset + have));
    piece.end = have < wanted;
    const std::size_t used = cut(run.chunker, buffer.first(have), piece.end, chunks);
    if (used > 0) {
      stream.offset += used;
      break;
    }
  }
  return piece;
}

}  // namespace tranship::repo
