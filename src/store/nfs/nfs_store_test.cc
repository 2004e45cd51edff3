// Goal: a share of a real NFS server is a store, by NFSv3 and v4, and says what is wrong. Method: nfs-ganesha, started
// by each test; what the server holds is looked at in the exported folder.

#include "store/nfs/nfs_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "store/testing/conformance_assert.h"
#include "store/testing/nfs_server.h"

// libnfs 4.0.0 loses the name that a context had before (28 bytes for each connection of NFSv4).
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:nfs4_set_client_name\n"; }

namespace tranship::store::nfs {
namespace {

std::size_t count_files(const std::string& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) count += entry.is_regular_file();
  return count;
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

class RealNfs : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (!server_.missing().empty()) GTEST_SKIP() << "an NFS server needs " << server_.missing();
    ASSERT_TRUE(server_.running());
  }
  Location location(const std::string& share = "share") const { return server_.location(GetParam(), share); }
  std::unique_ptr<NfsStore> open(const Location& location, bool create = false) const {
    auto store = NfsStore::open(context_, location, create);
    EXPECT_TRUE(store) << store.error().text();
    return store ? std::move(*store) : nullptr;
  }

  testing::NfsServer server_;
  const Context context_ = Context().with_timeout(std::chrono::minutes(2));
};

INSTANTIATE_TEST_SUITE_P(V, RealNfs, ::testing::Values(3, 4));

TEST_P(RealNfs, Conforms) {
  const auto store = open(location().under("new/folder"), true);
  ASSERT_TRUE(store);
  testing::expect_conformance(*store);
  EXPECT_EQ(count_files(server_.folder("share")), 0u);
}

TEST_P(RealNfs, HasOneCreator) {
  const auto store = open(location());
  ASSERT_TRUE(store);
  testing::expect_one_creator(*store);
  EXPECT_EQ(count_files(server_.folder("share")), 0u);
}

TEST_P(RealNfs, FilesAreThoseOfTheDirectoryStore) {
  const auto store = open(location());
  ASSERT_TRUE(store);
  const auto put = store->put(context_, "data/ab/abcd", as_bytes("content"), nullptr);
  ASSERT_TRUE(put) << put.error().text();
  EXPECT_EQ(mode_of(server_.folder("share") + "/data/ab"), 0700u);
  EXPECT_EQ(mode_of(server_.folder("share") + "/data/ab/abcd"), 0400u);
  std::ofstream(server_.folder("share") + "/config") << "x";
  ASSERT_EQ(::chmod((server_.folder("share") + "/config").c_str(), 0440), 0);
  const auto group = open(location());
  ASSERT_TRUE(group->put(context_, "data/cd/cdef", as_bytes("content"), nullptr));
  EXPECT_EQ(mode_of(server_.folder("share") + "/data/cd"), 0770u);
  EXPECT_EQ(mode_of(server_.folder("share") + "/data/cd/cdef"), 0440u);
}

TEST_P(RealNfs, WhatIsWrongIsSaid) {
  const auto fault_of = [&](const Location& wrong) {
    const auto opened = NfsStore::open(context_, wrong, true);
    EXPECT_FALSE(opened) << wrong.address();
    return opened ? Error(Fault::permanent, "") : opened.error();
  };
  const Error absent = fault_of(location("absent"));
  // NFSv3 servers do not tell what they do not export from what they do not have.
  EXPECT_EQ(absent.code(), GetParam() == 3 ? "store.forbidden" : "store.no_export") << absent.text();
  EXPECT_NE(absent.fix().find("showmount"), std::string::npos);

  const Error below = NfsStore::open(context_, location().under("not/there"), false).error();
  EXPECT_EQ(below.fault(), Fault::not_found) << below.text();

  Location nowhere = location();
  nowhere.nfs.host = "tranship.invalid";
  EXPECT_EQ(fault_of(nowhere).code(), "store.no_host");

  nowhere = location();
  nowhere.nfs.port = nowhere.nfs.mount_port = 1;
  const Error refused = fault_of(nowhere);
  EXPECT_EQ(refused.fault(), Fault::retryable) << refused.text();
  EXPECT_EQ(refused.code(), "store.unreachable");

  // Looked at by a store of its own: the export is there, and nobody is let in.
  const Error closed = fault_of(location("closed"));
  EXPECT_TRUE(closed.code() == "store.forbidden" || closed.code() == "store.no_export") << closed.text();
}

TEST_P(RealNfs, RightsAreToldWithTheirFix) {
  Location stranger = location();
  stranger.nfs.uid = stranger.nfs.gid = 12'345;
  const auto store = open(stranger);
  ASSERT_TRUE(store);
  const auto denied = store->put(context_, "keys/k", as_bytes("x"), nullptr);
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().fault(), Fault::auth) << denied.error().text();
  EXPECT_NE(denied.error().fix().find("uid="), std::string::npos);

  // Root is nobody there: the folder's owner is let in by number.
  const auto squashed = open(location("squashed"));
  ASSERT_TRUE(squashed);
  EXPECT_EQ(squashed->put(context_, "keys/k", as_bytes("x"), nullptr).error().code(), "store.forbidden");
  ASSERT_EQ(::chown(server_.folder("squashed").c_str(), 1234, 1234), 0);
  Location owner = location("squashed");
  owner.nfs.uid = owner.nfs.gid = 1234;
  const auto owned = open(owner);
  ASSERT_TRUE(owned);
  const auto put = owned->put(context_, "keys/k", as_bytes("x"), nullptr);
  EXPECT_TRUE(put) << put.error().text();
}

TEST_P(RealNfs, AReadOnlyExportIsReadAndSaysSoOnWriting) {
  std::filesystem::create_directory(server_.folder("read-only") + "/index");
  std::ofstream(server_.folder("read-only") + "/index/one") << "content";
  const auto store = open(location("read-only"));
  ASSERT_TRUE(store);
  Bytes out;
  ASSERT_TRUE(store->get(context_, "index/one", std::nullopt, out));
  EXPECT_EQ(as_text(out), "content");
  const auto written = store->put(context_, "index/two", as_bytes("x"), nullptr);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().fault(), Fault::auth) << written.error().text();
  EXPECT_EQ(written.error().code(), "store.read_only");
  EXPECT_EQ(store->remove(context_, "index/one").error().fault(), Fault::auth);
}

TEST_P(RealNfs, AFullShareKeepsWhatIsThereAndNothingHalf) {
  const auto store = open(location("small"));
  ASSERT_TRUE(store);
  const auto first = store->put(context_, "data/aa/first", Bytes(600'000, 1), nullptr);
  ASSERT_TRUE(first) << first.error().text();
  const auto full = store->put(context_, "data/bb/second", Bytes(600'000, 2), nullptr);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().fault(), Fault::permanent) << full.error().text();
  EXPECT_EQ(full.error().code(), "store.full");
  EXPECT_EQ(store->stat(context_, "data/bb/second").error().fault(), Fault::not_found);
  EXPECT_EQ(store->stat(context_, "data/aa/first")->size, 600'000u);
  // The space of the failed object is free again.
  const auto third = store->put(context_, "data/bb/third", Bytes(300'000, 3), nullptr);
  EXPECT_TRUE(third) << third.error().text();
}

}  // namespace
}  // namespace tranship::store::nfs
