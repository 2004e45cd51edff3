#include "repo/read/blob_reader.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/queue.h"
#include "crypto/digest.h"
#include "repo/format/pack.h"

namespace tranship::repo {
namespace {

// Decoded together, so that their ids are hashed side by side.
constexpr std::size_t kGroupBlobs = 16;
constexpr std::size_t kGroupBytes = 4u << 20;

// Where a request lies: sorted by pack (in the order packs are first asked for) and offset.
struct Place {
  std::uint32_t pack;
  std::uint32_t offset;
  std::uint32_t position;  // in the requests
  auto operator<=>(const Place&) const = default;
};

// A stretch of one pack, fetched as one.
struct Range {
  std::size_t first, last;  // of the places
  std::uint32_t offset, length;
};

struct Fetched {
  Range range;
  Bytes bytes;
};

bool is_damage(const Error& error) {
  return error.fault() == Fault::not_found || error.fault() == Fault::corrupt;
}

Error lost_blob(const BlobRequest& request, const Error& error) {
  const std::string what = error.fault() == Fault::not_found
                               ? "the pack is missing"
                               : error.what();
  return Error(Fault::corrupt, "pack " + request.location.pack.hex() + ", blob " + request.id.hex() + ": " + what)
      .with_code("pack.damaged")
      .with_fix("Run 'tranship repository check --read-data' to see all that is damaged");
}

class Reading {
 public:
  Reading(const Context& context, Repository& repository, std::span<const BlobRequest> requests,
          const BlobReaderOptions& options, const BlobSink& sink, std::atomic<std::uint64_t>& bytes_fetched)
      : context_(context.with_stop(failed_.get_token())),
        repository_(repository),
        requests_(requests),
        options_(options),
        sink_(sink),
        bytes_fetched_(bytes_fetched),
        queue_(static_cast<std::size_t>(std::max(options.fetchers, 1))) {}

  Result<void> run() {
    plan();
    const int fetchers = std::max(1, std::min<int>(options_.fetchers, static_cast<int>(ranges_.size())));
    const int decoders = worker_threads(options_.decoders);
    fetchers_running_ = fetchers;
    {
      std::vector<std::jthread> threads;
      for (int at = 0; at < fetchers; ++at) threads.emplace_back([this] { fetch(); });
      for (int at = 1; at < decoders; ++at) threads.emplace_back([this] { decode(); });
      decode();
    }
    if (error_) return fail(std::move(*error_));
    return {};
  }

 private:
  const BlobRequest& request(std::size_t place) const { return requests_[places_[place].position]; }

  void plan() {
    std::unordered_map<Id, std::uint32_t> packs;
    places_.reserve(requests_.size());
    for (std::uint32_t at = 0; at < requests_.size(); ++at) {
      const auto pack = packs.try_emplace(requests_[at].location.pack, packs.size()).first->second;
      places_.push_back({pack, requests_[at].location.offset, at});
    }
    std::sort(places_.begin(), places_.end());
    for (std::size_t at = 0; at < places_.size(); ++at) {
      const BlobLocation& location = request(at).location;
      if (!ranges_.empty()) {
        Range& last = ranges_.back();
        const std::uint64_t end = std::uint64_t{last.offset} + last.length;
        const std::uint64_t new_end = std::max<std::uint64_t>(end, std::uint64_t{location.offset} + location.length);
        const bool same_pack = places_[last.first].pack == places_[at].pack;
        if (same_pack && location.offset <= end + options_.gap_bytes &&
            (location.offset < end || new_end - last.offset <= options_.range_bytes)) {
          last.last = at + 1;
          last.length = static_cast<std::uint32_t>(new_end - last.offset);
          continue;
        }
      }
      ranges_.push_back({at, at + 1, location.offset, location.length});
    }
  }

  void stop_with(Error error) {
    {
      std::lock_guard lock(mutex_);
      if (!error_) error_ = std::move(error);
    }
    failed_.request_stop();
    queue_.close();
  }

  Bytes take_buffer() {
    std::lock_guard lock(mutex_);
    if (buffers_.empty()) return {};
    Bytes buffer = std::move(buffers_.back());
    buffers_.pop_back();
    return buffer;
  }

  void give_buffer(Bytes buffer) {
    std::lock_guard lock(mutex_);
    if (buffer.capacity() <= 2 * std::size_t{options_.range_bytes}) buffers_.push_back(std::move(buffer));
  }

  void fetch() {
    for (std::size_t at = next_range_++; at < ranges_.size() && !context_.stopped(); at = next_range_++) {
      Fetched fetched{ranges_[at], take_buffer()};
      const Id& pack = request(fetched.range.first).location.pack;
      auto got = repository_.store().get(context_, pack_key(pack),
                                         store::ByteRange{fetched.range.offset, fetched.range.length}, fetched.bytes);
      if (!got && !is_damage(got.error())) return stop_with(std::move(got).error().in("reading pack " + pack.brief()));
      // What is not there is found out blob by blob: a pack cut short may still have some.
      if (!got || fetched.bytes.size() != fetched.range.length) fetched.bytes.clear();
      bytes_fetched_ += fetched.bytes.size();
      if (!queue_.push(std::move(fetched))) break;
    }
    if (auto alive = context_.check(); !alive) stop_with(std::move(alive).error());
    if (--fetchers_running_ == 0) queue_.close();
  }

  struct Worker {
    explicit Worker(const crypto::SealKey& key) : opener(key) {}
    BlobOpener opener;
    Bytes out, sealed_again, out_again;
  };

  void decode() {
    Worker worker(repository_.master_key());
    while (auto fetched = queue_.pop()) {
      if (auto done = decode_range(worker, *fetched); !done) return stop_with(std::move(done).error());
      give_buffer(std::move(fetched->bytes));
    }
  }

  // The places after `first` that ask for the same blob.
  std::size_t same_blob_end(std::size_t first, std::size_t last) const {
    std::size_t end = first + 1;
    while (end < last && places_[end].offset == places_[first].offset && request(end).id == request(first).id) ++end;
    return end;
  }

  struct Item {
    std::size_t first, last;  // places of one blob
    ByteView plain;           // empty: could not be opened
    bool opened = false;
  };

  Result<void> decode_range(Worker& worker, Fetched& fetched) {
    const Range& range = fetched.range;
    for (std::size_t at = range.first; at < range.last;) {
      std::vector<Item> group;
      std::size_t bytes = 0;
      while (at < range.last && group.size() < kGroupBlobs && bytes < kGroupBytes) {
        const std::size_t end = same_blob_end(at, range.last);
        const std::uint64_t plain = request(at).location.plain_length();
        if (!group.empty() && bytes + plain > kGroupBytes) break;
        group.push_back({at, end, {}, false});
        bytes += plain <= kDataBlobBytesMax ? plain : 0;
        at = end;
      }
      if (worker.out.size() < bytes) worker.out.resize(bytes);
      open_group(worker, fetched, group);
      TRY(hand_out(worker, group));
    }
    return {};
  }

  void open_group(Worker& worker, Fetched& fetched, std::vector<Item>& group) {
    std::size_t used = 0;
    for (Item& item : group) {
      const BlobLocation& location = request(item.first).location;
      if (fetched.bytes.empty() || location.plain_length() > kDataBlobBytesMax) continue;
      const std::size_t begin = location.offset - fetched.range.offset;
      const auto sealed = MutableByteView(fetched.bytes).subspan(begin, location.length);
      auto plain =
          worker.opener.open(sealed, location.uncompressed_length, MutableByteView(worker.out).subspan(used));
      if (!plain) continue;
      item.plain = *plain;
      item.opened = true;
      used += location.uncompressed_length;
    }
  }

  Result<void> hand_out(Worker& worker, std::vector<Item>& group) {
    std::vector<ByteView> messages;
    for (const Item& item : group) messages.push_back(item.plain);
    std::vector<Id> digests(group.size());
    crypto::sha256_many(messages, digests);
    for (std::size_t at = 0; at < group.size(); ++at) {
      Item& item = group[at];
      const BlobRequest& wanted = request(item.first);
      std::vector<std::uint32_t> positions;
      for (std::size_t place = item.first; place < item.last; ++place) positions.push_back(places_[place].position);
      if (item.opened && digests[at] == wanted.id) {
        TRY(sink_.found(positions, item.plain));
        continue;
      }
      // Once more by itself: the first time may have been a passing fault, or the pack is cut short after it.
      auto again = read_one_blob(context_, repository_, worker.opener, wanted, worker.sealed_again, worker.out_again);
      if (again) {
        TRY(sink_.found(positions, *again));
      } else if (again.error().fault() == Fault::corrupt) {
        sink_.lost(positions, again.error());
      } else {
        return fail(std::move(again).error());
      }
    }
    return {};
  }

  std::stop_source failed_;
  const Context context_;
  Repository& repository_;
  const std::span<const BlobRequest> requests_;
  const BlobReaderOptions& options_;
  const BlobSink& sink_;
  std::atomic<std::uint64_t>& bytes_fetched_;

  std::vector<Place> places_;
  std::vector<Range> ranges_;
  std::atomic<std::size_t> next_range_{0};
  std::atomic<int> fetchers_running_{0};
  BoundedQueue<Fetched> queue_;
  std::mutex mutex_;  // for the next two
  std::vector<Bytes> buffers_;
  std::optional<Error> error_;
};

}  // namespace

int worker_threads(int threads) {
  if (threads > 0) return threads;
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 4u));
}

Result<ByteView> read_one_blob(const Context& context, Repository& repository, BlobOpener& opener,
                               const BlobRequest& request, Bytes& sealed, Bytes& out) {
  const BlobLocation& location = request.location;
  const std::uint64_t limit = request.type == BlobType::data ? kDataBlobBytesMax : 0xffffffffu;
  if (std::max(location.plain_length(), location.length) > limit) {
    return fail(lost_blob(request, Error(Fault::corrupt, "larger than a blob may be")));
  }
  const auto got = repository.store().get(context, pack_key(location.pack),
                                          store::ByteRange{location.offset, location.length}, sealed);
  if (!got && is_damage(got.error())) return fail(lost_blob(request, got.error()));
  if (!got) return fail(Error(got.error()).in("reading pack " + location.pack.brief()));
  if (sealed.size() != location.length) return fail(lost_blob(request, Error(Fault::corrupt, "the pack is cut short")));
  if (out.size() < location.uncompressed_length) out.resize(location.uncompressed_length);
  const auto plain = opener.open(sealed, location.uncompressed_length, out);
  if (!plain) return fail(lost_blob(request, plain.error()));
  if (crypto::sha256(*plain) != request.id) {
    return fail(lost_blob(request, Error(Fault::corrupt, "its content does not fit its id")));
  }
  return *plain;
}

Result<void> read_blobs(const Context& context, Repository& repository, std::span<const BlobRequest> requests,
                        const BlobReaderOptions& options, const BlobSink& sink,
                        std::atomic<std::uint64_t>& bytes_fetched) {
  if (requests.empty()) return {};
  Reading reading(context, repository, requests, options, sink, bytes_fetched);
  return reading.run();
}

}  // namespace tranship::repo
