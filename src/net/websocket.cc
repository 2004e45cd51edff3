#include "net/websocket.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "net/socket_waiter.h"
#include "net/websocket_frame.h"
#include "net/websocket_upgrade.h"

namespace tranship::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kOutputBytes = 128u << 10;
constexpr milliseconds kPingAfter = seconds(30);
constexpr milliseconds kSilenceMax = seconds(120);
constexpr milliseconds kGoodbyeTimeout = seconds(1);

MaskKey make_mask_key() {
  MaskKey key{};
  if (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size()))
    key = {0x5a, 0xc3, 0x96, 0x0f};
  return key;
}

class CurlWebSocket final : public WebSocket {
 public:
  explicit CurlWebSocket(Upgraded upgraded)
      : connection_(std::move(upgraded.connection)),
        input_(std::move(upgraded.input)),
        subprotocol_(std::move(upgraded.subprotocol)) {}
  ~CurlWebSocket() override { close(); }

  const std::string& subprotocol() const override { return subprotocol_; }
  Result<void> send_pieces(const Context& context, std::span<const ByteView> pieces,
                           bool text) override;
  Result<WebSocketMessage> receive(const Context& context) override;
  void close() override;

 private:
  // A control frame on its way. The bytes stay in place until all are sent, as TLS demands.
  struct ControlFrame {
    std::array<std::uint8_t, kFrameHeaderMax + kControlPayloadMax> bytes;
    std::size_t size = 0, sent = 0;
  };

  // Taking and giving back the right to write (one frame at a time).
  Result<void> lock_writer(const Context& context);
  bool try_lock_writer();
  void unlock_writer();

  Result<void> send_frame(const Context& context, std::span<const ByteView> pieces, bool text);
  Result<void> send_all(const Context& context, ByteView data);
  // Control frames are put in line and sent between frames, by whoever may write: the reader never
  // waits for a writer, or two peers that both wait for the other to read would wait for ever.
  void queue_control(Opcode opcode, ByteView payload);
  Result<bool> flush_control();  // true when nothing is left; caller holds the writer
  void start_next_control();     // caller holds the writer
  bool try_flush_control();      // false when a frame still waits

  Result<void> need_input(const Context& context);
  Result<void> wait_readable(const Context& context);
  Result<FrameHeader> next_header(const Context& context);
  Result<void> read_payload(const Context& context);
  Result<std::optional<WebSocketMessage>> take_control(const Context& context,
                                                       const FrameHeader& header);
  WebSocketMessage closed_by_peer(ByteView payload);

  std::unique_ptr<CurlConnection> connection_;
  InputBuffer input_;
  const std::string subprotocol_;

  // Reading thread only.
  SocketWaiter read_waiter_;
  Bytes message_;
  bool message_text_ = false, in_message_ = false, message_final_ = false;
  std::uint64_t frame_left_ = 0, frame_offset_ = 0;
  std::optional<MaskKey> frame_mask_;

  // Whoever holds the writer.
  SocketWaiter write_waiter_;
  Bytes output_ = Bytes(kOutputBytes);
  ControlFrame control_;

  std::mutex state_mutex_;
  std::condition_variable_any writer_free_;
  bool writing_ = false;
  bool broken_ = false;  // a frame was left half sent
  std::optional<std::pair<Opcode, Bytes>>
      next_control_;  // the latest one: RFC 6455 5.5.3 lets older pings go
  std::atomic<bool> control_waits_ = false;
  std::atomic<bool> closed_ = false;
};

Result<void> CurlWebSocket::lock_writer(const Context& context) {
  TRY(context.check());
  std::unique_lock lock(state_mutex_);
  const auto ready = [&] { return !writing_ || closed_; };
  const auto soon = std::min(context.deadline(), Context::Clock::now() + std::chrono::hours(24));
  if (!writer_free_.wait_until(lock, context.stop_token(), soon, ready)) {
    lock.unlock();
    TRY(context.check());
    return fail(Fault::cancelled, "the WebSocket stayed busy");
  }
  if (closed_) return fail(Fault::cancelled, "the WebSocket was closed here");
  if (broken_) return fail(connection_->cut("an earlier message was sent in part only"));
  writing_ = true;
  return {};
}

bool CurlWebSocket::try_lock_writer() {
  std::lock_guard lock(state_mutex_);
  if (writing_ || broken_) return false;
  return writing_ = true;
}

void CurlWebSocket::unlock_writer() {
  std::lock_guard lock(state_mutex_);
  writing_ = false;
  writer_free_.notify_one();
}

Result<void> CurlWebSocket::send_pieces(const Context& context, std::span<const ByteView> pieces,
                                        bool text) {
  std::size_t size = 0;
  for (const ByteView piece : pieces) size += piece.size();
  if (size > kMessageBytesMax)
    return fail(Fault::invalid, fmt::format("a WebSocket message of {} bytes is too long", size));
  TRY(lock_writer(context));
  auto sent = send_frame(context, pieces, text);
  if (!sent) {
    std::lock_guard lock(state_mutex_);
    broken_ = true;
  }
  unlock_writer();
  // A ping that came while this frame was under way is answered now; what does not fit waits for
  // the reader.
  if (control_waits_) try_flush_control();
  return sent;
}

Result<void> CurlWebSocket::send_frame(const Context& context, std::span<const ByteView> pieces,
                                       bool text) {
  while (control_.sent < control_.size)
    TRY(send_all(context, {control_.bytes.data() + control_.sent, control_.size - control_.sent}));
  FrameHeader header{text ? Opcode::text : Opcode::binary, true, 0, make_mask_key()};
  for (const ByteView piece : pieces) header.length += piece.size();
  std::size_t filled = write_frame_header(header, output_.data());
  std::uint64_t offset = 0;
  for (ByteView piece : pieces) {
    while (!piece.empty()) {
      const std::size_t part = std::min(piece.size(), output_.size() - filled);
      mask_bytes(piece.data(), output_.data() + filled, part, *header.mask, offset);
      offset += part;
      filled += part;
      piece = piece.subspan(part);
      if (filled < output_.size()) continue;
      TRY(send_all(context, {output_.data(), filled}));
      filled = 0;
    }
  }
  return send_all(context, {output_.data(), filled});
}

Result<void> CurlWebSocket::send_all(const Context& context, ByteView data) {
  while (!data.empty()) {
    if (closed_) return fail(Fault::cancelled, "the WebSocket was closed here");
    const std::size_t count = TRY(connection_->send_some(data));
    data = data.subspan(count);
    if (count == 0) TRY(write_waiter_.wait(context, connection_->socket(), POLLOUT, seconds(60)));
  }
  return {};
}

void CurlWebSocket::queue_control(Opcode opcode, ByteView payload) {
  std::lock_guard lock(state_mutex_);
  next_control_.emplace(opcode, Bytes(payload.begin(), payload.end()));
  control_waits_ = true;
}

void CurlWebSocket::start_next_control() {
  std::lock_guard lock(state_mutex_);
  if (!next_control_) {
    control_waits_ = false;
    return;
  }
  const auto& [opcode, payload] = *next_control_;
  const FrameHeader header{opcode, true, payload.size(), make_mask_key()};
  const std::size_t size = write_frame_header(header, control_.bytes.data());
  mask_bytes(payload.data(), control_.bytes.data() + size, payload.size(), *header.mask, 0);
  control_.size = size + payload.size();
  control_.sent = 0;
  next_control_.reset();
}

Result<bool> CurlWebSocket::flush_control() {
  while (true) {
    if (control_.sent == control_.size) start_next_control();
    if (control_.sent == control_.size) return true;
    const std::size_t count = TRY(connection_->send_some(
        {control_.bytes.data() + control_.sent, control_.size - control_.sent}));
    if (count == 0) return false;
    control_.sent += count;
  }
}

bool CurlWebSocket::try_flush_control() {
  if (!try_lock_writer()) return false;
  const auto done = flush_control();
  unlock_writer();
  return !done || *done;  // an error shows at the next read
}

Result<void> CurlWebSocket::wait_readable(const Context& context) {
  const auto silent_since = Context::Clock::now();
  auto pinged_at = silent_since;
  while (true) {
    if (closed_) return fail(Fault::cancelled, "the WebSocket was closed here");
    const bool waits = control_waits_ && !try_flush_control();
    const auto now = Context::Clock::now();
    const short events = waits ? POLLIN | POLLOUT : POLLIN;
    // While another thread writes, the socket may be writable all along: look again shortly
    // instead.
    if (waits) TRY(context.sleep(milliseconds(1)));
    if (TRY(read_waiter_.wait(context, connection_->socket(), events,
                              waits ? milliseconds(100) : kPingAfter)))
      return {};
    if (now - silent_since > kSilenceMax)
      return fail(connection_->cut("nothing came for two minutes, not even an answer to a ping"));
    if (now - pinged_at >= kPingAfter && !closed_) {
      queue_control(Opcode::ping, {});
      pinged_at = now;
    }
  }
}

Result<void> CurlWebSocket::need_input(const Context& context) {
  while (true) {
    const std::size_t count = TRY(connection_->receive_some(input_.room()));
    input_.filled(count);
    if (count > 0) return {};
    TRY(wait_readable(context));
  }
}

Result<FrameHeader> CurlWebSocket::next_header(const Context& context) {
  while (true) {
    if (const auto parsed = TRY(parse_frame_header(input_.view()))) {
      // Control payloads are short: they are awaited whole, so that a cancelled call loses nothing.
      const std::size_t needed =
          parsed->size + (parsed->header.is_control() ? parsed->header.length : 0);
      if (input_.view().size() >= needed) {
        input_.consume(parsed->size);
        return parsed->header;
      }
    }
    TRY(need_input(context));
  }
}

WebSocketMessage CurlWebSocket::closed_by_peer(ByteView payload) {
  WebSocketMessage message{.closed = true, .close_code = 1005};
  if (payload.size() >= 2) {
    message.close_code = static_cast<std::uint16_t>(payload[0] << 8 | payload[1]);
    message.payload.assign(payload.begin() + 2, payload.end());
    payload = payload.first(2);
  }
  queue_control(Opcode::close, payload);
  try_flush_control();
  return message;
}

Result<std::optional<WebSocketMessage>> CurlWebSocket::take_control(const Context&,
                                                                    const FrameHeader& header) {
  Bytes payload(input_.view().begin(),
                input_.view().begin() + static_cast<std::ptrdiff_t>(header.length));
  input_.consume(payload.size());
  if (header.mask) mask_bytes(payload.data(), payload.data(), payload.size(), *header.mask, 0);
  if (header.opcode == Opcode::close) return closed_by_peer(payload);
  if (header.opcode == Opcode::ping) {
    queue_control(Opcode::pong, payload);
    try_flush_control();
  }
  return std::nullopt;
}

// Appends the rest of the frame to message_; resumable.
Result<void> CurlWebSocket::read_payload(const Context& context) {
  while (frame_left_ > 0) {
    const std::size_t old_size = message_.size();
    std::size_t count = std::min<std::uint64_t>(frame_left_, input_.view().size());
    if (count > 0) {
      message_.insert(message_.end(), input_.view().begin(),
                      input_.view().begin() + static_cast<std::ptrdiff_t>(count));
      input_.consume(count);
    } else {
      // What is left goes past the input buffer, straight to where it is wanted.
      message_.resize(old_size + std::min<std::uint64_t>(frame_left_, 256u << 10));
      const auto got =
          connection_->receive_some({message_.data() + old_size, message_.size() - old_size});
      message_.resize(old_size + (got ? *got : 0));
      count = TRY(got);
      if (count == 0) TRY(wait_readable(context));
    }
    if (frame_mask_)
      mask_bytes(message_.data() + old_size, message_.data() + old_size, count, *frame_mask_,
                 frame_offset_);
    frame_left_ -= count;
    frame_offset_ += count;
  }
  return {};
}

Result<WebSocketMessage> CurlWebSocket::receive(const Context& context) {
  TRY(context.check());
  while (true) {
    if (closed_) return fail(Fault::cancelled, "the WebSocket was closed here");
    TRY(read_payload(context));
    if (in_message_ && message_final_) {
      in_message_ = message_final_ = false;
      return WebSocketMessage{.text = message_text_, .payload = std::exchange(message_, {})};
    }
    const FrameHeader header = TRY(next_header(context));
    if (header.is_control()) {
      if (auto message = TRY(take_control(context, header))) return std::move(*message);
      continue;
    }
    if ((header.opcode == Opcode::continuation) != in_message_)
      return fail(Fault::corrupt, "WebSocket frames out of order");
    if (message_.size() + header.length > kMessageBytesMax)
      return fail(Fault::corrupt,
                  fmt::format("WebSocket message of more than {} bytes", kMessageBytesMax));
    if (!in_message_) message_text_ = header.opcode == Opcode::text;
    in_message_ = true;
    message_final_ = header.final;
    frame_left_ = header.length;
    frame_offset_ = 0;
    frame_mask_ = header.mask;
    message_.reserve(message_.size() + header.length);
  }
}

void CurlWebSocket::close() {
  if (closed_.exchange(true)) return;
  read_waiter_.wake();
  write_waiter_.wake();
  writer_free_.notify_all();
  const std::array<std::uint8_t, 2> normal{1000 >> 8, 1000 & 0xff};
  queue_control(Opcode::close, normal);
  const auto until = Context::Clock::now() + kGoodbyeTimeout;
  const Context brief = Context().with_deadline(until);
  SocketWaiter waiter;
  while (!try_flush_control() && Context::Clock::now() < until)
    if (!brief.sleep(milliseconds(1)) ||
        !waiter.wait(brief, connection_->socket(), POLLOUT, milliseconds(50)))
      break;
}

}  // namespace

Result<std::unique_ptr<WebSocket>> WebSocket::connect(const Context& context,
                                                      const HttpOptions& options,
                                                      const WebSocketRequest& request,
                                                      HttpResponse* refusal) {
  return std::make_unique<CurlWebSocket>(TRY(upgrade(context, options, request, refusal)));
}

}  // namespace tranship::net
