#pragma once
// A large file of a backup: read piece by piece by whichever thread is free, in order, while other threads store the
// pieces before. Chunk cuts depend on what is before them, so reading is one thread's at a time; storing is not.

#include <span>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "repo/backup/tree.h"

namespace tranship::repo {

// A file that the walk found and that has to be read.
struct FileJob {
  std::shared_ptr<OpenDirectory> directory;
  std::shared_ptr<const Descriptor> descriptor;  // of the directory
  std::size_t place = 0;
  std::string name;
  std::uint64_t size = 0;  // as the walk saw it
  bool sparse = false;
  std::string path() const { return directory->path_of(name); }
};

// An open file and its node: what its status was before anything was read.
struct OpenFile {
  Descriptor descriptor;
  struct stat before {};
  Node node;
};

// Opens a file that may have become something else since the walk saw it. Attributes that cannot be read are noted.
Result<OpenFile> open_file(BackupState& run, const FileJob& job);
// Bytes from `offset` until `out` is full or the file ends.
Result<std::size_t> read_file_at(int descriptor, MutableByteView out, std::uint64_t offset);
// The file is read, `size` bytes of it, and its content stored: notes a change meanwhile and hands in its entry.
Result<void> finish_file(BackupState& run, const FileJob& job, OpenFile& file, std::uint64_t size);
// The file could not be read: its entry is left out.
Result<void> give_up_file(BackupState& run, const FileJob& job, const Error& error);

struct FileStream {
  explicit FileStream(FileJob the_job) : job(std::move(the_job)) {}

  FileJob job;
  OpenFile file;
  std::uint64_t offset = 0;      // read and cut up to here
  std::uint64_t extent_end = 0;  // data is known to reach up to here
  // Kept by the pool of threads, under its lock:
  bool reading = false, ended = false;
  int storing = 0;
  std::optional<Error> failed;
};

// What one reading step gave: so many blobs of zeros, then the chunks.
struct StreamPiece {
  std::size_t zero_blobs = 0;
  bool end = false;
};

// Reads the next piece into `buffer` (at least 2 * kChunkBytesMax) and cuts it; chunks are views into it. Opens the
// file at first. `zeros_length` is the length of the chunks that zeros are cut into.
Result<StreamPiece> read_stream(BackupState& run, FileStream& stream, MutableByteView buffer, std::size_t zeros_length,
                                std::vector<BlobInput>& chunks);

}  // namespace tranship::repo
