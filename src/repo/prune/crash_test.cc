// Goal: a prune that is cut off at any moment leaves a whole repository, and the next ones end what it began. Method:
// for every n the n-th change of the store and all after it fail; then the repository is checked, and pruned to the
// end.

#include "repo/testing/prune_scene.h"

namespace tranship::repo {
namespace {

class PruneCrash : public ::testing::Test, protected PruneScene {
 protected:
  void remove_locks() {
    for (const auto& [key, data] : store.objects()) {
      if (key.starts_with("locks/")) {
        ASSERT_TRUE(store.remove(Context(), key));
      }
    }
  }

  // Whether it got through.
  bool prune_with_changes(int changes_max, const PruneOptions& with) {
    std::atomic<int> left = changes_max;
    store.before_change = [&](MemoryStore::Change, const std::string&) -> Result<void> {
      if (left-- > 0) return {};
      return fail(Fault::permanent, "cut off");
    };
    const auto done = try_prune(with);
    store.before_change = nullptr;
    remove_locks();
    return done.has_value();
  }

  void cut_off_everywhere(const PruneOptions& with, std::uint64_t bytes_at_the_end) {
    const auto begin = store.objects();
    const auto begin_passed = passed;
    bool through = false;
    for (int changes = 0; !through; ++changes) {
      ASSERT_LT(changes, 400);
      store.set_objects(begin);
      passed = begin_passed;
      through = prune_with_changes(changes, with);
      expect_whole("cut off after " + std::to_string(changes) + " changes: ");
      for (int run = 0; run < 3; ++run) {
        prune();
        passed += std::chrono::hours(25);
      }
      expect_whole("ended after " + std::to_string(changes) + " changes: ");
      EXPECT_LT(pack_bytes(), bytes_at_the_end) << changes;
      if (::testing::Test::HasFailure()) return;
    }
  }
};

TEST_F(PruneCrash, while_it_copies_and_marks) {
  const Files kept = some_files(1, 6);
  const Id both = back_up(kept + some_files(2, 20));
  const Id whole = back_up(some_files(3, 6));
  back_up(kept);
  forget(both);
  forget(whole);
  cut_off_everywhere(options(), 6 * 9000 + 60000);
}

TEST_F(PruneCrash, while_it_removes_and_revives) {
  const Files again = some_files(4, 6);
  const Id first = back_up(some_files(1));
  const Id second = back_up(again);
  back_up(some_files(2, 6));
  const auto tree = open()->find_snapshot(Context(), second.hex())->tree;
  forget(first);
  forget(second);
  prune();
  const auto revived = write_snapshot(*open(), tree);
  ASSERT_TRUE(revived);
  expected[*revived] = again;
  forget(back_up(some_files(3, 6)));
  passed = std::chrono::hours(25);
  cut_off_everywhere(options(), 12 * 9000 + 60000);
}

TEST_F(PruneCrash, while_it_does_all_at_once) {
  const Files kept = some_files(1, 6);
  const Id both = back_up(kept + some_files(2, 20));
  back_up(kept);
  forget(both);
  forget(back_up(some_files(3)));
  auto with = options();
  with.grace = std::chrono::seconds(0);
  cut_off_everywhere(with, 6 * 9000 + 60000);
}

}  // namespace
}  // namespace tranship::repo
