// Goal: a prune frees what nothing needs, in two phases, and nothing else, whoever works beside it. Method: a
// repository in memory, moved on in time; others are played by their locks, and by what they write at the worst
// moment.

#include "repo/prune/prune.h"

#include "repo/testing/prune_scene.h"
#include "store/dry_run.h"

namespace tranship::repo {
namespace {

using std::chrono::hours;

class PruneTest : public ::testing::Test, protected PruneScene {
 protected:
  // What a program without our promise does: takes blobs of marked packs for stored, whatever is said of them.
  Id foreign_snapshot(const Files& files) {
    const auto tree = tree_of(files);
    const auto id = write_snapshot(*open(), tree);
    EXPECT_TRUE(id);
    expected[*id] = files;
    return *id;
  }

  // The same files have the same trees.
  static Id tree_of(const Files& files) {
    PruneScene elsewhere;
    auto repository = elsewhere.open();
    return write_files(*repository, files).value_or(Id{});
  }

  Id put_foreign_lock() {
    const std::string now = format_time(std::chrono::system_clock::now());
    return open()
        ->save_file(Context(), "locks", R"({"time":")" + now + R"(","exclusive":false,"hostname":"far","pid":7})")
        .value_or(Id{});
  }
};

TEST_F(PruneTest, marks_first_and_removes_after_the_grace_period) {
  const Id first = back_up(some_files(1));
  back_up(some_files(2));
  const std::uint64_t before = pack_bytes();
  forget(first);
  const auto marked = prune();
  EXPECT_GT(marked.marked.bytes, 100000u);
  EXPECT_EQ(marked.removed.packs, 0u);
  EXPECT_TRUE(marked.next.has_value());
  EXPECT_GE(pack_bytes(), before);
  expect_whole();

  const auto early = prune();
  EXPECT_EQ(early.removed.packs, 0u);
  EXPECT_EQ(early.marked.packs, 0u);
  EXPECT_EQ(early.waiting.packs, marked.marked.packs);

  passed = hours(25);
  const auto removed = prune();
  EXPECT_EQ(removed.removed.packs, marked.marked.packs);
  EXPECT_EQ(removed.removed.bytes, marked.marked.bytes);
  EXPECT_LT(pack_bytes(), before * 6 / 10);
  expect_whole();
  EXPECT_EQ(prune().before.bytes, pack_bytes());
}

TEST_F(PruneTest, without_grace_it_does_both_at_once_when_nobody_else_is_there) {
  const Id first = back_up(some_files(1));
  back_up(some_files(2));
  forget(first);
  const Id lock = put_foreign_lock();
  auto with = options();
  with.grace = std::chrono::seconds(0);
  const auto refused = try_prune(with);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), "repository.locked");
  ASSERT_TRUE(store.remove(Context(), "locks/" + lock.hex()));
  const auto done = prune_at_once();
  EXPECT_GT(done.removed.bytes, 100000u);
  EXPECT_EQ(done.marked.packs, 0u);
  expect_whole();
  EXPECT_EQ(prune_at_once().removed.packs, 0u);
}

TEST_F(PruneTest, an_empty_repository_and_one_without_snapshots_are_no_special_case) {
  EXPECT_EQ(prune().before.packs, 0u);
  forget(back_up(some_files(1)));
  EXPECT_GT(prune().marked.packs, 0u);
  passed = hours(25);
  prune();
  EXPECT_EQ(pack_bytes(), 0u);
  EXPECT_EQ(store.bytes_in("index/"), 0u);
  expect_whole();
}

TEST_F(PruneTest, what_is_partly_needed_is_copied_as_it_is) {
  const Files kept = some_files(1, 6), gone = some_files(2, 30);
  const Id both = back_up(kept + gone);
  back_up(kept);
  forget(both);
  const auto done = prune();
  EXPECT_GT(done.copied.packs, 0u);
  EXPECT_GE(done.bytes_copied, 6u * 9000);
  EXPECT_LT(done.bytes_copied, 6u * 9000 + 60000);
  expect_whole();
  passed = hours(25);
  prune();
  expect_whole();
  EXPECT_LT(pack_bytes(), 6u * 9000 + 60000);
  EXPECT_EQ(prune().marked.packs, 0u) << "a prune has an end";
}

TEST_F(PruneTest, many_small_packs_become_few) {
  for (unsigned seed = 0; seed < 14; ++seed) back_up(some_files(seed, 1, 2000));
  const auto before = prune();
  EXPECT_GE(before.copied.packs, 14u);
  passed = hours(25);
  prune();
  const auto after = prune();
  EXPECT_LE(after.before.packs, 6u);
  EXPECT_EQ(after.copied.packs, 0u);
  expect_whole();
}

TEST_F(PruneTest, marked_blobs_are_written_again_by_our_writers) {
  const Files files = some_files(1);
  forget(back_up(files));
  prune();
  const std::uint64_t before = pack_bytes();
  back_up(files);
  EXPECT_GT(pack_bytes(), before + 100000);
  passed = hours(25);
  EXPECT_GT(prune().removed.packs, 0u);
  expect_whole();
}

TEST_F(PruneTest, marked_blobs_that_others_refer_to_are_kept_after_all) {
  const Files files = some_files(1);
  forget(back_up(files));
  const auto marked = prune();
  foreign_snapshot(files);
  passed = hours(25);
  const auto next = prune();
  EXPECT_EQ(next.removed.packs, 0u);
  EXPECT_EQ(next.revived.packs, marked.marked.packs);
  expect_whole();
  EXPECT_EQ(prune().waiting.packs, 0u);
}

TEST_F(PruneTest, it_waits_for_writers_from_before_the_mark_and_for_programs_that_do_not_say) {
  forget(back_up(some_files(1)));
  auto beside = open();
  auto lock = RepositoryLock::acquire(Context(), *beside, quick_lock());
  ASSERT_TRUE(lock);
  const auto busy = prune();
  EXPECT_EQ(busy.marked.packs, 0u) << "may be what that writer has just written";
  EXPECT_GT(busy.busy.packs, 0u);
  EXPECT_EQ(busy.holders.size(), 1u);
  ASSERT_TRUE((*lock)->release(Context()));
  EXPECT_GT(prune().marked.packs, 0u);

  passed = hours(25);
  lock = RepositoryLock::acquire(Context(), *beside, quick_lock());  // its clock says: before the mark and the margin
  const auto waiting = prune();
  EXPECT_GT(waiting.waiting.packs, 0u);
  EXPECT_EQ(waiting.removed.packs, 0u);
  EXPECT_EQ(waiting.holders.size(), 1u);
  auto no_margin = options();
  no_margin.clock_margin = std::chrono::seconds(0);
  const Id foreign = put_foreign_lock();
  EXPECT_EQ(prune(no_margin).removed.packs, 0u);
  ASSERT_TRUE(store.remove(Context(), "locks/" + foreign.hex()));
  EXPECT_GT(prune(no_margin).removed.packs, 0u) << "a writer of ours that began since does no harm";
  ASSERT_TRUE((*lock)->release(Context()));
  expect_whole();
}

TEST_F(PruneTest, one_at_a_time) {
  auto beside = open();
  auto options_of_lock = quick_lock();
  options_of_lock.prune = true;
  const auto lock = RepositoryLock::acquire(Context(), *beside, options_of_lock);
  ASSERT_TRUE(lock);
  const auto second = try_prune(options());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), "repository.locked");
  EXPECT_TRUE(try_back_up(some_files(1)));
}

TEST_F(PruneTest, a_lock_or_a_snapshot_that_comes_at_the_last_moment_saves_the_packs) {
  const Files files = some_files(1);
  forget(back_up(files));
  prune();
  passed = hours(25);
  for (const bool with_snapshot : {false, true}) {
    bool came = false;
    Id lock;
    // The index that lists the packs is still there when the other one begins; it is gone when the prune looks again.
    store.before_change = [&](MemoryStore::Change change, const std::string& key) -> Result<void> {
      if (came || change != MemoryStore::Change::remove) return {};
      if (!key.starts_with("index/") || !store.stat({}, key)) return {};
      came = true;
      if (with_snapshot) {
        foreign_snapshot(files);
      } else {
        lock = put_foreign_lock();
      }
      return {};
    };
    const auto done = prune();
    store.before_change = nullptr;
    EXPECT_TRUE(came);
    EXPECT_EQ(done.removed.packs, 0u);
    EXPECT_GT(with_snapshot ? done.revived.packs : done.waiting.packs, 0u);
    if (!with_snapshot) {
      ASSERT_TRUE(store.remove(Context(), "locks/" + lock.hex()));
    }
    expect_whole();
  }
}

TEST_F(PruneTest, a_snapshot_that_comes_while_it_copies_keeps_its_blobs) {
  const Files kept = some_files(1, 6), gone = some_files(2, 30), all = kept + gone;
  const Id both = back_up(all);
  back_up(kept);
  forget(both);
  bool came = false;
  store.before_change = [&](MemoryStore::Change change, const std::string& key) -> Result<void> {
    if (came || change != MemoryStore::Change::put || !key.starts_with("data/")) return {};
    came = true;
    foreign_snapshot(all);
    return {};
  };
  const auto done = prune();
  store.before_change = nullptr;
  EXPECT_TRUE(came);
  EXPECT_EQ(done.marked.packs, 0u);
  expect_whole();
}

TEST_F(PruneTest, packs_in_no_index_are_marked_too_unless_somebody_may_be_writing_them) {
  back_up(some_files(1));
  const auto whole = store.objects();
  forget(back_up(some_files(2)));
  auto cut = store.objects();  // without the second backup's index files
  std::erase_if(cut, [&](const auto& object) {
    return object.first.starts_with("index/") && !whole.contains(object.first);
  });
  store.set_objects(cut);
  const std::uint64_t before = pack_bytes();
  const Id foreign = put_foreign_lock();
  EXPECT_EQ(prune().marked.packs, 0u);
  ASSERT_TRUE(store.remove(Context(), "locks/" + foreign.hex()));
  EXPECT_GT(prune().marked.bytes, 100000u);
  expect_whole();
  passed = hours(25);
  EXPECT_GT(prune().removed.bytes, 100000u);
  EXPECT_LT(pack_bytes(), before * 6 / 10);
  expect_whole();
}

TEST_F(PruneTest, packs_in_no_index_that_a_snapshot_needs_come_back) {
  back_up(some_files(1));
  const auto whole = store.objects();
  back_up(some_files(2));
  auto cut = store.objects();
  std::erase_if(cut, [&](const auto& object) {
    return object.first.starts_with("index/") && !whole.contains(object.first);
  });
  store.set_objects(cut);
  EXPECT_GT(prune_at_once().revived.packs, 0u);
  expect_whole();
}

TEST_F(PruneTest, what_is_missing_stops_it_before_anything_changes) {
  const Id kept = back_up(some_files(1));
  forget(back_up(some_files(2)));
  auto repository = open();
  ASSERT_TRUE(repository->load_index(Context()));
  const auto tree = repository->find_snapshot(Context(), kept.hex())->tree;
  const auto location = repository->index().find(BlobType::tree, tree);
  auto objects = store.objects();
  objects.erase("data/" + location->pack.hex().substr(0, 2) + "/" + location->pack.hex());
  store.set_objects(objects);
  const auto refused = try_prune(options());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::corrupt);
  EXPECT_EQ(store.objects(), objects);
}

TEST_F(PruneTest, a_dry_run_says_the_same_and_changes_nothing) {
  const Files kept = some_files(1, 6);
  const Id both = back_up(kept + some_files(2, 30));
  back_up(kept);
  forget(both);
  const auto before = store.objects();
  store::DryRunStore dry(store);
  auto with = options();
  with.dry_run = true;
  const auto told = try_prune(with, &dry);
  ASSERT_TRUE(told) << told.error().text();
  EXPECT_EQ(store.objects(), before);
  const auto done = prune();
  EXPECT_EQ(told->marked.bytes, done.marked.bytes);
  EXPECT_EQ(told->copied.packs, done.copied.packs);
}

TEST_F(PruneTest, a_reader_that_keeps_its_index_sees_what_became_of_it) {
  const Files kept = some_files(1, 6);
  const Id both = back_up(kept + some_files(2, 30));
  const Id left = back_up(kept);
  auto reader = open();
  ASSERT_TRUE(reader->load_index(Context()));
  forget(both);
  prune();
  EXPECT_TRUE(same_content(*reader, left, kept)) << "for the grace period without another look";
  passed = hours(25);
  prune();
  ASSERT_TRUE(reader->load_index(Context()));
  const auto same = same_content(*reader, left, kept);
  EXPECT_TRUE(same) << same.error().text();
  const Id gone = tree_of(some_files(2, 30));
  EXPECT_FALSE(reader->index().reusable(BlobType::tree, gone));
}

TEST_F(PruneTest, index_files_are_put_together) {
  for (unsigned seed = 0; seed < 20; ++seed) back_up(some_files(seed, 5));
  prune();
  EXPECT_LE(open()->list_files(Context(), "index")->size(), 4u);
  expect_whole();
}

}  // namespace
}  // namespace tranship::repo
