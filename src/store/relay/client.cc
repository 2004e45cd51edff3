// The asking end of the relay. Callers write their own requests; the thread in attach() reads the answers. A
// request belongs to the stream it was sent on: a new stream makes every caller that still waits send again.

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <unordered_map>

#include "store/key.h"
#include "store/relay/hello.h"

namespace tranship::store {
namespace relay {
namespace {

// One stream from its greeting to its end.
struct Attachment {
  explicit Attachment(const RelayStream& stream) : reader(stream), writer(stream) {}
  FrameReader reader;
  FrameWriter writer;
};

// A call that waits; lives on its caller's stack, guarded by the client's mutex.
struct Pending {
  std::shared_ptr<Attachment> sent_on;
  bool answered = false;
  FrameKind kind = FrameKind::failure;
  Bytes payload;
  std::vector<Bytes> listings;
  std::condition_variable_any changed;
};

struct Answer {
  FrameKind kind = FrameKind::failure;
  Bytes payload;
  std::vector<Bytes> listings;
};

class Client : public RelayStore {
 public:
  Result<void> attach(const Context& context, const RelayStream& stream) override {
    TRY(context.check());
    const auto attachment = std::make_shared<Attachment>(stream);
    auto result = greet(*attachment);
    if (result) {
      set_current(attachment);
      result = read_answers(context, *attachment);
    }
    {
      std::lock_guard lock(mutex_);
      if (current_ == attachment) current_ = nullptr;
    }
    // The stream is the caller's again: nobody may be writing to it.
    attachment->writer.close();
    return result;
  }

  Result<void> put(const Context& context, const std::string& key, ByteView data, const Id* digest) override {
    TRY(check_key(key));
    Bytes fields;
    FieldWriter out(fields);
    out.text(key);
    out.u8(digest != nullptr ? 1 : 0);
    if (digest != nullptr) out.raw(digest->bytes);
    TRY(call(context, FrameKind::put, FrameKind::done, fields, data));
    return {};
  }

  Result<void> create(const Context&, const std::string& key, ByteView) override {
    return fail(Fault::invalid, key + " cannot be made through a relay");
  }

  Result<void> get(const Context& context, const std::string& key, std::optional<ByteRange> range,
                   Bytes& out) override {
    TRY(check_key(key));
    Bytes fields;
    FieldWriter writer(fields);
    writer.text(key);
    writer.u8(range ? 1 : 0);
    if (range) {
      writer.u64(range->offset);
      writer.u64(range->length);
    }
    Answer answer = TRY(call(context, FrameKind::get, FrameKind::data, fields));
    if (range && answer.payload.size() != range->length) {
      return fail(Fault::corrupt, fmt::format("{}: {} bytes were relayed where {} were asked for", key,
                                              answer.payload.size(), range->length));
    }
    out = std::move(answer.payload);
    return {};
  }

  Result<ObjectInfo> stat(const Context& context, const std::string& key) override {
    TRY(check_key(key));
    Bytes fields;
    FieldWriter(fields).text(key);
    const Answer answer = TRY(call(context, FrameKind::stat, FrameKind::info, fields));
    const std::uint64_t size = TRY(FieldReader(answer.payload).u64());
    return ObjectInfo{key, size};
  }

  Result<void> list(const Context& context, const std::string& prefix,
                    const std::function<void(const ObjectInfo&)>& object) override {
    Bytes fields;
    FieldWriter(fields).text(prefix);
    const Answer answer = TRY(call(context, FrameKind::list, FrameKind::done, fields));
    for (const Bytes& page : answer.listings) {
      FieldReader reader(page);
      while (!reader.rest().empty()) {
        std::string key = TRY(reader.text());
        const std::uint64_t size = TRY(reader.u64());
        object({std::move(key), size});
      }
    }
    return {};
  }

  Result<void> remove(const Context& context, const std::string& key) override {
    TRY(check_key(key));
    Bytes fields;
    FieldWriter(fields).text(key);
    TRY(call(context, FrameKind::remove, FrameKind::done, fields));
    return {};
  }

  std::string describe() const override { return "the relayed location"; }

 private:
  static Result<void> greet(Attachment& attachment) {
    TRY(send_hello(attachment.writer, FrameKind::hello));
    return expect_hello(attachment.reader, FrameKind::hello_answer);
  }

  void set_current(const std::shared_ptr<Attachment>& attachment) {
    std::lock_guard lock(mutex_);
    current_ = attachment;
    for (auto& [id, pending] : pending_) pending->changed.notify_all();
  }

  Result<void> read_answers(const Context& context, Attachment& attachment) {
    for (;;) {
      TRY(context.check());
      const auto header = TRY(attachment.reader.next());
      if (!header) return {};
      Bytes payload = TRY(attachment.reader.payload(*header));
      if (header->kind == FrameKind::ping) continue;
      if (header->kind < FrameKind::done)
        return fail(Fault::corrupt, "the relay server sent a frame that is no answer");
      take_answer(attachment, *header, std::move(payload));
    }
  }

  void take_answer(const Attachment& attachment, const FrameHeader& header, Bytes payload) {
    std::lock_guard lock(mutex_);
    const auto found = pending_.find(header.id);
    // A caller that gave up, or one that has asked again over another stream.
    if (found == pending_.end() || found->second->sent_on.get() != &attachment) return;
    Pending& pending = *found->second;
    if (header.kind == FrameKind::listing) {
      pending.listings.push_back(std::move(payload));
      return;
    }
    pending.kind = header.kind;
    pending.payload = std::move(payload);
    pending.answered = true;
    pending.changed.notify_all();
  }

  Result<Answer> call(const Context& context, FrameKind kind, FrameKind expected, ByteView fields,
                      ByteView body = {}) {
    if (body.size() > kObjectBytesMax) {
      return fail(Fault::invalid, fmt::format("an object of {} bytes is too large to be relayed", body.size()));
    }
    const std::uint64_t id = ++last_id_;
    Pending pending;
    {
      std::unique_lock lock(mutex_);
      pending_.emplace(id, &pending);
      auto result = wait_for_answer(context, lock, pending, [&](Attachment& attachment) {
        return attachment.writer.write(kind, id, fields, body);
      });
      pending_.erase(id);
      if (!result) return fail(std::move(result).error());
    }
    if (pending.kind == FrameKind::failure) return fail(parse_failure(pending.payload));
    if (pending.kind != expected) return fail(Fault::corrupt, "the relay server answered something else");
    return Answer{pending.kind, std::move(pending.payload), std::move(pending.listings)};
  }

  template <class Send>
  Result<void> wait_for_answer(const Context& context, std::unique_lock<std::mutex>& lock, Pending& pending,
                               const Send& send) {
    for (;;) {
      const auto ready = [&] { return pending.answered || (current_ && current_ != pending.sent_on); };
      pending.changed.wait_until(lock, context.stop_token(), context.deadline(), ready);
      if (pending.answered) return {};
      if (!ready()) {
        if (context.stopped()) return fail(cancelled(context));
        continue;
      }
      const auto attachment = current_;
      pending.sent_on = attachment;
      pending.listings.clear();
      lock.unlock();
      const auto sent = send(*attachment);
      lock.lock();
      // The reading thread will see the end as well; until then nobody else should try this stream.
      if (!sent && current_ == attachment) current_ = nullptr;
    }
  }

  Error cancelled(const Context& context) const {
    Error error = context.check().error();
    if (current_) return error;
    return Error(Fault::cancelled, error.what() + " while no one was connected to the relay");
  }

  std::mutex mutex_;
  std::shared_ptr<Attachment> current_;
  std::unordered_map<std::uint64_t, Pending*> pending_;
  std::atomic<std::uint64_t> last_id_{0};
};

}  // namespace
}  // namespace relay

std::unique_ptr<RelayStore> RelayStore::make() { return std::make_unique<relay::Client>(); }

}  // namespace tranship::store
