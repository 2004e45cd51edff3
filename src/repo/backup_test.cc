// Goal: what is backed up comes back equal, by us and by stock restic; both find each other's blobs; nothing unchanged is
// read again; what cannot be read is told. Method: directories with every kind of file, compared path by path.

#include "repo/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>

#include <thread>

#include "repo/restore.h"
#include "repo/test_files.h"
#include "repo/test_repository.h"

namespace tranship::repo {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Backup : public ::testing::Test {
 protected:
  void make_repository() { opened_ = make_test_repository(scratch_ / "r"); }

  Result<BackupResult> back_up(BackupOptions options = {}, const std::string& name = "source") {
    progress_ = std::make_unique<Progress>();
    Writer writer(*opened_.repository);
    auto done = backup_directory({}, *opened_.repository, writer, scratch_ / name, options, *progress_);
    if (!done) return done;
    TRY(writer.flush({}));
    statistics_ = writer.statistics();
    return done;
  }

  void save_snapshot(const Id& tree) {
    Snapshot snapshot;
    snapshot.tree = tree;
    snapshot.paths = {scratch_ / "source"};
    snapshot.time = "2026-11-24T03:14:00.5Z";
    snapshot.hostname = "here";
    const auto saved = opened_.repository->save_snapshot({}, snapshot);
    ASSERT_TRUE(saved) << saved.error().text();
  }

  void expect_same(const std::string& left, const std::string& right) {
    auto source = describe_directory(left);
    auto target = describe_directory(right);
    source.erase("");  // the directory itself is the caller's
    target.erase("");
    for (const auto& [path, line] : source) EXPECT_EQ(line, target[path]) << path;
    EXPECT_EQ(source.size(), target.size());
  }

  void expect_restores(const Id& tree, const std::string& name = "source") {
    RestoreOptions options;
    options.sync = false;
    Progress progress;
    const auto done = restore_tree({}, *opened_.repository, tree, scratch_ / "target", options, progress);
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_THAT(done->failed, IsEmpty());
    expect_same(scratch_ / name, scratch_ / "target");
  }

  ScratchDirectory scratch_;
  TestRepository opened_;
  WriterStatistics statistics_;
  std::unique_ptr<Progress> progress_;
};

TEST_F(Backup, EveryKindOfFileComesBack) {
  make_file_zoo(scratch_ / "source");
  make_repository();
  const auto done = back_up();
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_THAT(done->unreadable, IsEmpty());
  EXPECT_THAT(done->changed_while_read, IsEmpty());
  EXPECT_EQ(done->files_unchanged, 0u);
  EXPECT_TRUE(progress_->scanned);
  EXPECT_EQ(progress_->files_done, done->files);
  EXPECT_EQ(progress_->files_total, done->files);
  EXPECT_EQ(progress_->bytes_done, done->bytes);
  EXPECT_EQ(progress_->bytes_total, done->bytes);
  expect_restores(done->tree);
}

TEST_F(Backup, WithoutAChangeNothingIsReadAndNothingWritten) {
  make_file_zoo(scratch_ / "source");
  make_repository();
  const auto first = back_up();
  ASSERT_TRUE(first) << first.error().text();
  BackupOptions options;
  options.parent = first->tree;
  const auto second = back_up(options);
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(second->tree, first->tree);
  EXPECT_EQ(second->files, first->files);
  EXPECT_EQ(second->files_unchanged, first->files);
  EXPECT_EQ(second->bytes, first->bytes);
  EXPECT_EQ(statistics_.blobs_new, 0u);
  EXPECT_EQ(statistics_.blobs_known, 7u);  // the trees
}

TEST_F(Backup, ResticRestoresAndChecksIt) {
  REQUIRE_RESTIC();
  make_file_zoo(scratch_ / "source");
  make_repository();
  const auto done = back_up();
  ASSERT_TRUE(done) << done.error().text();
  save_snapshot(done->tree);
  const auto checked = restic(scratch_ / "r", "check --read-data");
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  const auto restored = restic(scratch_ / "r", "restore latest --target '" + (scratch_ / "target") + "'");
  ASSERT_EQ(restored.exit_code, 0) << restored.output;
  expect_same(scratch_ / "source", scratch_ / "target");
}

TEST_F(Backup, ResticFindsEverythingAndWeFindAllOfIts) {
  REQUIRE_RESTIC();
  make_file_zoo(scratch_ / "source");
  make_repository();
  BackupOptions options;
  options.keep_device_id = true;
  const auto ours = back_up(options);
  ASSERT_TRUE(ours) << ours.error().text();
  save_snapshot(ours->tree);
  const auto theirs = restic(scratch_ / "r", "backup --json .", scratch_ / "source");
  ASSERT_EQ(theirs.exit_code, 0) << theirs.output;
  EXPECT_THAT(theirs.output, HasSubstr("\"data_blobs\":0,\"tree_blobs\":0"));

  opened_ = open_test_repository(scratch_ / "r");
  const auto snapshot = opened_.repository->find_snapshot({}, "latest");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->tree, ours->tree);
  options.parent = snapshot->tree;
  const auto again = back_up(options);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->files_unchanged, again->files);
  EXPECT_EQ(again->tree, ours->tree);
  EXPECT_EQ(statistics_.blobs_new, 0u);
}

}  // namespace
}  // namespace tranship::repo
