#include "repo/prune/pack_table.h"

#include <algorithm>

#include "repo/format/pack.h"

namespace tranship::repo {

PackTable::PackTable(const Index& index, const Reachable& reachable, const std::vector<bool>& settled_files) {
  const auto files = index.files();
  index.for_each_listing([&](const PackListing& listing) {
    const auto [at, is_new] =
        numbers_.try_emplace(listing.pack.id, static_cast<std::uint32_t>(packs_.size()));
    if (is_new) packs_.emplace_back();
    PackState& state = packs_[at->second];
    const bool in_file = listing.file != PackListing::kNoFile;
    const auto mark = in_file ? files[listing.file].notes.marked_ns : std::nullopt;
    if (is_new) {
      state.id = listing.pack.id;
      state.size = pack_file_size(listing.pack.blobs);
      state.marked_ns = mark;
    } else {
      state.twice = true;
      state.marked_ns = state.marked_ns && mark ? std::optional(std::max(*state.marked_ns, *mark)) : std::nullopt;
    }
    state.listed |= in_file;
    state.settled &= !in_file || settled_files[listing.file];
    for (std::uint32_t i = 0; i < listing.pack.blobs.size(); ++i) {
      const PackedBlob& blob = listing.pack.blobs[i];
      (blob.type == BlobType::tree ? state.trees : state.data) = true;
      if (reachable.needs(listing.first_entry + i)) state.needed_bytes += blob.length;
    }
    if (const auto count = static_cast<std::uint32_t>(listing.pack.blobs.size()); count > 0) {
      stretches_.push_back({listing.first_entry, count, at->second});
    }
  });
}

PackState* PackTable::find(const Id& pack) {
  const auto found = numbers_.find(pack);
  return found == numbers_.end() ? nullptr : &packs_[found->second];
}

PackState* PackTable::of_entry(std::uint32_t entry) {
  auto after = std::upper_bound(stretches_.begin(), stretches_.end(), entry,
                                [](std::uint32_t number, const Stretch& stretch) { return number < stretch.first; });
  if (after == stretches_.begin()) return nullptr;
  const Stretch& stretch = *--after;
  return entry - stretch.first < stretch.count ? &packs_[stretch.pack] : nullptr;
}

}  // namespace tranship::repo
