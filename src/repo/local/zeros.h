#pragma once
// Zeros: found fast, and the ids of the all-zero blobs that sparse files and devices are full of.

#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "base/error.h"
#include "base/id.h"

namespace tranship::repo {

bool all_zero(ByteView bytes);
// Whether a blob of this id and length is all zeros; known without reading it for the lengths in use: 512 KiB (what the
// chunker makes of zeros) and 4 MiB (pieces of block devices).
bool is_zero_blob(const Id& id, std::uint32_t plain_length);
// Calls write(offset in `bytes`, part) for the parts that are not holes: runs of zeros of at least 64 KiB.
Result<void> for_each_filled(ByteView bytes, const std::function<Result<void>(std::size_t, ByteView)>& write);

}  // namespace tranship::repo
