#include "repo/backup/files.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"

namespace tranship::repo {
namespace {

constexpr std::size_t kBufferBytes = 2 * kChunkBytesMax;
// Larger files are streams. A batch of files fits into a buffer unless they grew.
constexpr std::uint64_t kSmallBytesMax = kChunkBytesMax;
constexpr std::uint64_t kBatchBytesMax = kChunkBytesMax;
constexpr std::size_t kBatchFilesMax = 1024;
// Descriptors that a batch holds.
constexpr std::size_t kBatchDirectoriesMax = 48;
// Files opened before the first of them is read, so that a cold disk has more than one request.
constexpr std::size_t kOpenAhead = 16;

}  // namespace

FileReaders::Worker::Worker() : buffer(kBufferBytes) {}

// Reads the files of one batch into a worker's buffer and stores them whenever it is full.
class FileReaders::BatchReader {
 public:
  BatchReader(FileReaders& readers, Worker& worker)
      : readers_(readers), run_(readers.run_), worker_(worker), room_(worker.buffer.data(), kBufferBytes) {}

  Result<void> read(Batch& batch) {
    std::deque<Result<OpenFile>> ahead;
    std::size_t opened = 0;
    for (FileJob& job : batch) {
      TRY(run_.context.check());
      while (opened < batch.size() && ahead.size() < kOpenAhead) ahead.push_back(open_ahead(batch[opened++]));
      auto file = std::move(ahead.front());
      ahead.pop_front();
      if (file) {
        TRY(read_one(job, *file));
      } else {
        TRY(give_up_file(run_, job, file.error()));
      }
    }
    return store();
  }

 private:
  // Read and not stored.
  struct Waiting {
    FileJob* job;
    OpenFile file;
    std::size_t size, chunks;
  };

  Result<OpenFile> open_ahead(const FileJob& job) {
    auto file = open_file(run_, job);
    if (file && file->before.st_size > 0) {
      ::posix_fadvise(file->descriptor.number(), 0, file->before.st_size, POSIX_FADV_WILLNEED);
    }
    return file;
  }

  Result<void> read_one(FileJob& job, OpenFile& file) {
    const auto expected = static_cast<std::uint64_t>(file.before.st_size);
    if (expected > kSmallBytesMax) return readers_.add_stream(std::move(job));
    // One byte more than is expected shows the end without another call.
    if (expected + 1 > room_.size() - used_) TRY(store());
    const auto size = read_content(file, expected);
    if (!size) return give_up_file(run_, job, size.error());
    if (*size == room_.size() - used_) return readers_.add_stream(std::move(job));
    std::size_t chunks = 0;
    for (ByteView rest = room_.subspan(used_, *size); !rest.empty(); ++chunks) {
      const std::size_t length = run_.chunker.next(rest);
      worker_.chunks.push_back({BlobType::data, rest.first(length), {}});
      rest = rest.subspan(length);
    }
    used_ += *size;
    waiting_.push_back({&job, std::move(file), *size, chunks});
    return {};
  }

  Result<std::size_t> read_content(const OpenFile& file, std::uint64_t expected) {
    const MutableByteView room = room_.subspan(used_);
    const int descriptor = file.descriptor.number();
    const ssize_t first = ::pread(descriptor, room.data(), expected + 1, 0);
    if (first >= 0 && static_cast<std::uint64_t>(first) == expected) return expected;
    // Not tried again in larger pieces: a file of the kernel that refuses one byte may give a whole address space then.
    if (first < 0 && errno != EINTR) return fail(system_error("read", errno));
    const std::size_t have = first > 0 ? static_cast<std::size_t>(first) : 0;
    return have + TRY(read_file_at(descriptor, room.subspan(have), have));
  }

  Result<void> store() {
    if (!worker_.chunks.empty()) TRY(run_.writer.save_many(run_.context, worker_.chunks));
    auto chunk = worker_.chunks.begin();
    for (Waiting& waiting : waiting_) {
      for (std::size_t i = 0; i < waiting.chunks; ++i) waiting.file.node.content.push_back((chunk++)->id);
      run_.progress.bytes_done += waiting.size;
      TRY(finish_file(run_, *waiting.job, waiting.file, waiting.size));
    }
    waiting_.clear();
    worker_.chunks.clear();
    used_ = 0;
    run_.report_stored();
    return {};
  }

  FileReaders& readers_;
  BackupState& run_;
  Worker& worker_;
  const MutableByteView room_;
  std::size_t used_ = 0;
  std::vector<Waiting> waiting_;
};

FileReaders::FileReaders(BackupState& run) : run_(run), zeros_(kChunkBytesMin) {
  for (int i = 0; i < run.threads; ++i) threads_.emplace_back([this] { work(); });
}

FileReaders::~FileReaders() { stop(Error(Fault::cancelled, "the backup ended")); }

void FileReaders::stop(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!failed_) failed_ = error;
  changed_.notify_all();
}

Result<void> FileReaders::add(FileJob job) {
  if (job.size > kSmallBytesMax) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return failed_ || streams_.size() <= threads_.size(); });
    }
    return add_stream(std::move(job));
  }
  if (batch_.empty() || batch_.back().directory != job.directory) ++batch_directories_;
  batch_bytes_ += job.size;
  batch_.push_back(std::move(job));
  const bool full = batch_bytes_ >= kBatchBytesMax || batch_.size() >= kBatchFilesMax ||
                    batch_directories_ >= kBatchDirectoriesMax;
  return full ? add_batch() : Result<void>();
}

Result<void> FileReaders::add_stream(FileJob job) {
  const std::lock_guard lock(mutex_);
  if (failed_) return fail(*failed_);
  streams_.push_back(std::make_shared<FileStream>(std::move(job)));
  changed_.notify_all();
  return {};
}

Result<void> FileReaders::add_batch() {
  if (batch_.empty()) return {};
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return failed_ || batches_.size() < threads_.size(); });
  if (failed_) return fail(*failed_);
  batches_.push_back(std::exchange(batch_, {}));
  batch_bytes_ = 0;
  batch_directories_ = 0;
  changed_.notify_all();
  return {};
}

Result<void> FileReaders::finish() {
  TRY(add_batch());
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  for (std::jthread& thread : threads_) thread.join();
  if (failed_) return fail(*failed_);
  return {};
}

void FileReaders::work() {
  Worker worker;
  while (true) {
    const auto more = step(worker);
    if (!more) return stop(more.error());
    if (!*more) return;
  }
}

std::shared_ptr<FileStream> FileReaders::free_stream() {
  const auto found =
      std::find_if(streams_.begin(), streams_.end(), [](const auto& stream) { return !stream->reading; });
  return found == streams_.end() ? nullptr : *found;
}

Result<bool> FileReaders::step(Worker& worker) {
  worker.chunks.clear();
  std::unique_lock lock(mutex_);
  while (true) {
    if (failed_) return false;
    if (auto stream = free_stream()) {
      TRY(step_stream(lock, std::move(stream), worker));
      return true;
    }
    if (!batches_.empty()) break;
    if (closed_ && streams_.empty()) return false;
    changed_.wait(lock);
  }
  Batch batch = std::move(batches_.front());
  batches_.pop_front();
  changed_.notify_all();
  lock.unlock();
  TRY(BatchReader(*this, worker).read(batch));
  return true;
}

Result<void> FileReaders::step_stream(std::unique_lock<std::mutex>& lock, std::shared_ptr<FileStream> stream,
                                      Worker& worker) {
  stream->reading = true;
  ++stream->storing;
  lock.unlock();
  TRY(run_.context.check());
  const std::uint64_t begin = stream->offset;
  const MutableByteView buffer(worker.buffer.data(), kBufferBytes);
  const auto piece = read_stream(run_, *stream, buffer, zeros_.length(), worker.chunks);
  const std::uint64_t bytes = stream->offset - begin;

  lock.lock();
  stream->reading = false;
  std::vector<Id>& content = stream->file.node.content;
  const std::size_t place = content.size();
  const std::size_t zero_blobs = piece ? piece->zero_blobs : 0;
  content.resize(place + zero_blobs + worker.chunks.size());
  if (!piece) stream->failed = piece.error();
  stream->ended = !piece || piece->end;
  if (stream->ended) std::erase(streams_, stream);
  changed_.notify_all();
  lock.unlock();

  if (!worker.chunks.empty()) TRY(run_.writer.save_many(run_.context, worker.chunks));
  const Id zeros = zero_blobs > 0 ? TRY(zeros_.id(run_.context, run_.writer)) : Id();
  run_.progress.bytes_done += bytes;
  run_.report_stored();

  lock.lock();
  std::fill_n(content.begin() + static_cast<std::ptrdiff_t>(place), zero_blobs, zeros);
  for (std::size_t i = 0; i < worker.chunks.size(); ++i) content[place + zero_blobs + i] = worker.chunks[i].id;
  const bool last = --stream->storing == 0 && stream->ended;
  lock.unlock();
  return last ? finish_stream(*stream) : Result<void>();
}

Result<void> FileReaders::finish_stream(FileStream& stream) {
  if (stream.failed) return give_up_file(run_, stream.job, *stream.failed);
  return finish_file(run_, stream.job, stream.file, stream.offset);
}

}  // namespace tranship::repo
