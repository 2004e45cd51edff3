// Goal: a source that changes, cannot be read or goes away, a damaged parent, and a backup that is stopped cost no
// more than they must, and are told. Method: threads that change the source meanwhile; /proc for what cannot be read.

#include <sys/syscall.h>

#include <atomic>
#include <thread>

#include "repo/format/tree.h"
#include "repo/read/load_tree.h"
#include "repo/testing/backup.h"

namespace tranship::repo {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BackupChange : public BackupTest {
 protected:
  // A first backup of the zoo, the next one's parent.
  void back_up_first() {
    make_file_zoo(scratch_ / "source");
    make_repository();
    const auto first = back_up();
    ASSERT_TRUE(first) << first.error().text();
    first_ = *first;
    options_.parent = first->tree;
  }

  BackupResult first_;
  BackupOptions options_;
};

TEST_F(BackupChange, OnlyWhatChangedIsRead) {
  back_up_first();
  const std::string source = scratch_ / "source";
  put_file(source + "/text", "jello\n");  // the same size
  set_times(source + "/text", 1234567890, 123456789);  // and the same time: ctime tells
  put_file(source + "/many/new", "new");
  std::filesystem::remove(source + "/many/17");
  std::filesystem::remove(source + "/link");
  put_file(source + "/link", "a file now");
  ::chmod((source + "/many/18").c_str(), 0600);  // metadata alone
  const auto second = back_up(options_);
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(second->files, first_.files + 1);
  EXPECT_EQ(second->files_unchanged, first_.files - 3);
  EXPECT_EQ(statistics_.blobs_new, 3u + 2u);  // and two trees
  expect_restores(second->tree);
}

TEST_F(BackupChange, AParentThatIsNotThereOrDamagedIsDoneWithout) {
  back_up_first();
  const auto folder = find_node({}, *opened_.repository, first_.tree, "many");
  ASSERT_TRUE(folder);
  options_.parent = Id::parse(std::string(64, '0')).value();
  const auto missing = back_up(options_);
  ASSERT_TRUE(missing) << missing.error().text();
  EXPECT_EQ(missing->files_unchanged, 0u);
  EXPECT_EQ(missing->tree, first_.tree);

  const auto location = *opened_.repository->index().find(BlobType::tree, folder->subtree);
  const std::string pack = location.pack.hex();
  const std::string path = scratch_ / "r/data/" + pack.substr(0, 2) + "/" + pack;
  ::chmod(path.c_str(), 0600);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(location.offset + 20);
    file.put('!');
  }
  options_.parent = first_.tree;
  const auto damaged = back_up(options_);
  ASSERT_TRUE(damaged) << damaged.error().text();
  EXPECT_EQ(damaged->files_unchanged, first_.files - 300);
  EXPECT_EQ(damaged->tree, first_.tree);
}

TEST_F(BackupChange, AFileWhoseBlobsAreGoneIsReadAgain) {
  back_up_first();
  auto nodes = load_tree({}, *opened_.repository, first_.tree);
  ASSERT_TRUE(nodes);
  for (Node& node : *nodes) {
    if (node.name == "repeated") node.content.at(0) = Id::parse(std::string(64, '1')).value();
  }
  Writer writer(*opened_.repository);
  const auto broken = writer.save({}, BlobType::tree, as_bytes(tree_json(*nodes)));
  ASSERT_TRUE(broken && writer.flush({}));
  options_.parent = *broken;
  const auto mended = back_up(options_);
  ASSERT_TRUE(mended) << mended.error().text();
  EXPECT_EQ(mended->files_unchanged, first_.files - 1);
  EXPECT_EQ(mended->tree, first_.tree);
}

TEST_F(BackupChange, FilesThatChangeWhileTheyAreReadAreTold) {
  put_file(scratch_ / "source/still", "still");
  put_file(scratch_ / "source/log", random_text(40 << 20, 6));
  put_file(scratch_ / "source/small", "x");
  make_repository();
  std::atomic<bool> ended{false};
  std::jthread writer([&] {
    std::ofstream log(scratch_ / "source/log", std::ios::app);
    while (!ended) log << "one more line\n" << std::flush;
  });
  const auto done = back_up();
  ended = true;
  writer.join();
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_THAT(done->changed_while_read, ::testing::ElementsAre("log"));
  EXPECT_THAT(done->unreadable, IsEmpty());
  const auto node = find_node({}, *opened_.repository, done->tree, "log");
  ASSERT_TRUE(node);
  const auto content = load_file({}, *opened_.repository, *node);
  ASSERT_TRUE(content);
  EXPECT_EQ(content->size(), node->size);
  EXPECT_GE(content->size(), 40u << 20);
  BackupOptions options;
  options.parent = done->tree;
  const auto again = back_up(options);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->files_unchanged, 2u);
  EXPECT_THAT(again->changed_while_read, IsEmpty());
}

TEST_F(BackupChange, FilesThatComeAndGoAreNoFailure) {
  make_file_zoo(scratch_ / "source");
  make_repository();
  std::atomic<bool> ended{false};
  std::jthread changer([&] {
    for (int round = 0; !ended; ++round) {
      const std::string path = scratch_ / "source/many/" + std::to_string(round % 300);
      const std::string folder = scratch_ / "source/deep/er/come-and-go";
      std::filesystem::remove_all(path);
      std::filesystem::remove_all(folder);
      if (round % 3 == 0) std::filesystem::create_directories(path);
      if (round % 3 == 1) put_file(path, "back again");
      put_file(folder + "/file", "x");
    }
  });
  for (int round = 0; round < 10; ++round) {
    const auto done = back_up();
    ASSERT_TRUE(done) << done.error().text();
    // A directory where a file was, between one look and the next, is the one thing that is told.
    EXPECT_THAT(done->unreadable, ::testing::Each(HasSubstr("many/")));
  }
  ended = true;
}

TEST_F(BackupChange, WhatCannotBeReadIsTold) {
  make_repository();
  const std::string task = "/proc/self/task/" + std::to_string(::syscall(SYS_gettid));
  const auto done = back_up_path(task);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_THAT(done->unreadable, Contains(HasSubstr("mem: read: Input/output error")));
  const auto found = [&](std::string_view path) { return find_node({}, *opened_.repository, done->tree, path); };
  EXPECT_FALSE(found("mem"));
  ASSERT_TRUE(found("comm"));
  // Content that stat() does not promise is read nevertheless.
  EXPECT_THAT(load_file({}, *opened_.repository, *found("status")).value(), HasSubstr("Threads:"));
  EXPECT_EQ(found("cwd")->type, NodeType::symlink);
}

TEST_F(BackupChange, ASourceThatIsNotThereIsAnError) {
  make_repository();
  EXPECT_EQ(back_up().error().fault(), Fault::not_found);
  put_file(scratch_ / "source", "a file");
  EXPECT_FALSE(back_up());
}

TEST_F(BackupChange, AStoppedBackupIsContinued) {
  for (int number = 0; number < 12; ++number) {
    put_file(scratch_ / "source/file-" + std::to_string(number), random_text(9 << 20, 300 + number));
  }
  make_repository();
  std::stop_source stop;
  WriterOptions small;
  small.pack_bytes = 1 << 20;
  small.index_interval = std::chrono::seconds(0);
  Progress progress;
  {
    Writer writer(*opened_.repository, small);
    std::jthread stopper([&](std::stop_token ended) {
      while (progress.bytes_stored < (20u << 20) && !ended.stop_requested()) std::this_thread::yield();
      stop.request_stop();
    });
    const Context context(stop.get_token());
    const auto stopped = backup_directory(context, *opened_.repository, writer, scratch_ / "source", {}, progress);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().fault(), Fault::cancelled);
  }
  opened_ = open_test_repository(scratch_ / "r");
  const auto done = back_up();
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_GT(statistics_.blobs_known, 0u);
  EXPECT_LT(statistics_.plain_bytes_new, (12u * 9) << 20);
  expect_restores(done->tree);
}

TEST_F(BackupChange, AnErrorOfTheStoreEndsIt) {
  make_file_zoo(scratch_ / "source");
  make_repository();
  std::filesystem::remove_all(scratch_ / "r/data");
  put_file(scratch_ / "r/data", "no folder");
  const auto failed = back_up();
  ASSERT_FALSE(failed);
}

}  // namespace
}  // namespace tranship::repo
