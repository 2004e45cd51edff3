// Goal: no snapshot that is there ever misses a byte, whatever writers, readers, forgetting and prunes do at once.
// Method: threads that back up files of one small pool (so that everything is shared), one of them as a program that
// refers to marked packs, one that reads, and one that prunes with next to no grace; at the end everything is
// checked.

#include <mutex>
#include <random>
#include <thread>

#include "repo/testing/prune_scene.h"

namespace tranship::repo {
namespace {

using std::chrono::milliseconds;

constexpr int kPool = 24;
constexpr std::size_t kKept = 1;  // snapshots of each writer
constexpr auto kTime = std::chrono::seconds(6);
constexpr milliseconds kGrace{150};
constexpr milliseconds kAhead{300};  // of the marks: everybody can see them by then

class PruneRace : public ::testing::Test, protected PruneScene {
 protected:
  Files some_of_the_pool(std::mt19937& random) {
    Files files;
    for (int number = 0; number < kPool; ++number) {
      if (random() % 5 == 0) files["f/" + std::to_string(number)] = random_text(5000, static_cast<unsigned>(number));
    }
    files["f/own"] = std::to_string(random());
    return files;
  }

  // What restic does: a lock that says nothing of its beginning, and every pack in the index is as good as another.
  Result<Id> foreign_back_up(const Files& files, milliseconds rest) {
    auto repository = open();
    const auto now = format_time(std::chrono::system_clock::now());
    const Id lock = TRY(repository->save_file(
        Context(), "locks", R"({"time":")" + now + R"(","exclusive":false,"hostname":"far","pid":7})"));
    const auto done = [&]() -> Result<Id> {
      for (const Id& id : TRY(repository->list_files(Context(), "index"))) {
        std::string json = TRY(repository->load_file(Context(), "index", id));
        const auto notes = json.find(",\"tranship\":");
        if (notes != std::string::npos) json = json.substr(0, notes) + "}";
        TRY(repository->index().add_json(json, id));
      }
      std::this_thread::sleep_for(rest);
      return write_snapshot(*repository, TRY(write_files(*repository, files)));
    }();
    TRY(store.remove(Context(), "locks/" + lock.hex()));
    return done;
  }

  void write(unsigned seed, bool foreign) {
    std::mt19937 random(seed);
    std::vector<Id> own;
    while (std::chrono::steady_clock::now() < until) {
      const Files files = some_of_the_pool(random);
      // Now and then longer than a pack needs to be marked and removed.
      const milliseconds rest(random() % 4 == 0 ? random() % 800 : random() % 10);
      const auto id = foreign ? foreign_back_up(files, rest) : try_back_up(files, rest);
      // An index file that is exchanged under it makes a program that reads each listed one fail, and try again.
      if (!foreign) {
        ASSERT_TRUE(id) << id.error().text();
      }
      if (id) {
        const std::lock_guard lock(mutex);
        expected[*id] = files;
        own.push_back(*id);
        ++written;
      }
      if (own.size() > kKept) {
        const Id old = own[random() % own.size()];
        std::erase(own, old);
        {
          const std::lock_guard lock(mutex);
          expected.erase(old);
        }
        ASSERT_TRUE(open()->remove_snapshot(Context(), old));
      }
      std::this_thread::sleep_for(milliseconds(random() % (foreign ? 300 : 100)));
    }
  }

  void read(unsigned seed) {
    std::mt19937 random(seed);
    while (std::chrono::steady_clock::now() < until) {
      std::pair<Id, Files> chosen;
      {
        const std::lock_guard lock(mutex);
        if (expected.empty()) continue;
        chosen = *std::next(expected.begin(), static_cast<std::ptrdiff_t>(random() % expected.size()));
      }
      std::string why;
      int attempt = 0;
      for (; attempt < 3; ++attempt) {
        auto repository = open();
        const auto same = repository->load_index(Context()) ? same_content(*repository, chosen.first, chosen.second)
                                                            : Result<void>(fail(Fault::corrupt, "index"));
        const std::lock_guard lock(mutex);
        if (same || !expected.contains(chosen.first)) break;
        why = same.error().text();
      }
      ASSERT_LT(attempt, 3) << why;
    }
  }

  void prune_on() {
    auto with = options();
    with.grace = kGrace;
    with.clock_margin = std::chrono::seconds(0);
    // A mark counts from a moment at which everybody can see it.
    with.now = [] { return std::chrono::system_clock::now() + kAhead; };
    while (std::chrono::steady_clock::now() < until) {
      const auto done = try_prune(with);
      ASSERT_TRUE(done) << done.error().text();
      removed += done->removed.packs;
      revived += done->revived.packs;
      marked += done->marked.packs;
      std::this_thread::sleep_for(milliseconds(10));
    }
  }

  const std::chrono::steady_clock::time_point until = std::chrono::steady_clock::now() + kTime;
  std::mutex mutex;  // for expected
  std::atomic<std::uint64_t> removed{0}, revived{0}, marked{0}, written{0};
};

TEST_F(PruneRace, nothing_that_is_needed_is_ever_gone) {
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] { write(1, false); });
    threads.emplace_back([&] { write(2, false); });
    threads.emplace_back([&] { write(3, true); });
    threads.emplace_back([&] { read(4); });
    threads.emplace_back([&] { prune_on(); });
  }
  expect_whole();
  for (int run = 0; run < 3; ++run) {
    prune();
    passed += std::chrono::hours(25);
  }
  expect_whole();
  std::printf("%d snapshots written, packs: %d marked, %d removed, %d needed again\n", static_cast<int>(written),
              static_cast<int>(marked), static_cast<int>(removed), static_cast<int>(revived));
  EXPECT_GT(written, 20u);
  EXPECT_GT(marked, 0u);
}

}  // namespace
}  // namespace tranship::repo
