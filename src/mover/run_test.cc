// Goal: a task does what it says over a location of its own and over a relay, and its last line is its result. Method:
// the whole mover in this process; the coordinator is a thread that serves a directory at the socket.

#include "mover/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>

#include "mover/unix_socket.h"
#include "repo/testing/files.h"
#include "repo/testing/repository.h"
#include "store/relay/descriptor_stream.h"

namespace tranship::mover {
namespace {

using repo::describe_directory;
using repo::put_file;
using repo::random_text;

class RunTask : public ::testing::Test {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    std::filesystem::create_directories(scratch_ / "source");
    made_ = repo::make_test_repository(scratch_ / "location");
    options_.relay_socket = scratch_ / "relay.sock";
    options_.progress_interval = std::chrono::milliseconds(10);
  }

  Task task(Direction direction, const std::string& path, bool block = false) const {
    Task task;
    task.id = "run/data";
    task.direction = direction;
    task.path = path;
    task.block = block;
    task.master_key = made_.repository->master_key();
    task.location = store::Location{};
    task.location->path = scratch_ / "location";
    return task;
  }

  Task restore_task(const ResultLine& backup, const std::string& path) const {
    Task restore = task(Direction::restore, path, backup.node && backup.node->type == repo::NodeType::file);
    restore.node = backup.node;
    if (backup.node) restore.tree = backup.node->subtree;
    return restore;
  }

  ResultLine run(const Task& task, const Context& context = {}) {
    lines_.clear();
    return run_task(context, task, [&](const std::string& line) { lines_.push_back(line); }, options_);
  }

  // Serves the location at the mover's socket while `work` runs.
  void serving(const std::function<void()>& work) {
    std::stop_source done;
    std::jthread coordinator([&] {
      const auto store = repo::open_test_store(scratch_ / "location");
      while (!done.stop_requested()) {
        const auto socket = connect_to(options_.relay_socket);
        if (socket) {
          (void)store::serve_relay({}, *store, store::relay::descriptor_stream(*socket, *socket));
          ::close(*socket);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    });
    work();
    done.request_stop();
  }

  void expect_same(const std::string& first, const std::string& second) {
    EXPECT_EQ(describe_directory(scratch_ / first), describe_directory(scratch_ / second));
  }

  repo::ScratchDirectory scratch_;
  repo::TestRepository made_;
  RunOptions options_;
  std::vector<std::string> lines_;
};

TEST_F(RunTask, ADirectoryThereAndBackWithItsOwnOwnerAndMode) {
  repo::make_file_zoo(scratch_ / "source");
  ::chmod((scratch_ / "source").c_str(), 02775);
  repo::set_times(scratch_ / "source", 1600000000, 42);
  const auto read = run(task(Direction::backup, scratch_ / "source"));
  ASSERT_FALSE(read.error) << read.error->text();
  ASSERT_TRUE(read.node);
  EXPECT_GT(read.bytes, 70u << 20);
  EXPECT_GT(read.bytes_stored, 10u << 20);
  EXPECT_GT(read.peak_memory_bytes, 0u);
  const auto last = result_from_json(*parse_json(lines_.back()));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->node->subtree, read.node->subtree);

  std::filesystem::create_directories(scratch_ / "target");
  const auto written = run(restore_task(read, scratch_ / "target"));
  ASSERT_FALSE(written.error) << written.error->text();
  EXPECT_THAT(written.failed, ::testing::IsEmpty());
  expect_same("source", "target");
}

TEST_F(RunTask, RelayedThereAndBack) {
  repo::make_file_zoo(scratch_ / "source");
  Task relayed = task(Direction::backup, scratch_ / "source");
  relayed.location.reset();
  ResultLine read;
  serving([&] { read = run(relayed); });
  ASSERT_FALSE(read.error) << read.error->text();

  std::filesystem::create_directories(scratch_ / "target");
  Task back = restore_task(read, scratch_ / "target");
  back.location.reset();
  ResultLine written;
  serving([&] { written = run(back); });
  ASSERT_FALSE(written.error) << written.error->text();
  expect_same("source", "target");
}

TEST_F(RunTask, TheLastBackupSparesReading) {
  for (int i = 0; i < 50; ++i) put_file(scratch_ / "source/" + std::to_string(i), random_text(10'000, i));
  const auto first = run(task(Direction::backup, scratch_ / "source"));
  ASSERT_TRUE(first.node);
  put_file(scratch_ / "source/7", random_text(10'000, 777));
  Task again = task(Direction::backup, scratch_ / "source");
  again.parent_tree = first.node->subtree;
  const auto second = run(again);
  ASSERT_FALSE(second.error) << second.error->text();
  EXPECT_EQ(second.files, 50u);
  EXPECT_EQ(second.files_unchanged, 49u);
  EXPECT_LT(second.bytes_stored, 60'000u);
}

TEST_F(RunTask, ABlockFileThereAndBackAndUnchanged) {
  const std::string image = random_text(6 << 20, 1) + std::string(8 << 20, '\0') + random_text(100, 2);
  put_file(scratch_ / "disk", image);
  const auto read = run(task(Direction::backup, scratch_ / "disk", true));
  ASSERT_FALSE(read.error) << read.error->text();
  ASSERT_TRUE(read.node);
  EXPECT_EQ(read.node->size, image.size());
  const auto written = run(restore_task(read, scratch_ / "copy"));
  ASSERT_FALSE(written.error) << written.error->text();
  EXPECT_EQ(read_file(scratch_ / "copy", 64 << 20).value(), image);

  Task again = task(Direction::backup, scratch_ / "disk", true);
  again.parent_node = read.node;
  const auto second = run(again);
  EXPECT_EQ(second.files_unchanged, 1u);
  EXPECT_LT(second.bytes_stored, 1000u);
}

TEST_F(RunTask, TheNodeOfALargeBlockFileStaysInTheRepository) {
  put_file(scratch_ / "disk", random_text(100'000, 1));
  std::filesystem::resize_file(scratch_ / "disk", 17ull << 30);  // holes: more pieces than a line takes
  const auto read = run(task(Direction::backup, scratch_ / "disk", true));
  ASSERT_FALSE(read.error) << read.error->text();
  EXPECT_FALSE(read.node);
  ASSERT_FALSE(read.node_tree.empty());
  EXPECT_LT(lines_.back().size(), 2'000u);
  const auto node = volume_node({}, *made_.repository, read);
  ASSERT_TRUE(node) << node.error().text();
  EXPECT_EQ(node->size, 17ull << 30);

  Task back = task(Direction::restore, scratch_ / "copy", true);
  back.tree = read.node_tree;
  back.tree_name = "volume";
  const auto written = run(back);
  ASSERT_FALSE(written.error) << written.error->text();
  EXPECT_EQ(std::filesystem::file_size(scratch_ / "copy"), 17ull << 30);
  EXPECT_LT(repo::blocks_of(scratch_ / "copy"), 20'000u);

  Task again = task(Direction::backup, scratch_ / "disk", true);
  again.parent_tree = read.node_tree;
  again.tree_name = "volume";
  EXPECT_EQ(run(again).files_unchanged, 1u);
}

TEST_F(RunTask, NobodyServingItEndsARelayedMover) {
  options_.alone_max = std::chrono::milliseconds(50);
  Task relayed = task(Direction::backup, scratch_ / "source");
  relayed.location.reset();
  const auto result = run(relayed);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->fault(), Fault::retryable);
  EXPECT_EQ(result.error->code(), "mover.alone");
  EXPECT_FALSE(std::filesystem::exists(options_.relay_socket));
}

TEST_F(RunTask, AStopIsCancelledAndSaidInTheLastLine) {
  put_file(scratch_ / "source/file", random_text(1 << 20, 1));
  std::stop_source stop;
  stop.request_stop();
  const auto result = run(task(Direction::backup, scratch_ / "source"), Context(stop.get_token()));
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->fault(), Fault::cancelled);
  EXPECT_EQ(result_from_json(*parse_json(lines_.back()))->error->fault(), Fault::cancelled);
}

TEST_F(RunTask, AVolumeThatIsNotThereIsAnError) {
  const auto result = run(task(Direction::backup, scratch_ / "nowhere"));
  ASSERT_TRUE(result.error);
  EXPECT_THAT(result.error->text(), ::testing::HasSubstr("nowhere"));
}

TEST_F(RunTask, AWrongKeyIsNotTakenForAnEmptyRepository) {
  Task wrong = task(Direction::backup, scratch_ / "source");
  wrong.master_key = crypto::SealKey::random();
  const auto result = run(wrong);
  ASSERT_TRUE(result.error);
  EXPECT_NE(result.error->fault(), Fault::retryable);
}

}  // namespace
}  // namespace tranship::mover
