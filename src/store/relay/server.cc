// The serving end of the relay: one thread reads and accounts, some run the requests, one keeps the stream alive.

#include <fmt/format.h>

#include <condition_variable>
#include <thread>
#include <vector>

#include "base/queue.h"
#include "store/relay/hello.h"

namespace tranship::store {
namespace relay {
namespace {

constexpr std::uint64_t kMemoryBytesMax = 32u << 20;
// Charged for reading an object whose size nobody has said (indexes, snapshots, keys).
constexpr std::uint64_t kUnknownBytes = 4u << 20;
// Load balancers in front of API servers cut streams that are silent for a minute or more.
constexpr auto kPingInterval = std::chrono::seconds(20);
constexpr std::size_t kListingBytes = 128u << 10;

// Bytes of objects in memory. Only the reading thread takes, so that requests accepted can always end.
class Budget {
 public:
  Result<void> take(const Context& context, std::uint64_t bytes) {
    std::unique_lock lock(mutex_);
    // The token covers a stop, the deadline the rest; one alone may be as large as it likes.
    const auto fits = [&] { return used_ == 0 || used_ + bytes <= kMemoryBytesMax; };
    while (!changed_.wait_until(lock, context.stop_token(), wake_up(context), fits)) TRY(context.check());
    used_ += bytes;
    return {};
  }
  void give_back(std::uint64_t bytes) {
    std::lock_guard lock(mutex_);
    used_ -= bytes;
    changed_.notify_one();
  }

 private:
  static Context::Clock::time_point wake_up(const Context& context) {
    return std::min(context.deadline(), Context::Clock::now() + std::chrono::seconds(60));
  }
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t used_ = 0;
};

struct Request {
  FrameHeader header;
  Bytes payload;
  std::uint64_t charged = 0;
};

class Server {
 public:
  Server(const Context& context, Store& store, const RelayStream& stream, int threads)
      : context_(context.with_stop(stop_.get_token())),
        store_(store),
        reader_(stream),
        writer_(stream),
        requests_(static_cast<std::size_t>(threads)) {}

  Result<void> run(int threads) {
    TRY(send_hello(writer_, FrameKind::hello_answer));
    TRY(expect_hello(reader_, FrameKind::hello));
    std::jthread pinger([this] {
      while (context_.sleep(kPingInterval)) {
        if (!writer_.write(FrameKind::ping, 0, {})) return;
      }
    });
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([this] {
        while (auto request = requests_.pop()) handle(std::move(*request));
      });
    }
    auto result = read_requests();
    // Nobody is left to hear the answers: what was not answered is sent again over the next stream.
    stop_.request_stop();
    requests_.close();
    return result;
  }

 private:
  Result<void> read_requests() {
    for (;;) {
      TRY(context_.check());
      const auto header = TRY(reader_.next());
      if (!header) return {};
      Request request{*header, {}, header->payload_bytes};
      if (header->kind == FrameKind::put) TRY(budget_.take(context_, request.charged));
      request.payload = TRY(reader_.payload(*header));
      if (header->kind == FrameKind::ping) continue;
      if (header->kind != FrameKind::put) {
        request.charged = answer_bytes(request);
        TRY(budget_.take(context_, request.charged));
      }
      if (!requests_.push(std::move(request))) return {};
    }
  }

  static std::uint64_t answer_bytes(const Request& request) {
    if (request.header.kind != FrameKind::get) return 0;
    FieldReader fields(request.payload);
    if (!fields.text()) return 0;
    const auto has_range = fields.u8();
    if (!has_range || *has_range == 0 || !fields.u64()) return kUnknownBytes;
    return std::min(fields.u64().value_or(0), kObjectBytesMax);
  }

  void handle(Request request) {
    auto result = answer(request);
    if (!result && !context_.stopped()) {
      Bytes error;
      append_error(error, result.error());
      (void)writer_.write(FrameKind::failure, request.header.id, error);
    }
    const std::uint64_t charged = request.charged;
    request = {};
    budget_.give_back(charged);
  }

  // Answers, or gives the error to answer with. A write that fails needs no answer: the reader sees the end too.
  Result<void> answer(const Request& request) {
    const std::uint64_t id = request.header.id;
    FieldReader fields(request.payload);
    const std::string key = TRY(fields.text());
    Bytes out;
    switch (request.header.kind) {
      case FrameKind::put: {
        const bool has_digest = TRY(fields.u8()) != 0;
        Id digest;
        if (has_digest) std::ranges::copy(TRY(fields.raw(digest.bytes.size())), digest.bytes.begin());
        TRY(store_.put(context_, key, fields.rest(), has_digest ? &digest : nullptr));
        break;
      }
      case FrameKind::get: {
        std::optional<ByteRange> range;
        if (TRY(fields.u8()) != 0) {
          range.emplace();
          range->offset = TRY(fields.u64());
          range->length = TRY(fields.u64());
          if (range->length > kObjectBytesMax) return fail(Fault::invalid, "a range too large to be relayed");
        }
        TRY(store_.get(context_, key, range, out));
        if (out.size() > kObjectBytesMax) return fail(Fault::invalid, key + " is too large to be relayed");
        (void)writer_.write(FrameKind::data, id, {}, out);
        return {};
      }
      case FrameKind::stat:
        FieldWriter(out).u64(TRY(store_.stat(context_, key)).size);
        (void)writer_.write(FrameKind::info, id, out);
        return {};
      case FrameKind::list: TRY(answer_list(id, key)); break;
      case FrameKind::remove: TRY(store_.remove(context_, key)); break;
      default: return fail(Fault::corrupt, "the relay client sent a frame that is no request");
    }
    (void)writer_.write(FrameKind::done, id, {});
    return {};
  }

  Result<void> answer_list(std::uint64_t id, const std::string& prefix) {
    Bytes page;
    TRY(store_.list(context_, prefix, [&](const ObjectInfo& info) {
      FieldWriter fields(page);
      fields.text(info.key);
      fields.u64(info.size);
      if (page.size() < kListingBytes) return;
      (void)writer_.write(FrameKind::listing, id, page);
      page.clear();
    }));
    if (!page.empty()) (void)writer_.write(FrameKind::listing, id, page);
    return {};
  }

  std::stop_source stop_;
  const Context context_;
  Store& store_;
  FrameReader reader_;
  FrameWriter writer_;
  Budget budget_;
  BoundedQueue<Request> requests_;
};

}  // namespace
}  // namespace relay

Result<void> serve_relay(const Context& context, Store& store, const RelayStream& stream, int threads) {
  const int count = std::clamp(threads, 1, 64);
  return relay::Server(context, store, stream, count).run(count);
}

}  // namespace tranship::store
