#pragma once
// The threads of a backup that read files: small ones in batches, so that many blobs are hashed at once, large ones
// piece by piece, several threads to one file.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "repo/backup/stream.h"
#include "repo/write/pack_assembler.h"

namespace tranship::repo {

class FileReaders {
 public:
  explicit FileReaders(BackupState& run);
  ~FileReaders();  // ends the threads, whatever is left
  FileReaders(const FileReaders&) = delete;
  FileReaders& operator=(const FileReaders&) = delete;

  // Takes a file over; waits while much is waiting. The first error of the threads comes back from here or finish().
  Result<void> add(FileJob job);
  Result<void> finish();

 private:
  using Batch = std::vector<FileJob>;
  struct Worker {
    Worker();
    PackBuffer buffer;
    std::vector<BlobInput> chunks;
  };
  class BatchReader;

  Result<void> add_batch();
  Result<void> add_stream(FileJob job);
  void work();
  // One batch or one piece of a stream; false when there is nothing left to do.
  Result<bool> step(Worker& worker);
  std::shared_ptr<FileStream> free_stream();
  Result<void> step_stream(std::unique_lock<std::mutex>& lock, std::shared_ptr<FileStream> stream, Worker& worker);
  Result<void> finish_stream(FileStream& stream);
  void stop(const Error& error);

  BackupState& run_;
  ZeroBlob zeros_;
  Batch batch_;  // being filled by add()
  std::uint64_t batch_bytes_ = 0;
  std::size_t batch_directories_ = 0;
  std::mutex mutex_;  // for the next
  std::condition_variable changed_;
  std::deque<Batch> batches_;
  std::deque<std::shared_ptr<FileStream>> streams_;  // not read to their ends
  bool closed_ = false;
  std::optional<Error> failed_;
  std::vector<std::jthread> threads_;
};

}  // namespace tranship::repo
