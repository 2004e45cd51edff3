// Goal: a relayed store is a store, whatever happens to the stream. Method: real sockets, cut after any number of
// bytes and attached again; bytes that are no frames, from a seeded generator.

#include "store/relay.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <thread>

#include "store/dir/directory_store.h"
#include "store/relay/descriptor_stream.h"
#include "store/relay/frame.h"
#include "store/testing/conformance_assert.h"
#include "store/testing/temporary_directory.h"

namespace tranship::store {
namespace {

struct SocketPair {
  int client = -1;
  int server = -1;
  SocketPair() {
    int both[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both), 0);
    client = both[0];
    server = both[1];
  }
  SocketPair(const SocketPair&) = delete;
  SocketPair& operator=(const SocketPair&) = delete;
  ~SocketPair() {
    ::close(client);
    ::close(server);
  }
  void cut() {
    ::shutdown(client, SHUT_RDWR);
    ::shutdown(server, SHUT_RDWR);
  }
};

class Relay : public ::testing::Test {
 protected:
  testing::TemporaryDirectory directory_;
  std::unique_ptr<DirectoryStore> behind_ = *DirectoryStore::open(directory_.path(), false);
  std::unique_ptr<RelayStore> store_ = RelayStore::make();
  const Context context_ = Context().with_timeout(std::chrono::minutes(2));

  // Both ends on threads until the stream ends; it is cut after `bytes` in either direction.
  void run_stream(std::size_t bytes) {
    SocketPair sockets;
    std::atomic<std::size_t> left{bytes};
    RelayStream client = relay::descriptor_stream(sockets.client, sockets.client);
    const auto write = client.write;
    client.write = [&](ByteView data) -> Result<void> {
      const std::size_t count = std::min(data.size(), left.load());
      left -= count;
      auto result = write(data.first(count));
      if (count < data.size()) sockets.cut();
      return result;
    };
    const auto read = client.read;
    client.read = [&]() -> Result<Bytes> {
      auto data = read();
      if (!data) return data;
      if (data->size() > left) {
        data->resize(left);
        sockets.cut();
      }
      left -= data->size();
      return data;
    };
    std::jthread server([&] {
      (void)serve_relay(context_, *behind_, relay::descriptor_stream(sockets.server, sockets.server));
      sockets.cut();
    });
    (void)store_->attach(context_, client);
    sockets.cut();
  }
};

TEST_F(Relay, Conforms) {
  SocketPair sockets;
  std::jthread server([&] {
    EXPECT_TRUE(serve_relay(context_, *behind_, relay::descriptor_stream(sockets.server, sockets.server)));
  });
  std::jthread client(
      [&] { EXPECT_TRUE(store_->attach(context_, relay::descriptor_stream(sockets.client, sockets.client))); });
  testing::expect_conformance(*store_, true, "create");
  sockets.cut();
}

TEST_F(Relay, ErrorsKeepTheirFaultCodeAndFix) {
  Bytes encoded;
  relay::append_error(encoded, Error(Fault::permanent, "disk full").with_code("store.full").with_fix("Free some"));
  const Error error = relay::parse_failure(encoded);
  EXPECT_EQ(error.fault(), Fault::permanent);
  EXPECT_EQ(error.code(), "store.full");
  EXPECT_EQ(error.text(), "disk full. Free some");
}

// The streams die after a growing number of bytes, in the greeting, in headers, in payloads; the work goes on.
TEST_F(Relay, SurvivesStreamsCutAnywhere) {
  std::atomic<bool> working{true};
  std::jthread streams([&] {
    for (std::size_t round = 0; working; ++round) run_stream(7 + round * round * 1009);
  });
  std::vector<std::jthread> workers;
  for (int worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&, worker] {
      for (int i = 0; i < 8; ++i) {
        const std::string key = "data/" + std::to_string(worker) + "/" + std::to_string(i);
        const Bytes data(static_cast<std::size_t>(150'000 + i * 17), static_cast<std::uint8_t>(worker * 8 + i));
        const auto put = store_->put(context_, key, data);
        EXPECT_TRUE(put) << put.error().text();
        Bytes back;
        const auto got = store_->get(context_, key, std::nullopt, back);
        EXPECT_TRUE(got) << got.error().text();
        EXPECT_TRUE(back == data) << key;
      }
    });
  }
  for (auto& worker : workers) worker.join();
  std::size_t listed = 0;
  const auto list = store_->list(context_, "data/", [&](const ObjectInfo&) { ++listed; });
  EXPECT_TRUE(list) << list.error().text();
  EXPECT_EQ(listed, 32u);
  working = false;
  // Ends the last stream: its budget of bytes runs out.
  while (store_->put(context_.with_timeout(std::chrono::milliseconds(200)), "end", Bytes(2'000'000))) {
  }
}

TEST_F(Relay, ACallWithNobodyConnectedEndsWithItsContext) {
  const auto result = store_->stat(Context().with_timeout(std::chrono::milliseconds(30)), "k");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault(), Fault::cancelled);
  EXPECT_NE(result.error().what().find("no one was connected"), std::string::npos);
}

TEST_F(Relay, SomethingElseAtTheOtherEndIsSaid) {
  SocketPair sockets;
  const std::string_view text = "sh: tranship: not found\n";
  ASSERT_EQ(::write(sockets.server, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::shutdown(sockets.server, SHUT_WR);
  const auto result = store_->attach(context_, relay::descriptor_stream(sockets.client, sockets.client));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault(), Fault::invalid);
}

TEST_F(Relay, AnotherVersionIsRefusedWithTheFix) {
  SocketPair sockets;
  Bytes hello;
  relay::append_header(hello, {12, relay::FrameKind::hello, 0});
  relay::FieldWriter fields(hello);
  fields.raw(as_bytes(relay::kMagic));
  fields.u32(99);
  ASSERT_EQ(::write(sockets.client, hello.data(), hello.size()), static_cast<ssize_t>(hello.size()));
  const auto result = serve_relay(context_, *behind_, relay::descriptor_stream(sockets.server, sockets.server));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault(), Fault::invalid);
  EXPECT_NE(result.error().fix(), "");
}

RelayStream stream_of(const Bytes& input, std::size_t piece) {
  auto position = std::make_shared<std::size_t>(0);
  return {[](ByteView) { return Result<void>(); },
          [&input, piece, position]() -> Result<Bytes> {
            const std::size_t count = std::min(piece, input.size() - *position);
            Bytes data(input.begin() + static_cast<std::ptrdiff_t>(*position),
                       input.begin() + static_cast<std::ptrdiff_t>(*position + count));
            *position += count;
            return data;
          }};
}

Bytes greeting() {
  Bytes bytes;
  relay::append_header(bytes, {12, relay::FrameKind::hello, 0});
  relay::FieldWriter fields(bytes);
  fields.raw(as_bytes(relay::kMagic));
  fields.u32(relay::kVersion);
  return bytes;
}

// A server must end with an error or well, never crash or take memory it was only promised.
TEST_F(Relay, ServerTakesAnyBytes) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    Bytes input = seed % 3 == 0 ? Bytes() : greeting();
    for (int frame = 0; frame < 6; ++frame) {
      const std::size_t length = random() % 60;
      const auto claimed = random() % 8 == 0 ? random() : static_cast<std::uint32_t>(length);
      const std::uint8_t kinds[] = {16, 17, 18, 19, 20, 3, 33, static_cast<std::uint8_t>(random())};
      relay::FieldWriter fields(input);
      fields.u32(claimed);
      fields.u32(kinds[random() % 8]);
      fields.u64(random());
      for (std::size_t i = 0; i < length; ++i)
        fields.u8(static_cast<std::uint8_t>(random() % 4 == 0 ? random() : i % 7));
    }
    (void)serve_relay(context_, *behind_, stream_of(input, 1 + seed % 50), 2);
  }
}

TEST_F(Relay, HeaderLimitsAreChecked) {
  Bytes header;
  relay::append_header(header, {0xffffffff, relay::FrameKind::put, 1});
  EXPECT_EQ(relay::parse_header(header).error().fault(), Fault::corrupt);
  header.clear();
  relay::append_header(header, {4, relay::FrameKind::stat, 77});
  const auto parsed = relay::parse_header(header);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->payload_bytes, 4u);
  EXPECT_EQ(parsed->id, 77u);
}

}  // namespace
}  // namespace tranship::store
