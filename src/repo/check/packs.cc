#include "repo/check/packs.h"

#include <algorithm>

#include "base/parallel.h"
#include "crypto/digest.h"
#include "repo/read/blob_reader.h"

namespace tranship::repo {
namespace {

constexpr std::size_t kFindingsMax = 10000;
constexpr std::uint64_t kStretchBytes = 8u << 20;

std::string name_of(const PackedBlob& blob) {
  return (blob.type == BlobType::tree ? "tree " : "blob ") + blob.id.hex();
}

bool same(const PackedBlob& left, const PackedBlob& right) {
  return left.id == right.id && left.type == right.type && left.offset == right.offset && left.length == right.length &&
         left.uncompressed_length == right.uncompressed_length;
}

}  // namespace

void FindingList::add(CheckFinding::Kind kind, std::string what) {
  std::lock_guard lock(mutex_);
  if (list_.size() < kFindingsMax) list_.push_back({kind, std::move(what)});
}

std::vector<CheckFinding> FindingList::take() {
  std::lock_guard lock(mutex_);
  std::stable_sort(list_.begin(), list_.end(),
                   [](const CheckFinding& left, const CheckFinding& right) { return left.kind < right.kind; });
  return std::move(list_);
}

struct PackCheck::Worker {
  explicit Worker(const crypto::SealKey& key) : opener(key), sealer(key) {}
  BlobOpener opener;
  crypto::Sealer sealer;
  crypto::Sha256 digest;
  bool digest_whole = true;  // every byte went into the digest
  Bytes bytes, out;
  std::vector<std::string> damage;  // of the pack at hand
  std::vector<Id> lost;
};

PackCheck::PackCheck(const Context& context, Repository& repository, const CheckOptions& options,
                     FindingList& findings, Progress& progress)
    : context_(context), repository_(repository), options_(options), findings_(findings), progress_(progress) {
  std::unordered_set<Id> known;
  repository.index().for_each_pack([&](const PackEntry& entry) {
    if (!known.insert(entry.id).second) {
      findings_.hint("pack " + entry.id.hex() + " is listed more than once");
      return;
    }
    Pack& pack = packs_.emplace_back();
    pack.entry = entry;
    std::sort(pack.entry.blobs.begin(), pack.entry.blobs.end(),
              [](const PackedBlob& left, const PackedBlob& right) { return left.offset < right.offset; });
  });
}

Result<void> PackCheck::compare_with_store() {
  std::unordered_map<Id, std::uint64_t> there;
  TRY(repository_.store().list(context_, "data/", [&](const store::ObjectInfo& object) {
    const auto id = Id::parse(object.key.substr(object.key.rfind('/') + 1));
    if (id) there[*id] = object.size;
  }));
  std::uint64_t bytes = 0;
  for (Pack& pack : packs_) {
    if (const auto found = there.find(pack.entry.id); found != there.end()) {
      pack.size = found->second;
      there.erase(found);
    }
    bytes += pack.size;
    look_at(pack);
  }
  for (const auto& [id, size] : there) {
    findings_.hint("pack " + id.hex() + " is in no index: left by a backup that did not end, or its index is lost");
  }
  if (options_.read_data) progress_.bytes_total = bytes;
  progress_.scanned = true;
  return {};
}

void PackCheck::look_at(const Pack& pack) {
  const std::string name = "pack " + pack.entry.id.hex();
  const std::uint64_t expected = pack_file_size(pack.entry.blobs);
  if (pack.size == 0) {
    findings_.damage(name + " is missing (" + std::to_string(pack.entry.blobs.size()) + " blobs)");
  } else if (pack.size != expected) {
    findings_.damage(name + " has " + std::to_string(pack.size) + " bytes, its index says " + std::to_string(expected));
  }
  if (pack.size != expected) sizes_[pack.entry.id] = pack.size;
  std::uint64_t offset = 0;
  bool trees = false, data = false;
  for (const PackedBlob& blob : pack.entry.blobs) {
    if (blob.offset != offset) {
      findings_.damage(name + ": " + name_of(blob) + " is at byte " + std::to_string(blob.offset) + ", expected " +
                       std::to_string(offset));
    }
    offset = std::uint64_t{blob.offset} + blob.length;
    (blob.type == BlobType::tree ? trees : data) = true;
  }
  if (trees && data) findings_.hint(name + " holds data and trees");
}

bool PackCheck::lost(const Id& blob, const BlobLocation& location) const {
  if (lost_blobs_.contains(blob)) return true;
  const auto size = sizes_.find(location.pack);
  return size != sizes_.end() && std::uint64_t{location.offset} + location.length > size->second;
}

Result<void> PackCheck::read() {
  std::mutex mutex;
  std::vector<std::unique_ptr<Worker>> idle;
  const int threads = worker_threads(options_.threads);
  return try_parallel_for(context_, packs_.size(), threads, [&](std::size_t at) -> Result<void> {
    if (packs_[at].size == 0) return {};
    std::unique_ptr<Worker> worker;
    {
      std::lock_guard lock(mutex);
      if (!idle.empty()) worker = std::move(idle.back()), idle.pop_back();
    }
    if (!worker) worker = std::make_unique<Worker>(repository_.master_key());
    TRY(read_pack(*worker, packs_[at]));
    progress_.bytes_done += packs_[at].size;
    std::lock_guard lock(mutex);
    idle.push_back(std::move(worker));
    return {};
  });
}

// Twice before anything is called damaged: the first time may have been a fault on the way.
Result<void> PackCheck::read_pack(Worker& worker, const Pack& pack) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    worker.damage.clear();
    worker.lost.clear();
    TRY(read_once(worker, pack));
    if (worker.damage.empty()) return {};
  }
  for (const std::string& what : worker.damage) findings_.damage("pack " + pack.entry.id.hex() + ": " + what);
  std::lock_guard lock(lost_mutex_);
  lost_blobs_.insert(worker.lost.begin(), worker.lost.end());
  return {};
}

Result<void> PackCheck::read_once(Worker& worker, const Pack& pack) {
  worker.digest = crypto::Sha256();
  worker.digest_whole = true;
  const std::vector<PackedBlob>& blobs = pack.entry.blobs;
  std::uint64_t end = 0;
  for (std::size_t first = 0; first < blobs.size();) {
    std::size_t last = first + 1;
    const auto stretch = [&](std::size_t to) {
      return std::uint64_t{blobs[to].offset} + blobs[to].length - blobs[first].offset;
    };
    while (last < blobs.size() && stretch(last) <= kStretchBytes) ++last;
    if (blobs[first].offset != end) worker.digest_whole = false;
    TRY(read_stretch(worker, pack, first, last));
    end = std::uint64_t{blobs[last - 1].offset} + blobs[last - 1].length;
    first = last;
  }
  TRY(read_header(worker, pack, end));
  if (worker.digest_whole && worker.digest.finish() != pack.entry.id) {
    worker.damage.push_back("its content does not fit its name");
  }
  return {};
}

// The bytes of the pack into worker.bytes and its digest; false when they are not all there.
Result<bool> PackCheck::get(Worker& worker, const Pack& pack, std::uint64_t begin, std::uint64_t end) {
  auto got = end > pack.size
                 ? Result<void>(fail(Fault::corrupt, "cut short"))
                 : repository_.store().get(context_, pack_key(pack.entry.id), store::ByteRange{begin, end - begin},
                                           worker.bytes);
  if (!got && got.error().fault() != Fault::corrupt && got.error().fault() != Fault::not_found) {
    return fail(std::move(got).error());
  }
  if (!got || worker.bytes.size() != end - begin) {
    worker.digest_whole = false;
    return false;
  }
  progress_.bytes_stored += worker.bytes.size();
  worker.digest.update(worker.bytes);
  return true;
}

Result<void> PackCheck::read_stretch(Worker& worker, const Pack& pack, std::size_t first, std::size_t last) {
  const std::vector<PackedBlob>& blobs = pack.entry.blobs;
  const std::uint64_t begin = blobs[first].offset;
  if (!TRY(get(worker, pack, begin, std::uint64_t{blobs[last - 1].offset} + blobs[last - 1].length))) {
    // Blob by blob, to tell which are still there.
    if (last - first > 1) {
      for (std::size_t at = first; at < last; ++at) TRY(read_stretch(worker, pack, at, at + 1));
      return {};
    }
    worker.damage.push_back(name_of(blobs[first]) + ": the pack is cut short before its end");
    worker.lost.push_back(blobs[first].id);
    return {};
  }
  for (std::size_t at = first; at < last; ++at) {
    const PackedBlob& blob = blobs[at];
    if (blob.offset < begin || blob.offset - begin + std::uint64_t{blob.length} > worker.bytes.size()) continue;
    const auto sealed = MutableByteView(worker.bytes).subspan(blob.offset - begin, blob.length);
    if (worker.out.size() < blob.uncompressed_length) worker.out.resize(blob.uncompressed_length);
    const auto plain = worker.opener.open(sealed, blob.uncompressed_length, worker.out);
    if (plain && crypto::sha256(*plain) == blob.id) continue;
    worker.damage.push_back(name_of(blob) + ": " + (plain ? "its content does not fit its id" : plain.error().what()));
    worker.lost.push_back(blob.id);
  }
  return {};
}

Result<void> PackCheck::read_header(Worker& worker, const Pack& pack, std::uint64_t begin) {
  if (begin >= pack.size || pack.size - begin > kPackHeaderBytesMax + kPackLengthBytes) {
    worker.damage.push_back("has no header after its blobs");
    worker.digest_whole = false;
    return {};
  }
  if (!TRY(get(worker, pack, begin, pack.size))) {
    worker.damage.push_back("its header cannot be read");
    return {};
  }
  const auto listed = read_pack_header(worker.sealer, worker.bytes, pack.size);
  if (!listed) {
    worker.damage.push_back(listed.error().what());
    return {};
  }
  if (!std::equal(listed->begin(), listed->end(), pack.entry.blobs.begin(), pack.entry.blobs.end(), same)) {
    worker.damage.push_back("its header lists other blobs than its index");
  }
  return {};
}

}  // namespace tranship::repo
