// Goal: an image comes back byte for byte, by us and by stock restic; holes and zeros cost nothing; the same content
// is the same node. Method: images with holes, zeros, repeated pieces and a tail that fills no piece.

#include "repo/format/snapshot.h"
#include "repo/testing/backup.h"
#include "repo/write/virtual_directory.h"

namespace tranship::repo {
namespace {

constexpr std::size_t kPiece = 4u << 20;

class BackupBlock : public BackupTest {
 protected:
  void SetUp() override {
    make_repository();
    path_ = scratch_ / "image";
    image_ = random_text(kPiece, 1) + std::string(2 * kPiece, '\0') + random_text(kPiece, 2) + random_text(kPiece, 1) +
             std::string(kPiece, '\0') + random_text(kPiece, 3) + random_text(123'457, 4);
    write_image();
  }

  // The two pieces of zeros become a hole, the one after is written.
  void write_image() {
    put_file(path_, image_);
    const int file = ::open(path_.c_str(), O_WRONLY);
    ASSERT_EQ(::fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, kPiece, 2 * kPiece), 0);
    ::close(file);
  }

  Result<Node> back_up_block(const Node* parent = nullptr) {
    progress_ = std::make_unique<Progress>();
    Writer writer(*opened_.repository);
    auto node = backup_block({}, *opened_.repository, writer, path_, {}, parent, *progress_);
    if (!node) return node;
    TRY(writer.flush({}));
    statistics_ = writer.statistics();
    return node;
  }

  std::string path_, image_;
};

TEST_F(BackupBlock, ComesBackAndZerosCostNothing) {
  const auto node = back_up_block();
  ASSERT_TRUE(node) << node.error().text();
  EXPECT_EQ(node->size, image_.size());
  EXPECT_EQ(node->content.size(), 8u);
  EXPECT_EQ(statistics_.blobs_new, 5u);  // three pieces, the tail, and one of zeros
  EXPECT_EQ(progress_->bytes_done, image_.size());
  EXPECT_EQ(progress_->bytes_total, image_.size());
  EXPECT_TRUE(progress_->scanned);
  RestoreOptions options;
  Progress progress;
  const auto done = restore_block({}, *opened_.repository, *node, scratch_ / "restored", options, progress);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(read_file(scratch_ / "restored", 64 << 20).value(), image_);
  EXPECT_LT(blocks_of(scratch_ / "restored") * 512, 5 * kPiece);
}

TEST_F(BackupBlock, TheSameContentIsTheSameNode) {
  const auto first = back_up_block();
  ASSERT_TRUE(first) << first.error().text();
  set_times(path_, 1, 1);
  const auto again = back_up_block(&*first);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(tree_json({*again}), tree_json({*first}));
  EXPECT_EQ(statistics_.blobs_new, 0u);
  image_[3 * kPiece + 17] ^= 1;
  write_image();
  const auto changed = back_up_block(&*first);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(statistics_.blobs_new, 1u);
  EXPECT_NE(changed->content[3], first->content[3]);
  EXPECT_EQ(changed->content[4], first->content[4]);
}

TEST_F(BackupBlock, ResticDumpsIt) {
  REQUIRE_RESTIC();
  const auto node = back_up_block();
  ASSERT_TRUE(node) << node.error().text();
  Writer writer(*opened_.repository);
  VirtualDirectory root;
  root.add_node("volumes/data.img", *node);
  const auto tree = root.save({}, writer, 0);
  ASSERT_TRUE(tree && writer.flush({}));
  save_snapshot(*tree);
  const auto dumped = restic(scratch_ / "r", "dump latest /volumes/data.img > '" + (scratch_ / "dumped") + "'");
  ASSERT_EQ(dumped.exit_code, 0) << dumped.output;
  EXPECT_EQ(read_file(scratch_ / "dumped", 64 << 20).value(), image_);
  const auto checked = restic(scratch_ / "r", "check --read-data");
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
}

TEST_F(BackupBlock, ADeviceIsReadToItsEnd) {
  const auto attached = run_command("(losetup --find --show '" + path_ + "' 2>/dev/null)");
  if (attached.exit_code != 0) GTEST_SKIP() << "attaching a loop device: " << attached.output;
  const std::string image = path_;  // its last sector is not whole
  path_ = attached.output.substr(0, attached.output.find('\n'));
  const auto node = back_up_block();
  run_command("losetup --detach " + path_);
  ASSERT_TRUE(node) << node.error().text();
  EXPECT_EQ(node->size, image_.size() / 512 * 512);  // whole sectors
  path_ = image;
  std::filesystem::resize_file(path_, node->size);
  const auto same = back_up_block();
  ASSERT_TRUE(same) << same.error().text();
  EXPECT_EQ(same->content, node->content);
}

TEST_F(BackupBlock, EmptyMissingAndWrongSources) {
  put_file(path_, "");
  const auto empty = back_up_block();
  ASSERT_TRUE(empty) << empty.error().text();
  EXPECT_TRUE(empty->content.empty());
  path_ = scratch_ / "none";
  EXPECT_EQ(back_up_block().error().fault(), Fault::not_found);
  path_ = scratch_.path();
  EXPECT_EQ(back_up_block().error().fault(), Fault::invalid);
}

}  // namespace
}  // namespace tranship::repo
