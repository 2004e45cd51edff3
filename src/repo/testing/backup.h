#pragma once
// What tests of backups share: a source directory, a repository, and what came of the last backup.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "repo/backup/backup.h"
#include "repo/restore/restore.h"
#include "repo/testing/files.h"
#include "repo/testing/repository.h"

namespace tranship::repo {

class BackupTest : public ::testing::Test {
 protected:
  void make_repository() { opened_ = make_test_repository(scratch_ / "r"); }

  Result<BackupResult> back_up(const BackupOptions& options = {}) {
    return back_up_path(scratch_ / "source", options);
  }

  Result<BackupResult> back_up_path(const std::string& path, const BackupOptions& options = {}) {
    progress_ = std::make_unique<Progress>();
    Writer writer(*opened_.repository);
    auto done = backup_directory({}, *opened_.repository, writer, path, options, *progress_);
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

  void expect_restores(const Id& tree) {
    RestoreOptions options;
    options.sync = false;
    Progress progress;
    const auto done = restore_tree({}, *opened_.repository, tree, scratch_ / "target", options, progress);
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_THAT(done->failed, ::testing::IsEmpty());
    expect_same(scratch_ / "source", scratch_ / "target");
  }

  ScratchDirectory scratch_;
  TestRepository opened_;
  WriterStatistics statistics_;
  std::unique_ptr<Progress> progress_;
};

}  // namespace tranship::repo
