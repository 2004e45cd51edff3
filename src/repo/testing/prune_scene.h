#pragma once
// What tests of prunes share: a repository in memory with small packs, backups of a few files, time that can be moved
// on, and the question whether every snapshot still holds what was put into it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "base/units.h"
#include "repo/check/check.h"
#include "repo/lock.h"
#include "repo/prune/prune.h"
#include "repo/read/load_tree.h"
#include "repo/testing/files.h"
#include "repo/testing/memory_store.h"
#include "repo/write/virtual_directory.h"
#include "repo/write/writer.h"

namespace tranship::repo {

using Files = std::map<std::string, std::string>;  // content by name

inline Files some_files(unsigned seed, int count = 12, std::size_t bytes = 9000) {
  Files files;
  for (int number = 0; number < count; ++number) {
    const unsigned file_seed = seed * 1000 + static_cast<unsigned>(number);
    files["folder-" + std::to_string(number % 3) + "/" + std::to_string(file_seed)] = random_text(bytes, file_seed);
  }
  return files;
}

// Both in one.
inline Files operator+(Files left, const Files& right) {
  left.insert(right.begin(), right.end());
  return left;
}

class PruneScene {
 public:
  static constexpr std::uint32_t kPackBytes = 48u << 10;

  PruneScene() {
    auto made = Repository::init(Context(), store, Secret("test"), {0, 10});
    EXPECT_TRUE(made) << (made ? "" : made.error().text());
    master_key_ = (*made)->master_key();
  }

  std::unique_ptr<Repository> open(store::Store* other = nullptr) {
    auto opened = Repository::open(Context(), other != nullptr ? *other : store, master_key_);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().text());
    return opened ? std::move(*opened) : nullptr;
  }

  static LockOptions quick_lock() {
    LockOptions options;
    options.settle = std::chrono::milliseconds(0);
    options.wait = std::chrono::seconds(5);
    return options;
  }

  // The blobs of these files and trees, durable and in an index; the root tree.
  static Result<Id> write_files(Repository& repository, const Files& files) {
    WriterOptions options;
    options.pack_bytes = kPackBytes;
    Writer writer(repository, options);
    VirtualDirectory root;
    for (const auto& [name, content] : files) root.add_file(name, content);
    const Id tree = TRY(root.save(Context(), writer, 0));
    TRY(writer.flush(Context()));
    return tree;
  }

  static Result<Id> write_snapshot(Repository& repository, const Id& tree) {
    Snapshot snapshot;
    snapshot.tree = tree;
    snapshot.time = format_time(std::chrono::system_clock::now());
    snapshot.paths = {"/"};
    return repository.save_snapshot(Context(), snapshot);
  }

  // As every writer does it: lock, index, blobs, snapshot.
  Result<Id> try_back_up(const Files& files, std::chrono::milliseconds rest = {}) {
    auto opened = Repository::open(Context(), store, master_key_);
    if (!opened) return fail(opened.error());
    const auto lock = TRY(RepositoryLock::acquire(Context(), **opened, quick_lock()));
    TRY((*opened)->load_index(Context()));
    std::this_thread::sleep_for(rest);
    const Id tree = TRY(write_files(**opened, files));
    TRY(lock->held());
    const Id id = TRY(write_snapshot(**opened, tree));
    TRY(lock->release(Context()));
    return id;
  }

  Id back_up(const Files& files) {
    const auto id = try_back_up(files);
    EXPECT_TRUE(id) << (id ? "" : id.error().text());
    if (!id) return {};
    expected[*id] = files;
    return *id;
  }

  void forget(const Id& id) {
    EXPECT_TRUE(open()->remove_snapshot(Context(), id));
    expected.erase(id);
  }

  PruneOptions options() {
    PruneOptions made;
    made.pack_bytes = kPackBytes;
    made.lock_settle = std::chrono::milliseconds(0);
    made.now = [this] { return std::chrono::system_clock::now() + passed; };
    return made;
  }

  Result<PruneResult> try_prune(const PruneOptions& with, store::Store* other = nullptr) {
    auto repository = TRY(Repository::open(Context(), other != nullptr ? *other : store, master_key_));
    Progress progress;
    return repo::prune(Context(), *repository, with, progress);
  }
  PruneResult prune(const PruneOptions& with) {
    auto done = try_prune(with);
    EXPECT_TRUE(done) << (done ? "" : done.error().text());
    return done ? *done : PruneResult{};
  }
  PruneResult prune() { return prune(options()); }
  PruneResult prune_at_once() {
    auto with = options();
    with.grace = std::chrono::seconds(0);
    return prune(with);
  }

  // What a snapshot holds, or why it cannot be read.
  static Result<void> same_content(Repository& repository, const Id& id, const Files& files) {
    const auto snapshot = TRY(repository.find_snapshot(Context(), id.hex()));
    for (const auto& [name, content] : files) {
      const Node node = TRY(find_node(Context(), repository, snapshot.tree, name));
      if (TRY(load_file(Context(), repository, node)) != content) return fail(Fault::corrupt, name + " is another");
    }
    return {};
  }

  void expect_whole(const std::string& when = "") {
    auto repository = open();
    Progress progress;
    const auto checked = check(Context(), *repository, {.read_data = true, .threads = 1}, progress);
    ASSERT_TRUE(checked) << when << checked.error().text();
    for (const CheckFinding& finding : checked->findings) {
      EXPECT_NE(finding.kind, CheckFinding::Kind::damage) << when << finding.what;
    }
    EXPECT_EQ(checked->snapshots, expected.size()) << when;
    for (const auto& [id, files] : expected) {
      const auto same = same_content(*repository, id, files);
      EXPECT_TRUE(same) << when << (same ? "" : same.error().text());
    }
  }

  std::uint64_t pack_bytes() const { return store.bytes_in("data/"); }

  MemoryStore store;
  std::map<Id, Files> expected;  // by snapshot
  std::chrono::seconds passed{0};  // how far the prune's clock is ahead

 private:
  crypto::SealKey master_key_;
};

}  // namespace tranship::repo
