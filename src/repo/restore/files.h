#pragma once
// A batch of files being restored together: what is there already is compared, the missing pieces are read grouped by
// pack and written where they belong, and each file gets its metadata with its last piece. Bounded by the caller: see
// full().

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "repo/local/failure_list.h"
#include "repo/read/blob_reader.h"
#include "repo/restore/restore.h"
#include "repo/restore/target.h"

namespace tranship::repo {

// What all parts of one restore share.
struct RestoreRun {
  const Context& context;
  Repository& repository;
  const RestoreTarget& target;
  const RestoreOptions& options;
  Progress& progress;
  FailureList failures;
  std::atomic<std::uint64_t> files{0}, bytes{0}, files_kept{0};
  std::atomic<int> files_open{0};
  int files_open_max = 256;
};

class FileBatch {
 public:
  explicit FileBatch(RestoreRun& run) : run_(run) {}

  // `directory`: relative to the target. The file is written when the batch is.
  void add(std::shared_ptr<const std::string> directory, Node node);
  bool full() const;
  // Writes everything; afterwards the batch is empty. Files that fail are in run.failures; an error ends the restore.
  Result<void> write();

 private:
  struct File {
    std::shared_ptr<const std::string> directory;
    Node node;
    std::uint64_t size = 0;  // sum of the pieces
    std::mutex mutex;        // for the members below
    Descriptor descriptor;
    int users = 0;               // threads that write to it now
    std::uint32_t steps_left = 1;  // pieces to come, and one for the planning itself
    bool made = false;           // by us: then it is new and full of holes
    bool existing = false;       // was there: kept and mended in place
    bool mended = false;
    bool failed = false;
    std::vector<bool> have;  // pieces that are there already
    std::string path() const { return directory->empty() ? node.name : *directory + "/" + node.name; }
  };
  // A directory held open by a worker for the files that follow.
  struct Handle {
    std::string path;
    Descriptor descriptor;
  };
  struct Piece {
    File* file;
    std::uint64_t offset;
  };

  // Runs `work` with a directory handle; its error fails the file, or the restore when every file would meet it.
  Result<void> in_file(File& file, const std::function<Result<void>(Handle&)>& work);
  Result<int> directory_of(const File& file, Handle& handle);
  Result<void> for_each_file(const std::vector<File*>& files, Result<void> (FileBatch::*work)(File&, Handle&));

  Result<void> compare(File& file, Handle& handle);
  Result<void> compare_content(File& file, int descriptor);
  Result<void> plan(File& file);
  Result<void> read_pieces();
  Result<void> acquire(File& file, Handle& handle);
  void release(File& file);
  Result<void> write_piece(File& file, std::uint64_t offset, ByteView plain, Handle& handle);
  Result<void> finish(File& file, Handle& handle);
  Result<void> remove_failed();

  RestoreRun& run_;
  std::deque<File> files_;
  std::size_t pieces_ = 0;
  std::vector<BlobRequest> requests_;
  std::vector<Piece> places_;  // of each request
  std::vector<File*> ready_;   // nothing to read for them
  std::mutex handles_mutex_;
  std::vector<Handle> handles_;
};

}  // namespace tranship::repo
