// Goal: what stock restic stored comes back as it was, on an empty target and on one that holds parts of it; damage
// and hostile trees stay where they belong. Method: directories with every kind of file, compared path by path.

#include "repo/restore/restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "repo/read/load_tree.h"
#include "repo/testing/files.h"
#include "repo/testing/repository.h"
#include "repo/write/writer.h"

namespace tranship::repo {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

// A repository that stock restic made of `directory`; the tree of the directory itself.
class ResticRestore : public ::testing::Test {
 protected:
  void SetUp() override {
    REQUIRE_RESTIC();
    make_file_zoo(scratch_ / "source");
  }

  void back_up(const std::string& options = "") {
    const auto made = restic(scratch_ / "r", "init");
    ASSERT_EQ(made.exit_code, 0) << made.output;
    const auto saved = restic(scratch_ / "r", options + " backup .", scratch_ / "source");
    ASSERT_EQ(saved.exit_code, 0) << saved.output;
    open();
  }

  void open() {
    opened_ = open_test_repository(scratch_ / "r");
    const auto snapshot = opened_.repository->find_snapshot({}, "latest");
    ASSERT_TRUE(snapshot) << snapshot.error().text();
    tree_ = snapshot->tree;
  }

  Result<RestoreResult> restore(RestoreOptions options = {}, const std::string& name = "target") {
    options.sync = false;
    progress_ = std::make_unique<Progress>();
    return restore_tree({}, *opened_.repository, tree_, scratch_ / name, options, *progress_);
  }

  void expect_same(const std::string& name = "target") {
    auto source = describe_directory(scratch_ / "source");
    auto target = describe_directory(scratch_ / name);
    source.erase("");  // the directory itself is the caller's
    target.erase("");
    for (const auto& [path, line] : source) EXPECT_EQ(line, target[path]) << path;
    EXPECT_EQ(source.size(), target.size());
  }

  ScratchDirectory scratch_;
  TestRepository opened_;
  Id tree_;
  std::unique_ptr<Progress> progress_;
};

TEST_F(ResticRestore, EveryKindOfFileComesBack) {
  back_up();
  const auto done = restore();
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_THAT(done->failed, ::testing::IsEmpty());
  expect_same();
  EXPECT_LT(blocks_of(scratch_ / "target/sparse"), 4096u);  // 2 MiB of 64
  EXPECT_EQ(blocks_of(scratch_ / "target/zeros"), 0u);
  EXPECT_TRUE(progress_->scanned);
  EXPECT_EQ(progress_->files_done, progress_->files_total);
  EXPECT_EQ(progress_->bytes_done, progress_->bytes_total);
}

TEST_F(ResticRestore, UncompressedBlobsAndFullFiles) {
  back_up("--compression off");
  RestoreOptions options;
  options.sparse = false;
  options.threads = 3;
  const auto done = restore(options);
  ASSERT_TRUE(done) << done.error().text();
  expect_same();
  EXPECT_GE(blocks_of(scratch_ / "target/sparse") * 512, 64u << 20);
}

TEST_F(ResticRestore, MaximumCompression) {
  back_up("--compression max");
  ASSERT_TRUE(restore());
  expect_same();
}

TEST_F(ResticRestore, ATargetThatIsNotEmptyIsRefusedUnlessItGoesOn) {
  back_up();
  put_file(scratch_ / "target/there", "x");
  const auto refused = restore();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::conflict);
  EXPECT_EQ(refused.error().code(), "volume.not_empty");
}

TEST_F(ResticRestore, GoesOnWithWhatIsThereAndKeepsWhatIsRight) {
  back_up();
  ASSERT_TRUE(restore());
  RestoreOptions again;
  again.resume = true;
  const auto kept = restore(again);
  ASSERT_TRUE(kept) << kept.error().text();
  EXPECT_EQ(kept->files_kept + 2, kept->files);  // the two further names of the hard link are no files of their own
  EXPECT_EQ(progress_->bytes_stored, 0u);
  expect_same();

  namespace fs = std::filesystem;
  const std::string target = scratch_ / "target";
  fs::remove(target + "/text");
  fs::remove_all(target + "/many");
  put_file(target + "/many", "a file where a directory should be");
  fs::remove(target + "/fifo");
  fs::create_directories(target + "/fifo/not/a/fifo");
  fs::remove(target + "/link");
  put_file(target + "/link", "a file");
  put_file(target + "/repeated", "changed at the front and cut");
  put_file(target + "/zeros", std::string(3 << 20, 'x'));
  fs::resize_file(target + "/sparse", 70 << 20);
  put_file(target + "/other/file", "of somebody else");
  fs::remove(target + "/deep/large-again");
  fs::create_hard_link(target + "/setuid", target + "/deep/large-again");
  ::setxattr((target + "/setuid").c_str(), "user.other", "x", 1, 0);
  again.remove_others = true;
  const auto mended = restore(again);
  ASSERT_TRUE(mended) << mended.error().text();
  EXPECT_THAT(mended->failed, ::testing::IsEmpty());
  expect_same();
  EXPECT_LT(progress_->bytes_stored, 8u << 20);  // nothing of the large file was read again
}

// The target is a volume that an application has worked with since: it becomes the newer state, also when that is
// interrupted on the way.
TEST_F(ResticRestore, AnOlderStateBecomesTheNewerOneAlsoAfterAnInterruption) {
  namespace fs = std::filesystem;
  const std::string source = scratch_ / "source", target = scratch_ / "target";
  put_file(source + "/changes/bytes", random_text(24 << 20, 3));
  put_file(source + "/changes/grows", "short");
  fs::create_directory_symlink("bytes", source + "/changes/type");
  put_file(source + "/goes/with/its/folder", "x");
  put_file(source + "/linked", "two names");
  fs::create_hard_link(source + "/linked", source + "/linked-too");
  back_up();
  ASSERT_TRUE(restore());
  put_file(target + "/changes/grows", "what the copy wrote itself");
  put_file(target + "/of-the-copy", "x");

  std::string bytes = random_text(24 << 20, 3);
  bytes[9 << 20] ^= 1;
  put_file(source + "/changes/bytes", bytes);
  put_file(source + "/changes/grows", random_text(12 << 20, 4));
  put_file(source + "/new/folder/file", random_text(12 << 20, 5));
  fs::remove(source + "/changes/type");
  put_file(source + "/changes/type/is/a/folder", "now");
  fs::remove_all(source + "/goes");
  fs::remove(source + "/linked-too");
  put_file(source + "/linked-too", "one name");
  ::removexattr((source + "/text").c_str(), "user.note");
  ::chmod((source + "/text").c_str(), 0604);
  const auto saved = restic(scratch_ / "r", "backup .", source);
  ASSERT_EQ(saved.exit_code, 0) << saved.output;
  open();

  RestoreOptions options;
  options.resume = options.remove_others = true;
  options.sync = false;
  std::stop_source stop;
  Progress interrupted;
  std::jthread killer([&](const std::stop_token& done) {
    while (!done.stop_requested() && interrupted.bytes_done == 0) std::this_thread::yield();
    stop.request_stop();
  });
  (void)restore_tree(Context(stop.get_token()), *opened_.repository, tree_, target, options, interrupted);
  killer.request_stop();
  killer.join();
  const auto done = restore(options);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_THAT(done->failed, ::testing::IsEmpty());
  expect_same();
  ASSERT_TRUE(restore(options));
  EXPECT_EQ(progress_->bytes_stored, 0u) << "nothing is written twice";
}

TEST_F(ResticRestore, LinksInTheTargetAreNotFollowed) {
  back_up();
  put_file(scratch_ / "outside/er/secret", "untouched");
  std::filesystem::create_directories(scratch_ / "target");
  std::filesystem::create_symlink(scratch_ / "outside", scratch_ / "target/deep");
  std::filesystem::create_symlink(scratch_ / "outside/er/secret", scratch_ / "target/text");
  RestoreOptions options;
  options.resume = true;
  options.remove_others = true;
  ASSERT_TRUE(restore(options));
  EXPECT_EQ(read_file(scratch_ / "outside/er/secret").value(), "untouched");
  EXPECT_EQ(describe_directory(scratch_ / "outside").size(), 3u);
  expect_same();
}

TEST_F(ResticRestore, ADamagedBlobCostsOnlyTheFilesThatNeedIt) {
  back_up();
  const auto node = find_node({}, *opened_.repository, tree_, "many/250");
  ASSERT_TRUE(node);
  const auto location = *opened_.repository->index().find(BlobType::data, node->content.at(0));
  const std::string pack = location.pack.hex();
  const std::string path = scratch_ / "r/data/" + pack.substr(0, 2) + "/" + pack;
  ::chmod(path.c_str(), 0600);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(location.offset + 20);
    file.put('!');
  }
  const auto done = restore();
  ASSERT_TRUE(done) << done.error().text();
  ASSERT_EQ(done->failed.size(), 1u);
  EXPECT_THAT(done->failed[0], HasSubstr("many/250: pack " + pack + ", blob " + node->content[0].hex()));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "target/many/250"));
  std::filesystem::remove(scratch_ / "source/many/250");
  set_times(scratch_ / "target/many", 1, 1);
  set_times(scratch_ / "source/many", 1, 1);
  expect_same();
}

TEST_F(ResticRestore, AMissingPackIsNamedForEveryFile) {
  back_up();
  const auto node = find_node({}, *opened_.repository, tree_, "text");
  ASSERT_TRUE(node);
  const std::string pack = opened_.repository->index().find(BlobType::data, node->content.at(0))->pack.hex();
  std::filesystem::remove(scratch_ / "r/data/" + pack.substr(0, 2) + "/" + pack);
  const auto done = restore();
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_THAT(done->failed, ::testing::Contains(HasSubstr("text: pack " + pack)));
  EXPECT_THAT(done->failed, ::testing::Each(AnyOf(HasSubstr("the pack is missing"), HasSubstr("first name"))));
  EXPECT_TRUE(std::filesystem::is_fifo(scratch_ / "target/fifo"));
}

TEST_F(ResticRestore, AFullVolumeSaysWhatIsNeeded) {
  if (::geteuid() != 0) GTEST_SKIP() << "mounting a small file system needs root";
  back_up();
  const std::string small = scratch_ / "target";
  std::filesystem::create_directories(small);
  if (run_command("mount -t tmpfs -o size=4m none '" + small + "'").exit_code != 0) GTEST_SKIP() << "cannot mount";
  const auto done = restore();
  run_command("umount '" + small + "'");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fault(), Fault::permanent);
  EXPECT_EQ(done.error().code(), "volume.full");
  EXPECT_THAT(done.error().text(), HasSubstr("available"));
  EXPECT_FALSE(done.error().fix().empty());
}

TEST_F(ResticRestore, StopsWhenAskedTo) {
  back_up();
  std::stop_source stop;
  stop.request_stop();
  Progress progress;
  const auto done =
      restore_tree(Context(stop.get_token()), *opened_.repository, tree_, scratch_ / "target", {}, progress);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fault(), Fault::cancelled);
}

TEST(RestoreBlock, PiecesZerosAndWhatWasThereBefore) {
  ScratchDirectory scratch;
  auto made = make_test_repository(scratch / "r");
  Node file;
  std::string image;
  {
    Writer writer(*made.repository);
    for (int piece = 0; piece < 8; ++piece) {
      const std::string part = piece % 3 == 1 ? std::string(4 << 20, '\0') : random_text(4 << 20, piece % 5);
      file.content.push_back(*writer.save({}, BlobType::data, as_bytes(part)));
      image += part;
    }
    ASSERT_TRUE(writer.flush({}));
  }
  file.size = image.size();
  RestoreOptions options;
  Progress progress;
  const auto done = restore_block({}, *made.repository, file, scratch / "image", options, progress);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(read_file(scratch / "image", 64 << 20).value(), image);
  EXPECT_LT(blocks_of(scratch / "image") * 512, image.size());
  EXPECT_EQ(progress.bytes_done, image.size());

  EXPECT_EQ(restore_block({}, *made.repository, file, scratch / "image", options, progress).error().fault(),
            Fault::conflict);
  std::string changed = image;
  changed[5 << 20] = 'x';   // in zeros
  changed[30 << 20] = 'x';  // in data
  put_file(scratch / "image", changed);
  options.resume = true;
  Progress again;
  const auto mended = restore_block({}, *made.repository, file, scratch / "image", options, again);
  ASSERT_TRUE(mended) << mended.error().text();
  EXPECT_EQ(read_file(scratch / "image", 64 << 20).value(), image);
  EXPECT_LT(again.bytes_stored, 9u << 20);
}

}  // namespace
}  // namespace tranship::repo
