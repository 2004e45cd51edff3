#include "repo/prune/unlisted.h"

#include <algorithm>
#include <mutex>
#include <unordered_set>

#include "base/parallel.h"
#include "repo/format/pack.h"

namespace tranship::repo {
namespace {

constexpr int kThreads = 8;
// Holds the header of a pack of a few hundred blobs.
constexpr std::uint64_t kTailBytes = 16u << 10;

Result<std::vector<PackedBlob>> read_header(const Context& context, Repository& repository, const Id& pack,
                                            std::uint64_t size) {
  const auto read_tail = [&](std::uint64_t bytes, Bytes& tail) {
    return repository.store().get(context, pack_key(pack), store::ByteRange{size - bytes, bytes}, tail);
  };
  Bytes tail;
  TRY(read_tail(std::min(size, kTailBytes), tail));
  const std::uint64_t needed = TRY(sealed_header_bytes(tail, size)) + kPackLengthBytes;
  if (needed > tail.size()) TRY(read_tail(needed, tail));
  crypto::Sealer sealer(repository.master_key());
  return read_pack_header(sealer, tail, size);
}

}  // namespace

Result<UnlistedPacks> add_unlisted_packs(const Context& context, Repository& repository,
                                         const std::unordered_map<Id, std::uint64_t>& there) {
  std::unordered_set<Id> known;
  for (const Id& id : repository.index().packs()) known.insert(id);
  std::vector<std::pair<Id, std::uint64_t>> unlisted;
  for (const auto& [id, size] : there) {
    if (!known.contains(id)) unlisted.emplace_back(id, size);
  }
  UnlistedPacks result;
  std::mutex mutex;
  TRY(try_parallel_for(context, unlisted.size(), kThreads, [&](std::size_t at) -> Result<void> {
    const auto& [id, size] = unlisted[at];
    auto blobs = read_header(context, repository, id, size);
    if (!blobs && blobs.error().fault() == Fault::not_found) return {};
    if (!blobs && blobs.error().fault() != Fault::corrupt) return fail(blobs.error());
    const std::lock_guard lock(mutex);
    if (blobs) {
      repository.index().add_unlisted({id, std::move(*blobs)});
    } else {
      result.unreadable.push_back(id);
    }
    return {};
  }));
  return result;
}

}  // namespace tranship::repo
