#include "repo/read/tree_source.h"

#include <algorithm>

#include "crypto/digest.h"
#include "repo/read/blob_reader.h"

namespace tranship::repo {
namespace {

constexpr std::uint32_t kWindowBytes = 1u << 20;
constexpr std::size_t kWindows = 16;

}  // namespace

TreeSource::TreeSource(Repository& repository) : repository_(repository), opener_(repository.master_key()) {
  repository.index().for_each_pack([&](const PackEntry& pack) {
    std::uint32_t end = 0;
    for (const PackedBlob& blob : pack.blobs) {
      if (blob.type == BlobType::tree) end = std::max(end, blob.offset + blob.length);
    }
    if (end > 0) tree_packs_[pack.id] = end;
  });
}

TreeSource::Window* TreeSource::window_of(const Context& context, const BlobLocation& location) {
  const auto holds = [&](const Window& window) {
    return window.pack == location.pack && window.offset <= location.offset &&
           location.offset - window.offset + std::uint64_t{location.length} <= window.sealed.size();
  };
  const auto found = std::find_if(windows_.begin(), windows_.end(), holds);
  if (found != windows_.end()) {
    windows_.splice(windows_.begin(), windows_, found);
    return &windows_.front();
  }
  const auto pack_end = tree_packs_.find(location.pack);
  if (pack_end == tree_packs_.end() || location.length > kWindowBytes) return nullptr;
  Window window;
  if (windows_.size() >= kWindows) {
    window = std::move(windows_.back());  // for its memory
    windows_.pop_back();
  }
  window.pack = location.pack;
  window.offset = location.offset / kWindowBytes * kWindowBytes;
  const std::uint64_t window_end =
      std::min<std::uint64_t>(pack_end->second, std::uint64_t{window.offset} + kWindowBytes);
  const std::uint64_t end = std::max(std::uint64_t{location.offset} + location.length, window_end);
  const auto got = repository_.store().get(context, pack_key(location.pack),
                                           store::ByteRange{window.offset, end - window.offset}, window.sealed);
  if (!got || window.sealed.size() != end - window.offset) return nullptr;
  bytes_fetched_ += window.sealed.size();
  windows_.push_front(std::move(window));
  return &windows_.front();
}

Result<ByteView> TreeSource::open(const Context& context, const Id& tree, const BlobLocation& location,
                                    Bytes& out) {
  if (const Window* window = window_of(context, location)) {
    // A copy, because opening overwrites it and a walk may come by again.
    const auto begin = window->sealed.begin() + (location.offset - window->offset);
    sealed_.assign(begin, begin + location.length);
    out.resize(location.uncompressed_length);
    const auto plain = opener_.open(sealed_, location.uncompressed_length, out);
    if (plain && crypto::sha256(*plain) == tree) return *plain;
  }
  bytes_fetched_ += location.length;
  return read_one_blob(context, repository_, opener_, {BlobType::tree, tree, location}, sealed_, out);
}

Result<Bytes> TreeSource::load_text(const Context& context, const Id& tree) {
  const auto location = repository_.index().find(BlobType::tree, tree);
  if (!location) {
    return fail(Error(Fault::corrupt, "tree " + tree.hex() + " is in no index").with_code("tree.missing"));
  }
  Bytes json;
  const ByteView plain = TRY(open(context, tree, *location, json));
  if (plain.data() == json.data()) {
    json.resize(plain.size());
  } else {
    json.assign(plain.begin(), plain.end());
  }
  // Memory of one very large directory is not kept for the rest of the walk.
  if (sealed_.capacity() > (8u << 20)) Bytes().swap(sealed_);
  return json;
}

Result<std::vector<Node>> TreeSource::load(const Context& context, const Id& tree) {
  // Node by node: the parser's own form of a large directory would be many times its text.
  TreeCursor cursor(TRY(load_text(context, tree)));
  std::vector<Node> nodes;
  for (Node node; TRY_IN("tree " + tree.hex(), cursor.next(node));) nodes.push_back(std::move(node));
  return nodes;
}

}  // namespace tranship::repo
