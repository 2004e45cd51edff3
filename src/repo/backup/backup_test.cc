// Goal: what is backed up comes back equal, by us and by stock restic; both find each other's blobs; nothing unchanged
// is read again. Method: directories with every kind of file, compared path by path.

#include <sys/socket.h>
#include <sys/un.h>

#include "repo/read/load_tree.h"
#include "repo/testing/backup.h"

namespace tranship::repo {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Backup = BackupTest;

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

// Cuts must be those of the whole content, however it is read: several steps, threads, and holes of all sizes.
void make_large_files(const std::string& root) {
  put_file(root + "/stream", random_text(50 << 20, 4));
  const int islands = ::open((root + "/islands").c_str(), O_WRONLY | O_CREAT, 0600);
  std::mt19937_64 random(5);
  off_t at = 0;
  for (int island = 0; island < 24; ++island) {
    at += static_cast<off_t>(random() % (island % 2 == 0 ? 300'000 : 12'000'000)) + 1;
    const std::string data = random_text(1 + random() % (island % 3 == 0 ? 5'000'000 : 50'000), 200 + island);
    EXPECT_EQ(::pwrite(islands, data.data(), data.size(), at), static_cast<ssize_t>(data.size()));
    at += static_cast<off_t>(data.size());
  }
  EXPECT_EQ(::ftruncate(islands, at + 3'000'001), 0);
  ::close(islands);
  const int hole = ::open((root + "/all-hole").c_str(), O_WRONLY | O_CREAT, 0600);
  EXPECT_EQ(::ftruncate(hole, 32 << 20), 0);
  ::close(hole);
}

void make_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(socket);
}

TEST_F(Backup, ResticFindsEverythingAndWeFindAllOfIts) {
  REQUIRE_RESTIC();
  make_file_zoo(scratch_ / "source");
  make_large_files(scratch_ / "source");
  make_socket(scratch_ / "source/socket");
  make_repository();
  BackupOptions options;
  options.threads = 3;
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

TEST_F(Backup, WhatResticWroteIsReadNotOnceMore) {
  REQUIRE_RESTIC();
  make_file_zoo(scratch_ / "source");
  make_large_files(scratch_ / "source");
  make_repository();
  const auto theirs = restic(scratch_ / "r", "backup .", scratch_ / "source");
  ASSERT_EQ(theirs.exit_code, 0) << theirs.output;
  opened_ = open_test_repository(scratch_ / "r");
  const auto snapshot = opened_.repository->find_snapshot({}, "latest");
  ASSERT_TRUE(snapshot);
  BackupOptions options;
  options.keep_device_id = true;
  const auto read = back_up(options);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->tree, snapshot->tree);
  EXPECT_EQ(statistics_.blobs_new, 0u);
  options.parent = snapshot->tree;
  const auto unread = back_up(options);
  ASSERT_TRUE(unread) << unread.error().text();
  EXPECT_EQ(unread->files_unchanged, unread->files);
  EXPECT_EQ(unread->tree, snapshot->tree);
}

TEST_F(Backup, DeviceIdsDoNotMatterButForHardLinks) {
  make_file_zoo(scratch_ / "source");
  make_repository();
  const auto done = back_up();
  ASSERT_TRUE(done) << done.error().text();
  const auto text = find_node({}, *opened_.repository, done->tree, "text");
  const auto large = find_node({}, *opened_.repository, done->tree, "deep/large-again");
  ASSERT_TRUE(text && large);
  EXPECT_EQ(text->device_id, 0u);
  EXPECT_EQ(large->device_id, 1u);
  EXPECT_EQ(large->links, 3u);
}

TEST(TreeCursor, GivesTheNodesOfAnyFormAndRefusesWhatParsingRefuses) {
  Node first, second;
  first.name = "a\"{[";
  second.name = "b";
  const std::string usual = tree_json({first, second});
  const std::string spaced = " {\"other\": [1], " + usual.substr(1, usual.size() - 3) + " , \"more\": [{}]}\n";
  const std::string trailing = usual.substr(0, usual.size() - 2) + ",\"more\":[{}]}\n";
  for (const std::string& json : {usual, spaced, trailing}) {
    TreeCursor cursor(Bytes(json.begin(), json.end()));
    Node node;
    ASSERT_TRUE(cursor.next(node).value_or(false)) << json;
    EXPECT_EQ(node.name, first.name);
    ASSERT_TRUE(cursor.next(node).value_or(false)) << json;
    EXPECT_EQ(node.name, second.name);
    EXPECT_FALSE(cursor.next(node).value_or(true)) << json;
  }
  const std::string twice = usual.substr(0, usual.size() - 3) + "," + usual.substr(10);
  for (const std::string& json : {twice, usual.substr(0, usual.size() - 5), std::string("{\"nodes\":[{]}\n")}) {
    TreeCursor cursor(Bytes(json.begin(), json.end()));
    Node node;
    Result<bool> more = true;
    while (more && *more) more = cursor.next(node);
    ASSERT_FALSE(more) << json;
    EXPECT_EQ(more.error().fault(), Fault::corrupt);
    EXPECT_FALSE(parse_tree(json));
  }
}

TEST_F(Backup, TheNodeOfTheDirectoryItself) {
  make_file_zoo(scratch_ / "source");
  const Id tree = Id::parse(std::string(64, '7')).value();
  const auto node = directory_node(scratch_ / "source/deep", tree);
  ASSERT_TRUE(node) << node.error().text();
  EXPECT_EQ(node->type, NodeType::directory);
  EXPECT_EQ(node->mtime_ns, 1'600'000'000'000'000'000);
  EXPECT_EQ(node->extended_attributes.at(0).name, "user.folder");
  EXPECT_EQ(node->subtree, tree);
  EXPECT_EQ(directory_node(scratch_ / "none", tree).error().fault(), Fault::not_found);
}

TEST_F(Backup, AHugeDirectoryAndADeepOne) {
  for (int number = 0; number < 20'000; ++number) {
    put_file(scratch_ / "source/huge/" + std::to_string(number), std::to_string(number % 5000));
  }
  std::string deep = scratch_ / "source";
  for (int level = 0; level < 150; ++level) deep += "/" + std::to_string(level);
  put_file(deep + "/bottom", "deep");
  for (int level = 150; level > 0; --level) {
    put_file(deep + "/z", "found on the way back");
    deep.resize(deep.rfind('/'));
  }
  make_repository();
  const auto done = back_up();
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_THAT(done->unreadable, IsEmpty());
  EXPECT_EQ(done->files, 20'151u);
  EXPECT_EQ(statistics_.blobs_new, 5000u + 2u + 152u);
  expect_restores(done->tree);
  BackupOptions options;
  options.parent = done->tree;
  const auto again = back_up(options);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->files_unchanged, 20'151u);
  EXPECT_EQ(again->tree, done->tree);
}

TEST_F(Backup, OtherFileSystemsAndLostFilesAreLeftOut) {
  put_file(scratch_ / "source/file", "x");
  put_file(scratch_ / "source/lost+found/#17", "x");
  put_file(scratch_ / "source/below/lost+found/kept", "x");
  std::filesystem::create_directories(scratch_ / "source/mounted");
  const bool mounted = run_command("mount -t tmpfs none '" + (scratch_ / "source/mounted") + "'").exit_code == 0;
  put_file(scratch_ / "source/mounted/inside", "x");
  make_repository();
  const auto one = back_up();
  BackupOptions options;
  options.one_file_system = false;
  const auto all = back_up(options);
  if (mounted) run_command("umount '" + (scratch_ / "source/mounted") + "'");
  ASSERT_TRUE(one) << one.error().text();
  ASSERT_TRUE(all) << all.error().text();
  EXPECT_EQ(all->files, 4u);
  const auto found = [&](const Id& tree, std::string_view path) {
    return find_node({}, *opened_.repository, tree, path).has_value();
  };
  EXPECT_FALSE(found(one->tree, "lost+found"));
  EXPECT_TRUE(found(one->tree, "below/lost+found/kept"));
  if (!mounted) GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(one->files, 2u);
  EXPECT_TRUE(found(one->tree, "mounted"));
  EXPECT_FALSE(found(one->tree, "mounted/inside"));
  EXPECT_TRUE(found(all->tree, "mounted/inside"));
}

}  // namespace
}  // namespace tranship::repo
