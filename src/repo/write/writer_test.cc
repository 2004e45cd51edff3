#include "repo/write/writer.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "crypto/digest.h"
#include "repo/format/pack.h"
#include "repo/format/tree.h"
#include "repo/testing/repository.h"
#include "repo/write/virtual_directory.h"

namespace tranship::repo {
namespace {

Bytes random_data(std::size_t size, unsigned seed) {
  std::mt19937_64 generator(seed);
  Bytes data(size);
  for (auto& byte : data) byte = static_cast<std::uint8_t>(generator());
  return data;
}

std::string text_data(std::size_t size, unsigned seed) {
  std::mt19937 generator(seed);
  std::string text;
  while (text.size() < size) text += "line " + std::to_string(generator() % 1000) + " of the log\n";
  text.resize(size);
  return text;
}

std::size_t files_in(const std::string& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) count += entry.is_regular_file();
  return count;
}

TEST(Writer, stores_each_blob_once_and_it_reads_back) {
  ScratchDirectory scratch;
  auto made = make_test_repository(scratch / "r");
  const Bytes noise = random_data(3 << 20, 1);
  const std::string text = text_data(1 << 20, 2);
  {
    Writer writer(*made.repository);
    const auto first = writer.save(Context(), BlobType::data, noise);
    ASSERT_TRUE(first.has_value()) << first.error().text();
    EXPECT_EQ(*first, crypto::sha256(noise));
    EXPECT_EQ(*writer.save(Context(), BlobType::data, noise), *first);
    ASSERT_TRUE(writer.save(Context(), BlobType::data, as_bytes(text)).has_value());
    ASSERT_TRUE(writer.flush(Context()).has_value());
    const auto statistics = writer.statistics();
    EXPECT_EQ(statistics.blobs_new, 2u);
    EXPECT_EQ(statistics.blobs_known, 1u);
    EXPECT_EQ(statistics.plain_bytes_new, noise.size() + text.size());
    EXPECT_GT(statistics.stored_bytes, noise.size());
    EXPECT_LT(statistics.stored_bytes, noise.size() + text.size() / 2);
  }
  auto opened = open_test_repository(scratch / "r");
  // Noise is stored raw, text compressed.
  EXPECT_EQ(opened.repository->index().find(BlobType::data, crypto::sha256(noise))->uncompressed_length, 0u);
  EXPECT_EQ(opened.repository->index().find(BlobType::data, crypto::sha256(as_bytes(text)))->uncompressed_length,
            text.size());
  EXPECT_EQ(*opened.repository->load_blob(Context(), BlobType::data, crypto::sha256(noise)), noise);
  const auto read = opened.repository->load_blob(Context(), BlobType::data, crypto::sha256(as_bytes(text)));
  EXPECT_EQ(as_text(*read), text);
  Writer again(*opened.repository);
  ASSERT_TRUE(again.save(Context(), BlobType::data, noise).has_value());
  ASSERT_TRUE(again.flush(Context()).has_value());
  EXPECT_EQ(again.statistics().stored_bytes, 0u);
}

TEST(Writer, fills_packs_up_to_their_size_from_many_threads) {
  ScratchDirectory scratch;
  auto made = make_test_repository(scratch / "r");
  constexpr std::uint32_t kPack = 1 << 20;
  {
    Writer writer(*made.repository, {.pack_bytes = kPack, .uploads_max = 2});
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (unsigned i = 0; i < 60; ++i) {
          const Bytes data = random_data(1 + (t * 7919 + i * 104729) % 200'000, t * 1000 + i);
          EXPECT_TRUE(writer.save(Context(), BlobType::data, data).has_value());
        }
      });
    }
    threads.clear();
    ASSERT_TRUE(writer.flush(Context()).has_value());
  }
  std::size_t packs = 0, blobs = 0;
  std::uint64_t bytes = 0;
  made.repository->index().for_each_pack([&](const PackEntry& pack) {
    ++packs;
    blobs += pack.blobs.size();
    const auto size = std::filesystem::file_size(scratch / ("r/" + pack_key(pack.id)));
    EXPECT_EQ(size, pack_file_size(pack.blobs));
    EXPECT_LE(size, kPack);
    bytes += size;
  });
  EXPECT_EQ(blobs, 240u);
  EXPECT_EQ(files_in(scratch / "r/data"), packs);
  EXPECT_GT(bytes / packs, kPack * 3 / 4) << "packs are filled";
}

TEST(Writer, gives_a_blob_larger_than_a_pack_its_own) {
  ScratchDirectory scratch;
  auto made = make_test_repository(scratch / "r");
  const Bytes large = random_data(3 << 20, 7);
  Writer writer(*made.repository, {.pack_bytes = 1 << 20});
  const auto id = writer.save(Context(), BlobType::data, large);
  ASSERT_TRUE(writer.save(Context(), BlobType::data, random_data(1000, 8)).has_value());
  ASSERT_TRUE(writer.flush(Context()).has_value());
  EXPECT_EQ(made.repository->index().packs().size(), 2u);
  EXPECT_EQ(*made.repository->load_blob(Context(), BlobType::data, *id), large);
}

// A store whose writes of packs fail from the n-th on.
class FullStore : public store::Store {
 public:
  FullStore(store::Store& inner, int packs) : inner_(inner), packs_(packs) {}
  Result<void> put(const Context& context, const std::string& key, ByteView data, const Id* digest) override {
    if (key.starts_with("data/") && packs_-- <= 0) {
      return fail(Error(Fault::permanent, "no space left").with_code("store.full"));
    }
    return inner_.put(context, key, data, digest);
  }
  Result<void> create(const Context& context, const std::string& key, ByteView data) override {
    return inner_.create(context, key, data);
  }
  Result<void> get(const Context& context, const std::string& key, std::optional<store::ByteRange> range,
                   Bytes& out) override {
    return inner_.get(context, key, range, out);
  }
  Result<store::ObjectInfo> stat(const Context& context, const std::string& key) override {
    return inner_.stat(context, key);
  }
  Result<void> list(const Context& context, const std::string& prefix,
                    const std::function<void(const store::ObjectInfo&)>& object) override {
    return inner_.list(context, prefix, object);
  }
  Result<void> remove(const Context& context, const std::string& key) override {
    return inner_.remove(context, key);
  }
  std::string describe() const override { return inner_.describe(); }

 private:
  store::Store& inner_;
  std::atomic<int> packs_;
};

TEST(Writer, returns_an_upload_error_and_keeps_what_is_stored) {
  ScratchDirectory scratch;
  auto made = make_test_repository(scratch / "r");
  FullStore full(*made.store, 2);
  {
    auto repository = Repository::open(Context(), full, Secret(kTestPassword));
    Writer writer(**repository, {.pack_bytes = 1 << 20, .uploads_max = 1});
    Result<void> done;
    for (unsigned i = 0; i < 100 && done; ++i) {
      const auto saved = writer.save(Context(), BlobType::data, random_data(300'000, i));
      if (!saved) done = fail(saved.error());
    }
    ASSERT_FALSE(done.has_value()) << "the error comes while writing, not only at the end";
    EXPECT_EQ(done.error().code(), "store.full");
    EXPECT_FALSE(writer.flush(Context()).has_value());
  }
  // The two packs that were stored are listed, nothing else is.
  auto opened = open_test_repository(scratch / "r");
  EXPECT_EQ(opened.repository->index().packs().size(), 2u);
}

TEST(Writer, stops_with_its_context_while_the_store_hangs) {
  ScratchDirectory scratch;
  auto made = make_test_repository(scratch / "r");
  // Waits in put() until its context ends.
  struct HangingStore : FullStore {
    using FullStore::FullStore;
    Result<void> put(const Context& context, const std::string& key, ByteView data, const Id* digest) override {
      if (!key.starts_with("data/")) return FullStore::put(context, key, data, digest);
      return context.sleep(std::chrono::hours(1));
    }
  } hanging(*made.store, 100);
  auto repository = Repository::open(Context(), hanging, Secret(kTestPassword));
  Writer writer(**repository, {.pack_bytes = 1 << 20, .uploads_max = 1});
  const Context context = Context().with_timeout(std::chrono::milliseconds(300));
  Result<void> done;
  for (unsigned i = 0; i < 100 && done; ++i) {
    const auto saved = writer.save(context, BlobType::data, random_data(300'000, i));
    if (!saved) done = fail(saved.error());
  }
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().fault(), Fault::cancelled);
}

TEST(Writer, virtual_directories_are_whole_for_restic) {
  REQUIRE_RESTIC();
  ScratchDirectory scratch;
  auto made = make_test_repository(scratch / "r");
  VirtualDirectory directory;
  directory.add_file("resources/apps/Deployment/shop/web.json", "{\"kind\":\"Deployment\"}");
  directory.add_file("resources/core/Secret/shop/empty", "");
  directory.add_file("restore-point.json", text_data(100'000, 3));
  directory.add_file("/../odd/./name \"quoted\" <&> \xff.json", "x");
  Writer writer(*made.repository);
  const auto tree = directory.save(Context(), writer, 1'700'000'000'123'456'789);
  ASSERT_TRUE(tree.has_value()) << tree.error().text();
  ASSERT_TRUE(writer.flush(Context()).has_value());
  Snapshot snapshot;
  snapshot.time = "2026-11-24T03:14:00.5Z";
  snapshot.tree = *tree;
  snapshot.paths = {"/"};
  snapshot.hostname = "tranship";
  ASSERT_TRUE(made.repository->save_snapshot(Context(), snapshot).has_value());
  const auto checked = restic(scratch / "r", "check --read-data");
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  const auto restored = restic(scratch / "r", "restore latest --target " + (scratch / "out"));
  EXPECT_EQ(restored.exit_code, 0) << restored.output;
  EXPECT_TRUE(std::filesystem::exists(scratch / "out/odd/name \"quoted\" <&> \xff.json"));
  const auto dumped = restic(scratch / "r", "dump latest /resources/apps/Deployment/shop/web.json");
  EXPECT_EQ(dumped.output, "{\"kind\":\"Deployment\"}") << dumped.output;
}

}  // namespace
}  // namespace tranship::repo
