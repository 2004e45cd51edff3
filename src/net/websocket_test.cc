#include "net/websocket.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <numeric>
#include <semaphore>
#include <thread>

#include "net/websocket_frame.h"
#include "net/websocket_handshake.h"

namespace tranship::net {
namespace {

using namespace std::chrono_literals;

// The server's end of one connection, as plain as can be.
struct Peer {
  int fd = -1;
  Bytes buffered;

  bool fill() {
    std::array<std::uint8_t, 65536> piece;
    const ssize_t count = ::recv(fd, piece.data(), piece.size(), 0);
    if (count <= 0) return false;
    buffered.insert(buffered.end(), piece.begin(), piece.begin() + count);
    return true;
  }
  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  std::string read_head() {
    while (as_text(buffered).find("\r\n\r\n") == std::string::npos)
      if (!fill()) return {};
    std::string head(as_text(buffered).substr(0, as_text(buffered).find("\r\n\r\n") + 4));
    buffered.erase(buffered.begin(), buffered.begin() + static_cast<std::ptrdiff_t>(head.size()));
    return head;
  }
  void accept_upgrade(const std::string& subprotocol = {}) {
    const std::string head = read_head();
    const auto at = head.find("Sec-WebSocket-Key: ") + 19;
    write(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        handshake_accept(head.substr(at, head.find('\r', at) - at)) + "\r\n" +
        (subprotocol.empty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") + "\r\n");
  }
  void send_frame(Opcode opcode, std::string_view payload, bool final = true) {
    std::uint8_t head[kFrameHeaderMax];
    const auto size = write_frame_header({opcode, final, payload.size(), std::nullopt}, head);
    write(std::string(reinterpret_cast<char*>(head), size) + std::string(payload));
  }
  struct Frame {
    FrameHeader header;
    std::string payload;
  };
  std::optional<Frame> read_frame() {
    while (true) {
      const auto parsed = parse_frame_header(buffered);
      if (!parsed) return std::nullopt;
      if (*parsed && buffered.size() >= (*parsed)->size + (*parsed)->header.length) {
        Frame frame{(*parsed)->header, {}};
        std::uint8_t* payload = buffered.data() + (*parsed)->size;
        if (frame.header.mask)
          mask_bytes(payload, payload, frame.header.length, *frame.header.mask, 0);
        frame.payload.assign(payload, payload + frame.header.length);
        buffered.erase(
            buffered.begin(),
            buffered.begin() + static_cast<std::ptrdiff_t>((*parsed)->size + frame.header.length));
        return frame;
      }
      if (!fill()) return std::nullopt;
    }
  }
};

// Listens on loopback and runs `serve` for one connection on a thread of its own.
class Server {
 public:
  explicit Server(std::function<void(Peer&)> serve) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 4), 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, serve = std::move(serve)] {
      Peer peer{::accept(listener_, nullptr, nullptr), {}};
      serve(peer);
      ::close(peer.fd);
    });
  }
  ~Server() {
    thread_.join();
    ::close(listener_);
  }
  std::string url() const { return "ws://127.0.0.1:" + std::to_string(port_) + "/chat?x=1"; }

 private:
  int listener_ = -1;
  int port_ = 0;
  std::jthread thread_;
};

Result<std::unique_ptr<WebSocket>> connect_to(const Server& server,
                                              std::vector<std::string> subprotocols = {},
                                              HttpResponse* refusal = nullptr) {
  return WebSocket::connect(Context().with_timeout(20s), {},
                            {server.url(), {{"X-Token", "t"}}, subprotocols}, refusal);
}

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 131 + (i >> 8));
  return text;
}

TEST(WebSocketFrame, matches_the_examples_of_the_rfc) {
  // RFC 6455, 5.7: a single-frame masked text message "Hello".
  const MaskKey key{0x37, 0xfa, 0x21, 0x3d};
  Bytes frame(kFrameHeaderMax + 5);
  const auto size = write_frame_header({Opcode::text, true, 5, key}, frame.data());
  mask_bytes(as_bytes("Hello").data(), frame.data() + size, 5, key, 0);
  EXPECT_EQ(to_hex(ByteView(frame).first(size + 5)), "818537fa213d7f9f4d5158");
  // 256 bytes binary, then 64 KiB binary, unmasked.
  EXPECT_EQ(write_frame_header({Opcode::binary, true, 256, {}}, frame.data()), 4u);
  EXPECT_EQ(to_hex(ByteView(frame).first(4)), "827e0100");
  EXPECT_EQ(write_frame_header({Opcode::binary, true, 65536, {}}, frame.data()), 10u);
  EXPECT_EQ(to_hex(ByteView(frame).first(10)), "827f0000000000010000");
  // 1.3: the accept value of the sample key.
  EXPECT_EQ(handshake_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketFrame, parses_what_it_writes_and_waits_for_missing_bytes) {
  for (const std::uint64_t length : {0u, 125u, 126u, 65535u, 65536u, 16u << 20}) {
    Bytes bytes(kFrameHeaderMax);
    bytes.resize(
        write_frame_header({Opcode::binary, false, length, MaskKey{1, 2, 3, 4}}, bytes.data()));
    for (std::size_t part = 0; part < bytes.size(); ++part) {
      const auto parsed = parse_frame_header(ByteView(bytes).first(part));
      ASSERT_TRUE(parsed);
      EXPECT_FALSE(*parsed);
    }
    const auto parsed = parse_frame_header(bytes);
    ASSERT_TRUE(parsed && *parsed);
    EXPECT_EQ((*parsed)->header.length, length);
    EXPECT_FALSE((*parsed)->header.final);
    EXPECT_EQ((*parsed)->size, bytes.size());
  }
}

TEST(WebSocketFrame, refuses_what_breaks_the_protocol) {
  for (const Bytes& bad : {Bytes{0xc2, 0}, Bytes{0x83, 0}, Bytes{0x09, 0}, Bytes{0x89, 126, 0, 200},
                          Bytes{0x82, 127, 0, 0, 0, 0, 1, 0, 0, 1}}) {
    const auto parsed = parse_frame_header(bad);
    ASSERT_FALSE(parsed) << to_hex(bad);
    EXPECT_EQ(parsed.error().fault(), Fault::corrupt);
  }
}

TEST(WebSocketFrame, masks_the_same_in_pieces) {
  const std::string text = pattern(1000);
  const MaskKey key{9, 8, 7, 250};
  Bytes whole(text.size()), pieces(text.size());
  mask_bytes(as_bytes(text).data(), whole.data(), text.size(), key, 0);
  for (std::size_t at = 0, step = 1; at < text.size(); at += step, step = step * 3 % 61 + 1) {
    const auto count = std::min(step, text.size() - at);
    mask_bytes(as_bytes(text).data() + at, pieces.data() + at, count, key, at);
  }
  EXPECT_EQ(whole, pieces);
  EXPECT_EQ(whole[5], static_cast<std::uint8_t>(text[5]) ^ 8);
}

TEST(WebSocket, carries_messages_of_every_size_both_ways) {
  Server server([](Peer& peer) {
    peer.accept_upgrade("b.example");
    while (auto frame = peer.read_frame()) {
      EXPECT_TRUE(frame->header.mask);
      if (frame->header.opcode == Opcode::close) break;
      peer.send_frame(frame->header.opcode, frame->payload);
    }
  });
  const Context context = Context().with_timeout(20s);
  auto socket = connect_to(server, {"a.example", "b.example"});
  ASSERT_TRUE(socket) << socket.error().text();
  EXPECT_EQ((*socket)->subprotocol(), "b.example");
  for (const std::size_t size :
       {0u, 1u, 125u, 126u, 65535u, 65536u, 131072u, 1000003u, 16u << 20}) {
    const std::string sent = pattern(size);
    ASSERT_TRUE((*socket)->send(context, as_bytes(sent), size == 1));
    const auto message = (*socket)->receive(context);
    ASSERT_TRUE(message) << message.error().text();
    EXPECT_EQ(message->text, size == 1);
    EXPECT_TRUE(as_text(message->payload) == sent) << size;
  }
  const ByteView pieces[] = {as_bytes("ab"), as_bytes(""), as_bytes("cde")};
  ASSERT_TRUE((*socket)->send_pieces(context, pieces));
  EXPECT_EQ(as_text((*socket)->receive(context)->payload), "abcde");
  const auto too_long = (*socket)->send(context, Bytes((16u << 20) + 1));
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().fault(), Fault::invalid);
}

TEST(WebSocket, joins_fragments_answers_pings_and_says_goodbye) {
  std::vector<std::string> seen;
  Server server([&](Peer& peer) {
    peer.accept_upgrade();
    peer.send_frame(Opcode::text, "one ", false);
    peer.send_frame(Opcode::ping, "are you there");
    peer.send_frame(Opcode::continuation, "", false);
    peer.send_frame(Opcode::continuation, "two");
    if (auto frame = peer.read_frame())
      seen.push_back(std::to_string(int(frame->header.opcode)) + frame->payload);
    peer.send_frame(Opcode::close,
                    "\x03\xf1"
                    "because");
    if (auto frame = peer.read_frame())
      seen.push_back(std::to_string(int(frame->header.opcode)) + frame->payload);
  });
  const Context context = Context().with_timeout(20s);
  auto socket = connect_to(server);
  ASSERT_TRUE(socket);
  const auto message = (*socket)->receive(context);
  ASSERT_TRUE(message) << message.error().text();
  EXPECT_TRUE(message->text);
  EXPECT_EQ(as_text(message->payload), "one two");
  const auto end = (*socket)->receive(context);
  ASSERT_TRUE(end) << end.error().text();
  EXPECT_TRUE(end->closed);
  EXPECT_EQ(end->close_code, 1009);
  EXPECT_EQ(as_text(end->payload), "because");
  socket->reset();
  std::this_thread::sleep_for(50ms);
  EXPECT_THAT(seen, testing::ElementsAre("10are you there", "8\x03\xf1"));
}

TEST(WebSocket, gives_the_servers_refusal) {
  for (const bool chunked : {false, true}) {
    Server server([&](Peer& peer) {
      EXPECT_THAT(peer.read_head(), testing::HasSubstr("X-Token: t\r\n"));
      peer.write(chunked ? "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: "
                           "chunked\r\n\r\n3\r\nnot\r\n4\r\n you\r\n0\r\n\r\n"
                         : "HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\n\r\nnot you");
    });
    HttpResponse refusal;
    const auto socket = connect_to(server, {}, &refusal);
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().fault(), Fault::auth);
    EXPECT_EQ(refusal.status, 403);
    EXPECT_EQ(refusal.body, "not you");
    EXPECT_THAT(socket.error().text(), testing::Not(testing::HasSubstr("x=1")));
  }
}

TEST(WebSocket, refuses_a_server_that_only_pretends) {
  Server wrong_key([](Peer& peer) {
    peer.read_head();
    peer.write("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: AAAA\r\n\r\n");
  });
  EXPECT_EQ(connect_to(wrong_key).error().fault(), Fault::permanent);
  Server wrong_protocol([](Peer& peer) { peer.accept_upgrade("other"); });
  EXPECT_EQ(connect_to(wrong_protocol, {"mine"}).error().fault(), Fault::permanent);
  Server not_http([](Peer& peer) {
    peer.read_head();
    peer.write("SSH-2.0-x\r\n\r\n");
  });
  EXPECT_EQ(connect_to(not_http).error().fault(), Fault::corrupt);
  Server silent_cut([](Peer& peer) { peer.read_head(); });
  EXPECT_EQ(connect_to(silent_cut).error().fault(), Fault::retryable);
}

TEST(WebSocket, a_cancelled_receive_loses_nothing) {
  std::binary_semaphore both_cancelled(0);
  Server server([&](Peer& peer) {
    peer.accept_upgrade();
    std::uint8_t head[kFrameHeaderMax];
    const auto size = write_frame_header({Opcode::binary, true, 8, {}}, head);
    peer.write({reinterpret_cast<char*>(head), size});
    peer.write("1234");
    (void)both_cancelled.try_acquire_for(60s);
    peer.write("5678");
    peer.read_frame();
  });
  auto socket = connect_to(server);
  ASSERT_TRUE(socket);
  const auto early = (*socket)->receive(Context().with_timeout(30ms));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().fault(), Fault::cancelled);
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(30ms);
    stop.request_stop();
  });
  const auto stopped = (*socket)->receive(Context(stop.get_token()));
  both_cancelled.release();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().fault(), Fault::cancelled);
  const auto message = (*socket)->receive(Context().with_timeout(60s));
  ASSERT_TRUE(message) << message.error().text();
  EXPECT_EQ(as_text(message->payload), "12345678");
}

TEST(WebSocket, a_cut_in_the_middle_of_a_message_is_retryable) {
  Server server([](Peer& peer) {
    peer.accept_upgrade();
    peer.write(std::string("\x82\x08", 2) + "1234");
  });
  auto socket = connect_to(server);
  ASSERT_TRUE(socket);
  EXPECT_EQ((*socket)->receive(Context().with_timeout(10s)).error().fault(), Fault::retryable);
}

TEST(WebSocket, refuses_messages_that_grow_without_end) {
  Server server([](Peer& peer) {
    peer.accept_upgrade();
    const std::string part(8u << 20, 'x');
    peer.send_frame(Opcode::binary, part, false);
    peer.send_frame(Opcode::continuation, part, false);
    peer.send_frame(Opcode::continuation, "x", true);
    peer.read_frame();
  });
  auto socket = connect_to(server);
  ASSERT_TRUE(socket);
  EXPECT_EQ((*socket)->receive(Context().with_timeout(10s)).error().fault(), Fault::corrupt);
}

TEST(WebSocket, close_wakes_a_reader_and_a_writer) {
  Server server([](Peer& peer) {
    peer.accept_upgrade();
    std::this_thread::sleep_for(200ms);  // reads nothing: the writer gets stuck
  });
  auto socket = connect_to(server);
  ASSERT_TRUE(socket);
  std::jthread reader([&] { EXPECT_EQ((*socket)->receive({}).error().fault(), Fault::cancelled); });
  std::jthread writer([&] {
    const Bytes block(8u << 20);
    Result<void> sent;
    while (sent) sent = (*socket)->send({}, block);
    EXPECT_EQ(sent.error().fault(), Fault::cancelled);
  });
  std::this_thread::sleep_for(50ms);
  (*socket)->close();
  reader.join();
  writer.join();
}

// Both ends write all the time and the server pings in between: nobody may wait for the other for
// ever.
TEST(WebSocket, both_directions_at_once_with_pings) {
  constexpr int kMessages = 200;
  const std::string payload = pattern(300'000);
  std::atomic<int> pongs = 0;
  Server server([&](Peer& peer) {
    peer.accept_upgrade();
    std::jthread writer([&] {
      for (int i = 0; i < kMessages; ++i) {
        if (i % 10 == 0) peer.send_frame(Opcode::ping, "p" + std::to_string(i));
        peer.send_frame(Opcode::binary, payload);
      }
    });
    // Until the client hangs up: closing with a pong unread would reset the connection under what is still on its way.
    int data = 0;
    while (const auto frame = peer.read_frame()) {
      if (frame->header.opcode == Opcode::pong)
        ++pongs;
      else if (frame->header.opcode == Opcode::binary && (++data, frame->payload != payload))
        ADD_FAILURE() << "message " << data << " is damaged";
    }
    EXPECT_EQ(data, kMessages);
  });
  const Context context = Context().with_timeout(60s);
  auto socket = connect_to(server);
  ASSERT_TRUE(socket);
  std::jthread writer([&] {
    for (int i = 0; i < kMessages; ++i) ASSERT_TRUE((*socket)->send(context, as_bytes(payload)));
  });
  for (int i = 0; i < kMessages; ++i) {
    const auto message = (*socket)->receive(context);
    ASSERT_TRUE(message) << message.error().text();
    EXPECT_TRUE(as_text(message->payload) == payload);
  }
  writer.join();
  socket->reset();
  for (int look = 0; look < 200 && pongs == 0; ++look) std::this_thread::sleep_for(10ms);
  EXPECT_GT(pongs, 0);
}

}  // namespace
}  // namespace tranship::net
