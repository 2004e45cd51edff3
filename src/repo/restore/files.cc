#include "repo/restore/files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/parallel.h"
#include "crypto/digest.h"
#include "repo/local/zeros.h"

namespace tranship::repo {
namespace {

// About 40 MiB of plan at most, whatever the files are.
constexpr std::size_t kFilesMax = 32768, kPiecesMax = 131072, kRequestsMax = 65536;
constexpr std::size_t kCompareBytes = 8u << 20;
// Files of this size are handed to the disk as they are written, so that the last sync has little left to wait for.
constexpr std::uint64_t kEarlyWriteback = 4u << 20;

Result<void> write_at(int descriptor, ByteView bytes, std::uint64_t offset, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(target_error("write", name, errno));
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

// As many bytes as there are, at most out.size().
std::size_t read_at(int descriptor, MutableByteView out, std::uint64_t offset) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t count = ::pread(descriptor, out.data() + filled, out.size() - filled,
                                  static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

}  // namespace

void FileBatch::add(std::shared_ptr<const std::string> directory, Node node) {
  File& file = files_.emplace_back();
  file.directory = std::move(directory);
  file.node = std::move(node);
  pieces_ += file.node.content.size();
}

bool FileBatch::full() const { return files_.size() >= kFilesMax || pieces_ >= kPiecesMax; }

Result<void> FileBatch::in_file(File& file, const std::function<Result<void>(Handle&)>& work) {
  Handle handle;
  {
    std::lock_guard lock(handles_mutex_);
    if (!handles_.empty()) handle = std::move(handles_.back()), handles_.pop_back();
  }
  auto done = work(handle);
  {
    std::lock_guard lock(handles_mutex_);
    handles_.push_back(std::move(handle));
  }
  if (done) return {};
  if (ends_restore(done.error())) return fail(std::move(done).error().in(file.path()));
  std::lock_guard lock(file.mutex);
  if (!file.failed) run_.failures.add(file.path(), done.error());
  file.failed = true;
  return {};
}

Result<int> FileBatch::directory_of(const File& file, Handle& handle) {
  if (!handle.descriptor.open() || handle.path != *file.directory) {
    handle.descriptor.reset();
    handle.descriptor = TRY(run_.target.directory(*file.directory));
    handle.path = *file.directory;
  }
  return handle.descriptor.number();
}

Result<void> FileBatch::for_each_file(const std::vector<File*>& files,
                                      Result<void> (FileBatch::*work)(File&, Handle&)) {
  const int threads = worker_threads(run_.options.threads);
  return try_parallel_for(run_.context, files.size(), threads, [&](std::size_t at) -> Result<void> {
    File& file = *files[at];
    return in_file(file, [&](Handle& handle) { return (this->*work)(file, handle); });
  });
}

// What a file of that name has of the content. Anything that cannot be mended in place makes way.
Result<void> FileBatch::compare(File& file, Handle& handle) {
  const int directory = TRY(directory_of(file, handle));
  const char* name = file.node.name.c_str();
  struct stat status {};
  if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    return fail(target_error("look at", file.node.name, errno));
  }
  if (S_ISREG(status.st_mode)) {
    const Descriptor there(::openat(directory, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    if (there.open()) {
      TRY(compare_content(file, there.number()));
      const bool same = std::find(file.have.begin(), file.have.end(), false) == file.have.end() &&
                        static_cast<std::uint64_t>(status.st_size) == file.size;
      // Writing to a file with several names would change the others; they are put right one by one.
      if (status.st_nlink == 1 || (same && file.node.links > 1)) {
        file.existing = true;
        if (!same && ::ftruncate(there.number(), static_cast<off_t>(file.size)) != 0) {
          return fail(target_error("resize", file.node.name, errno));
        }
        return {};
      }
    }
  }
  file.have.clear();
  return remove_entry(directory, file.node.name);
}

Result<void> FileBatch::compare_content(File& file, int descriptor) {
  const std::vector<Id>& content = file.node.content;
  file.have.assign(content.size(), false);
  Bytes buffer;
  std::uint64_t offset = 0;
  for (std::size_t first = 0; first < content.size();) {
    std::vector<std::uint32_t> lengths;
    std::size_t bytes = 0;
    for (std::size_t at = first; at < content.size(); ++at) {
      const auto location = run_.repository.index().find(BlobType::data, content[at]);
      if (!location || location->plain_length() > kDataBlobBytesMax) return {};  // told when it is to be read
      if (!lengths.empty() && bytes + location->plain_length() > kCompareBytes) break;
      lengths.push_back(location->plain_length());
      bytes += lengths.back();
    }
    buffer.resize(bytes);
    const ByteView there = ByteView(buffer).first(read_at(descriptor, buffer, offset));
    std::vector<ByteView> parts;
    for (std::size_t at = 0, begin = 0; at < lengths.size() && begin + lengths[at] <= there.size(); ++at) {
      parts.push_back(there.subspan(begin, lengths[at]));
      begin += lengths[at];
    }
    std::vector<Id> digests(parts.size());
    crypto::sha256_many(parts, digests);
    for (std::size_t at = 0; at < parts.size(); ++at) file.have[first + at] = digests[at] == content[first + at];
    if (parts.size() < lengths.size()) break;
    first += lengths.size();
    offset += bytes;
    TRY(run_.context.check());
  }
  return {};
}

// Requests for the pieces that are missing. Reads in between when they are many.
Result<void> FileBatch::plan(File& file) {
  std::uint64_t offset = 0;
  for (std::size_t at = 0; at < file.node.content.size() && !file.failed; ++at) {
    const Id& id = file.node.content[at];
    const auto location = run_.repository.index().find(BlobType::data, id);
    if (!location) {
      run_.failures.add(file.path(), Error(Fault::corrupt, "blob " + id.hex() + " is in no index"));
      std::lock_guard lock(file.mutex);
      file.failed = true;
      return {};
    }
    const std::uint32_t length = location->plain_length();
    const bool have = at < file.have.size() && file.have[at];
    if (have || (run_.options.sparse && !file.existing && is_zero_blob(id, length))) {
      run_.progress.bytes_done += length;
    } else {
      {
        std::lock_guard lock(file.mutex);
        ++file.steps_left;
        file.mended = true;
      }
      requests_.push_back({BlobType::data, id, *location});
      places_.push_back({&file, offset});
    }
    offset += length;
    if (requests_.size() >= kRequestsMax) TRY(read_pieces());
  }
  bool ready;
  {
    std::lock_guard lock(file.mutex);
    ready = --file.steps_left == 0 && !file.failed;
  }
  if (ready) ready_.push_back(&file);
  return {};
}

// The file is open for writing until release().
Result<void> FileBatch::acquire(File& file, Handle& handle) {
  std::lock_guard lock(file.mutex);
  ++file.users;
  if (file.descriptor.open()) return {};
  const int directory = TRY(directory_of(file, handle));
  int flags = O_NOFOLLOW | O_CLOEXEC;
  flags |= file.existing && !file.mended ? O_RDONLY : O_WRONLY;
  const bool make = !file.made && !file.existing;
  if (make) flags |= O_CREAT | O_EXCL;
  file.descriptor.reset(::openat(directory, file.node.name.c_str(), flags, 0600));
  if (!file.descriptor.open()) return fail(target_error(make ? "create" : "open", file.node.name, errno));
  ++run_.files_open;
  if (make) {
    file.made = true;
    if (file.size > 0 && ::ftruncate(file.descriptor.number(), static_cast<off_t>(file.size)) != 0) {
      return fail(target_error("resize", file.node.name, errno));
    }
  }
  return {};
}

void FileBatch::release(File& file) {
  std::lock_guard lock(file.mutex);
  --file.users;
  const bool done = file.steps_left == 0 || file.failed || run_.files_open > run_.files_open_max;
  if (file.users > 0 || !done || !file.descriptor.open()) return;
  file.descriptor.reset();
  --run_.files_open;
}

Result<void> FileBatch::write_piece(File& file, std::uint64_t offset, ByteView plain, Handle& handle) {
  const auto held = acquire(file, handle);
  const struct Release {
    FileBatch& batch;
    File& file;
    ~Release() { batch.release(file); }
  } release_at_end{*this, file};
  TRY(held);
  const int descriptor = file.descriptor.number();
  const auto write = [&](std::size_t at, ByteView part) {
    return write_at(descriptor, part, offset + at, file.node.name);
  };
  if (run_.options.sparse && file.made) {
    TRY(for_each_filled(plain, write));
  } else if (!run_.options.sparse || !all_zero(plain) ||
             ::fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                         static_cast<off_t>(plain.size())) != 0) {
    TRY(write(0, plain));
  }
  if (run_.options.sync && file.size >= kEarlyWriteback) {
    ::sync_file_range(descriptor, static_cast<off_t>(offset), static_cast<off_t>(plain.size()), SYNC_FILE_RANGE_WRITE);
  }
  run_.progress.bytes_done += plain.size();
  bool last;
  {
    std::lock_guard lock(file.mutex);
    last = --file.steps_left == 0 && !file.failed;
  }
  if (last) return finish(file, handle);
  return {};
}

Result<void> FileBatch::finish(File& file, Handle& handle) {
  const auto held = acquire(file, handle);
  const struct Release {
    FileBatch& batch;
    File& file;
    ~Release() { batch.release(file); }
  } release_at_end{*this, file};
  TRY(held);
  TRY(apply_metadata(file.descriptor.number(), file.node, {run_.options.ownership, run_.options.resume}));
  ++run_.files;
  run_.bytes += file.size;
  if (file.existing && !file.mended) ++run_.files_kept;
  ++run_.progress.files_done;
  return {};
}

Result<void> FileBatch::read_pieces() {
  const BlobSink sink{
      [this](std::span<const std::uint32_t> positions, ByteView plain) -> Result<void> {
        for (const std::uint32_t position : positions) {
          const Piece& piece = places_[position];
          {
            std::lock_guard lock(piece.file->mutex);
            if (piece.file->failed) continue;
          }
          TRY(in_file(*piece.file,
                      [&](Handle& handle) { return write_piece(*piece.file, piece.offset, plain, handle); }));
        }
        return {};
      },
      [this](std::span<const std::uint32_t> positions, const Error& error) {
        for (const std::uint32_t position : positions) {
          File& file = *places_[position].file;
          std::lock_guard lock(file.mutex);
          if (!file.failed) run_.failures.add(file.path(), error);
          file.failed = true;
        }
      }};
  BlobReaderOptions options;
  options.decoders = run_.options.threads;
  TRY(read_blobs(run_.context, run_.repository, requests_, options, sink, run_.progress.bytes_stored));
  requests_.clear();
  places_.clear();
  return {};
}

// A file that lacks a piece must not look like one that does not.
Result<void> FileBatch::remove_failed() {
  for (File& file : files_) {
    if (!file.failed || !file.made || file.steps_left == 0) continue;
    TRY(in_file(file, [&](Handle& handle) -> Result<void> {
      const int directory = TRY(directory_of(file, handle));
      return remove_entry(directory, file.node.name);
    }));
  }
  return {};
}

Result<void> FileBatch::write() {
  std::vector<File*> all;
  for (File& file : files_) {
    all.push_back(&file);
    for (const Id& id : file.node.content) {
      const auto location = run_.repository.index().find(BlobType::data, id);
      if (location) file.size += location->plain_length();
    }
  }
  if (run_.options.resume) TRY(for_each_file(all, &FileBatch::compare));
  for (File* file : all) TRY(plan(*file));
  TRY(for_each_file(ready_, &FileBatch::finish));
  TRY(read_pieces());
  TRY(remove_failed());
  ready_.clear();
  files_.clear();
  handles_.clear();
  pieces_ = 0;
  return {};
}

}  // namespace tranship::repo
