#pragma once
// zstd as the repository uses it: one frame per blob or file, no dictionary, no checksum (the seal has one).

#include <cstddef>
#include <memory>

#include "base/bytes.h"
#include "base/error.h"

namespace tranship::repo {

// Keeps the compression state between calls. Not thread-safe; one per worker.
class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;

  // One frame that says its content's size. The view is into the compressor's own buffer: good until the next call.
  Result<ByteView> compress(ByteView plain, int level);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The content of one frame, at most bytes_max of it. Frames need not say their size: restic's small ones do not.
// Fault::corrupt for anything that is not exactly one whole frame.
Result<Bytes> decompress(ByteView frame, std::size_t bytes_max);

// Whether compressing is likely in vain: measures the entropy of 4 KiB taken from all over `plain`. False for less.
bool looks_incompressible(ByteView plain);

}  // namespace tranship::repo
