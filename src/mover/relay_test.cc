// Goal: the way exec -> bridge -> socket -> mover carries a store, also when exec is cut and made again. Method: the
// real parts over pipes, without a cluster.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "mover/bridge.h"
#include "mover/relay_listener.h"
#include "store/dir/directory_store.h"
#include "store/relay/descriptor_stream.h"
#include "store/testing/conformance_assert.h"
#include "store/testing/temporary_directory.h"

namespace tranship::mover {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    int both[2];
    EXPECT_EQ(::pipe(both), 0);
    read = both[0];
    write = both[1];
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  void close_read() { close(read); }
  void close_write() { close(write); }

 private:
  static void close(int& descriptor) {
    if (descriptor >= 0) ::close(descriptor);
    descriptor = -1;
  }
};

class PodRelay : public ::testing::Test {
 protected:
  void SetUp() override { ::signal(SIGPIPE, SIG_IGN); }

  store::testing::TemporaryDirectory directory_;
  const std::string socket_ = directory_.path() + "/relay.sock";
  std::unique_ptr<store::DirectoryStore> behind_ = *store::DirectoryStore::open(directory_.path() + "/store", true);
};

// One exec session: the bridge on one side, the serving end on the other, until `work` returns.
void with_session(const std::string& socket, store::Store& behind, const std::function<void()>& work) {
  Pipe to_pod, from_pod;
  std::jthread bridge([&] {
    EXPECT_TRUE(bridge_relay({}, socket, to_pod.read, from_pod.write));
    from_pod.close_write();
  });
  std::jthread server([&] {
    EXPECT_TRUE(serve_relay({}, behind, store::relay::descriptor_stream(from_pod.read, to_pod.write)));
    to_pod.close_write();
  });
  work();
}

TEST_F(PodRelay, CarriesAStore) {
  auto listener = *RelayListener::open(socket_);
  with_session(socket_, *behind_, [&] {
    store::testing::expect_conformance(listener->store(), false, "create");
    EXPECT_EQ(listener->alone().count(), 0);
    listener.reset();  // the mover is done: bridge and server end by themselves
  });
  EXPECT_EQ(::access(socket_.c_str(), F_OK), -1);
}

TEST_F(PodRelay, BridgeWaitsForTheMoverAndGivesUp) {
  const auto refused = bridge_relay({}, socket_, 0, 1, std::chrono::milliseconds(50));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::not_found);

  std::unique_ptr<RelayListener> listener;
  std::jthread late([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    listener = *RelayListener::open(socket_);
  });
  with_session(socket_, *behind_, [&] {
    late.join();
    EXPECT_TRUE(listener->store().put({}, "late", as_bytes("x")));
    listener.reset();
  });
}

TEST_F(PodRelay, ANewSessionTakesThePlaceOfADeadOne) {
  auto listener = *RelayListener::open(socket_);
  // A session whose coordinator vanished without closing anything.
  Pipe to_pod, from_pod;
  std::jthread dead([&] { (void)bridge_relay({}, socket_, to_pod.read, from_pod.write); });
  const Context context = Context().with_timeout(std::chrono::seconds(30));
  std::jthread writer([&] {
    const auto put = listener->store().put(context, "key", Bytes(3'000'000, 5));
    EXPECT_TRUE(put) << put.error().text();
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  with_session(socket_, *behind_, [&] {
    writer.join();
    EXPECT_EQ(behind_->stat({}, "key")->size, 3'000'000u);
    listener.reset();
  });
  to_pod.close_write();
}

TEST_F(PodRelay, OnlyThisUserCanConnect) {
  const auto listener = *RelayListener::open(socket_);
  struct stat status{};
  ASSERT_EQ(::stat(socket_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_GT(listener->alone().count(), 0);
}

}  // namespace
}  // namespace tranship::mover
