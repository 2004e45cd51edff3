// Goal: a lock says whose it is and since when, is renewed, and is known to be lost when somebody took it away. Method:
// a store in memory, and locks that are renewed every few milliseconds.

#include "repo/lock.h"

#include <gtest/gtest.h>

#include "repo/testing/prune_scene.h"
#include "store/dry_run.h"

namespace tranship::repo {
namespace {

using std::chrono::milliseconds;

class LockTest : public ::testing::Test, protected PruneScene {
 protected:
  static LockOptions fast() {
    LockOptions options = quick_lock();
    options.wait = milliseconds(0);
    options.refresh_interval = milliseconds(5);
    return options;
  }
  std::unique_ptr<Repository> first_ = open(), second_ = open();
};

TEST_F(LockTest, SaysSinceWhenItIsHeldHoweverOftenItIsRenewed) {
  const auto lock = RepositoryLock::acquire(Context(), *first_, fast());
  ASSERT_TRUE(lock);
  const auto other = RepositoryLock::acquire(Context(), *second_, fast());
  ASSERT_TRUE(other);
  const auto before = (*other)->others(Context());
  ASSERT_TRUE(before);
  ASSERT_EQ(before->size(), 1u);
  ASSERT_TRUE(before->at(0).began_ns);
  for (int attempt = 0; attempt < 400; ++attempt) {
    const auto now = (*other)->others(Context());
    ASSERT_TRUE(now);
    std::this_thread::sleep_for(milliseconds(5));
    if (now->empty() || now->at(0).id == before->at(0).id) continue;
    EXPECT_EQ(now->at(0).began_ns, before->at(0).began_ns);
    return;
  }
  FAIL() << "was not renewed";
}

TEST_F(LockTest, IsLostWhenSomebodyTakesItAway) {
  const auto lock = RepositoryLock::acquire(Context(), *first_, fast());
  ASSERT_TRUE(lock);
  const Context guarded = (*lock)->guard(Context());
  EXPECT_TRUE((*lock)->held());
  for (int attempt = 0; attempt < 400 && !guarded.stopped(); ++attempt) {
    for (const auto& [key, data] : store.objects()) {
      if (key.starts_with("locks/")) {
        ASSERT_TRUE(store.remove(Context(), key));
      }
    }
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_TRUE(guarded.stopped());
  ASSERT_FALSE((*lock)->held());
  EXPECT_EQ((*lock)->held().error().code(), "repository.lock_lost");
}

TEST_F(LockTest, ADryRunKeepsItWithoutWritingIt) {
  store::DryRunStore dry(store);
  const auto repository = open(&dry);
  const auto lock = RepositoryLock::acquire(Context(), *repository, fast());
  ASSERT_TRUE(lock);
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_TRUE((*lock)->held());
  EXPECT_EQ(store.bytes_in("locks/"), 0u);
}

}  // namespace
}  // namespace tranship::repo
