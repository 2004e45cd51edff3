#pragma once
// What all parts of one backup share.

#include <atomic>
#include <mutex>

#include "repo/backup/backup.h"
#include "repo/backup/node.h"
#include "repo/chunker/chunker.h"
#include "repo/local/failure_list.h"
#include "repo/repository.h"

namespace tranship::repo {

// The blob of so many zeros, stored the first time it is needed. Thread-safe.
class ZeroBlob {
 public:
  explicit ZeroBlob(std::size_t length) : length_(length) {}
  std::size_t length() const { return length_; }
  Result<Id> id(const Context& context, Writer& writer);

 private:
  const std::size_t length_;
  std::mutex mutex_;
  std::optional<Id> id_;
};

struct BackupState {
  BackupState(const Context& context, Repository& repository, Writer& writer, const BackupOptions& options,
            Progress& progress);

  // Notes what could not be read; what is gone is no failure, and is left out.
  void cannot_read(const std::string& path, const Error& error);
  // Brings progress.bytes_stored up to date.
  void report_stored();

  const Context& context;
  Repository& repository;
  Writer& writer;
  const BackupOptions& options;
  Progress& progress;
  NodeMaker nodes;
  const Chunker chunker;
  const int threads;
  FailureList unreadable, changed;
  std::atomic<std::uint64_t> files{0}, files_unchanged{0}, bytes{0};

 private:
  const std::uint64_t stored_before_;
};

}  // namespace tranship::repo
