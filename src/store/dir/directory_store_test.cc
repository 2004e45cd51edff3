// Goal: a directory is a store, in restic's layout, and its faults say what to do. Method: real file systems; full
// and read-only ones are small tmpfs mounts (skipped where mounting is not allowed).

#include "store/dir/directory_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "store/dir/file_error.h"
#include "store/testing/conformance_assert.h"
#include "store/testing/temporary_directory.h"

namespace tranship::store {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

std::size_t count_entries(const std::string& path) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::recursive_directory_iterator(path)) ++count;
  return count;
}

TEST(DirectoryStore, Conforms) {
  const testing::TemporaryDirectory directory;
  const auto store = DirectoryStore::open(directory.path() + "/new/folder", true);
  ASSERT_TRUE(store) << store.error().text();
  testing::expect_conformance(**store);
}

TEST(DirectoryStore, HasOneCreator) {
  const testing::TemporaryDirectory directory;
  const auto store = DirectoryStore::open(directory.path(), true);
  ASSERT_TRUE(store) << store.error().text();
  testing::expect_one_creator(**store);
  EXPECT_EQ(count_entries(directory.path()), 1u) << "the folder";
}

TEST(DirectoryStore, ModesAreThoseOfRestic) {
  const testing::TemporaryDirectory directory;
  const auto store = *DirectoryStore::open(directory.path() + "/repository", true);
  ASSERT_TRUE(store->put({}, "data/ab/abcd", as_bytes("content"), nullptr));
  EXPECT_EQ(mode_of(directory.path() + "/repository"), 0700u);
  EXPECT_EQ(mode_of(directory.path() + "/repository/data/ab"), 0700u);
  EXPECT_EQ(mode_of(directory.path() + "/repository/data/ab/abcd"), 0400u);
}

TEST(DirectoryStore, AGroupsRepositoryStaysOne) {
  const testing::TemporaryDirectory directory;
  std::ofstream(directory.path() + "/config") << "x";
  ASSERT_EQ(::chmod((directory.path() + "/config").c_str(), 0440), 0);
  const auto store = *DirectoryStore::open(directory.path(), false);
  ASSERT_TRUE(store->put({}, "data/ab/abcd", as_bytes("content"), nullptr));
  EXPECT_EQ(mode_of(directory.path() + "/data/ab"), 0770u);
  EXPECT_EQ(mode_of(directory.path() + "/data/ab/abcd"), 0440u);
}

TEST(DirectoryStore, NothingIsLeftBesideTheObject) {
  const testing::TemporaryDirectory directory;
  const auto store = *DirectoryStore::open(directory.path(), false);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store->put({}, "keys/k", as_bytes("again"), nullptr));
  EXPECT_EQ(count_entries(directory.path()), 2u);
  // What a crash on a file system without nameless files leaves is not an object.
  std::ofstream(directory.path() + "/keys/.tranship-0123456789abcdef") << "half";
  std::size_t listed = 0;
  ASSERT_TRUE(store->list({}, "keys/", [&](const ObjectInfo&) { ++listed; }));
  EXPECT_EQ(listed, 1u);
  EXPECT_EQ(store->put({}, "keys/.tranship-x", as_bytes("x"), nullptr).error().fault(), Fault::invalid);
}

TEST(DirectoryStore, MissingFolderIsSaidAndNotMade) {
  const testing::TemporaryDirectory directory;
  const auto absent = DirectoryStore::open(directory.path() + "/absent", false);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().fault(), Fault::not_found);
  EXPECT_NE(absent.error().fix(), "");
  std::ofstream(directory.path() + "/file") << "x";
  EXPECT_EQ(DirectoryStore::open(directory.path() + "/file", true).error().fault(), Fault::invalid);

  const auto store = *DirectoryStore::open(directory.path() + "/unplugged", true);
  std::filesystem::remove(directory.path() + "/unplugged");
  EXPECT_EQ(store->put({}, "data/ab/c", as_bytes("x"), nullptr).error().fault(), Fault::invalid);
  EXPECT_FALSE(std::filesystem::exists(directory.path() + "/unplugged"));
}

// A tmpfs of one MiB for the scope; mounted() is false where that is not allowed.
class SmallDisk {
 public:
  SmallDisk() : mounted_(::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, "size=1m") == 0) {}
  ~SmallDisk() {
    if (mounted_) ::umount2(directory_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const std::string& path() const { return directory_.path(); }
  bool make_read_only() { return ::mount("tmpfs", path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0; }

 private:
  testing::TemporaryDirectory directory_;
  const bool mounted_;
};

TEST(DirectoryStore, FullDiskKeepsWhatIsThereAndNothingHalf) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "this user may not mount a tmpfs";
  const auto store = *DirectoryStore::open(disk.path(), false);
  ASSERT_TRUE(store->put({}, "data/aa/first", Bytes(600'000, 1), nullptr));
  const auto full = store->put({}, "data/bb/second", Bytes(600'000, 2), nullptr);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().fault(), Fault::permanent);
  EXPECT_EQ(full.error().code(), "store.full");
  EXPECT_NE(full.error().fix(), "");
  EXPECT_EQ(store->stat({}, "data/bb/second").error().fault(), Fault::not_found);
  EXPECT_EQ(store->stat({}, "data/aa/first")->size, 600'000u);
  // The space of the failed object is free again.
  EXPECT_TRUE(store->put({}, "data/bb/third", Bytes(300'000, 3), nullptr));
}

TEST(DirectoryStore, ReadOnlyDiskIsReadAndSaysSoOnWriting) {
  SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "this user may not mount a tmpfs";
  const auto store = *DirectoryStore::open(disk.path(), false);
  ASSERT_TRUE(store->put({}, "index/one", as_bytes("content"), nullptr));
  ASSERT_TRUE(disk.make_read_only());
  Bytes out;
  EXPECT_TRUE(store->get({}, "index/one", std::nullopt, out));
  const auto written = store->put({}, "index/two", as_bytes("x"), nullptr);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().fault(), Fault::auth);
  EXPECT_NE(written.error().fix().find("read-only"), std::string::npos);
  EXPECT_EQ(store->remove({}, "index/one").error().fault(), Fault::auth);
}

TEST(FileError, EveryKindHasItsDecision) {
  EXPECT_EQ(file_error("write", "/x", ENOSPC).code(), "store.full");
  EXPECT_EQ(file_error("write", "/x", EDQUOT).code(), "store.full");
  EXPECT_EQ(file_error("open", "/x", EACCES).fault(), Fault::auth);
  EXPECT_EQ(file_error("read", "/x", ESTALE).fault(), Fault::retryable);
  EXPECT_EQ(file_error("read", "/x", EIO).fault(), Fault::permanent);
}

}  // namespace
}  // namespace tranship::store
