// Goal: the index finds what was added, claims each blob once, reads what restic and rustic write and refuses anything
// damaged. Method: known JSON, seeded damage to it, and threads that claim the same ids.

#include "repo/format/index.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

namespace tranship::repo {
namespace {

Id numbered(std::uint32_t number) {
  std::mt19937_64 random(number);
  Id id;
  for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(random());
  return id;
}

PackEntry pack_of(std::uint32_t number, std::uint32_t blobs) {
  PackEntry pack{numbered(1000000 + number), {}};
  for (std::uint32_t at = 0; at < blobs; ++at) {
    pack.blobs.push_back({numbered(number * blobs + at), at % 3 ? BlobType::data : BlobType::tree, at * 100, 100,
                          at % 2 ? 300u : 0u});
  }
  return pack;
}

TEST(Index, FindsEveryBlobOfManyPacks) {
  Index index;
  for (std::uint32_t pack = 0; pack < 300; ++pack) index.add(pack_of(pack, 40));
  EXPECT_EQ(index.blob_count(), 12000u);
  EXPECT_EQ(index.packs().size(), 300u);
  for (std::uint32_t number = 0; number < 12000; ++number) {
    const std::uint32_t at = number % 40;
    const auto type = at % 3 ? BlobType::data : BlobType::tree;
    const auto other = at % 3 ? BlobType::tree : BlobType::data;
    const auto found = index.find(type, numbered(number));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->pack, numbered(1000000 + number / 40));
    EXPECT_EQ(found->offset, at * 100);
    EXPECT_EQ(found->plain_length(), at % 2 ? 300u : 68u);
    EXPECT_FALSE(index.contains(other, numbered(number)));
  }
  EXPECT_FALSE(index.find(BlobType::data, numbered(999999)));
  std::size_t blobs = 0;
  index.for_each_pack([&](const PackEntry& pack) { blobs += pack.blobs.size(); });
  EXPECT_EQ(blobs, 12000u);
}

TEST(Index, ABlobInTwoPacksCountsOnce) {
  Index index;
  PackEntry pack = pack_of(1, 4);
  index.add(pack);
  pack.id = numbered(5);
  index.add(pack);
  EXPECT_EQ(index.blob_count(), 4u);
  EXPECT_EQ(index.packs().size(), 2u);
}

TEST(Index, MarkedPacksAreReadAndNotReused) {
  const PackEntry marked = pack_of(1, 4);
  const std::string json = index_json({marked}, {.written_ns = 5, .marked_ns = 7});
  Index index;
  ASSERT_TRUE(index.add_json(json, numbered(50)));
  EXPECT_EQ(index.files().at(0).notes.written_ns, 5);
  EXPECT_EQ(index.files().at(0).notes.marked_ns, 7);
  const PackedBlob& blob = marked.blobs[1];
  EXPECT_TRUE(index.contains(blob.type, blob.id));
  EXPECT_FALSE(index.reusable(blob.type, blob.id));
  EXPECT_TRUE(index.claim(blob.type, blob.id));
  EXPECT_FALSE(index.claim(blob.type, blob.id)) << "once";
  PackEntry again = marked;
  again.id = numbered(60);
  index.add(again);
  EXPECT_TRUE(index.reusable(blob.type, blob.id));
  EXPECT_EQ(index.find(blob.type, blob.id)->pack, again.id) << "the copy that stays";
  EXPECT_FALSE(index.claim(blob.type, blob.id));
}

TEST(Index, OneMarkIsEnoughInWhateverOrder) {
  const PackEntry pack = pack_of(1, 4);
  const std::string plain = index_json({pack}), with_mark = index_json({pack}, {.written_ns = {}, .marked_ns = 7});
  for (const bool mark_first : {true, false}) {
    Index index;
    ASSERT_TRUE(index.add_json(mark_first ? with_mark : plain, numbered(50)));
    ASSERT_TRUE(index.add_json(mark_first ? plain : with_mark, numbered(51)));
    EXPECT_FALSE(index.reusable(pack.blobs[0].type, pack.blobs[0].id));
  }
}

TEST(Index, WhatWithdrawnFilesListedCountsNoLonger) {
  const PackEntry pack = pack_of(1, 4);
  Index index;
  ASSERT_TRUE(index.add_json(index_json({pack}), numbered(50)));
  index.withdraw(std::vector{numbered(50)});
  EXPECT_FALSE(index.reusable(pack.blobs[0].type, pack.blobs[0].id));
  EXPECT_TRUE(index.packs().empty());
  ASSERT_TRUE(index.add_json(index_json({pack}), numbered(51)));
  EXPECT_TRUE(index.reusable(pack.blobs[0].type, pack.blobs[0].id));
  EXPECT_EQ(index.packs().size(), 1u);
  // Of packs that this process wrote, too.
  const PackEntry own = pack_of(2, 4);
  index.add(own);
  index.set_file(std::vector{own}, numbered(52));
  index.withdraw(std::vector{numbered(52)});
  EXPECT_FALSE(index.reusable(own.blobs[0].type, own.blobs[0].id));
}

TEST(Index, RefusesNotesThatAreNone) {
  for (const char* notes : {"[]", "7", R"({"marked":7})", R"({"marked":"yesterday"})", R"({"written":""})"}) {
    EXPECT_FALSE(Index().add_json(std::string(R"({"packs":[],"tranship":)") + notes + "}")) << notes;
  }
  EXPECT_TRUE(Index().add_json(R"({"packs":[],"tranship":{"later":1}})"));
}

TEST(Index, EachIdIsClaimedOnceWhateverTheThreads) {
  Index index;
  index.add(pack_of(0, 100));  // numbers 0 to 99 are stored
  std::atomic<int> claimed{0};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (std::uint32_t number = 0; number < 5000; ++number) {
          const auto type = number < 100 && number % 3 == 0 ? BlobType::tree : BlobType::data;
          if (index.claim(type, numbered(number))) {
            ++claimed;
            index.add({numbered(2000000 + number), {{numbered(number), type, 0, 40, 0}}});
          }
        }
      });
    }
  }
  EXPECT_EQ(claimed, 4900);
  EXPECT_EQ(index.blob_count(), 5000u);
}

const std::string kHex(64, 'a');
const std::string kBlob = R"({"id":")" + std::string(64, 'b') + R"(","type":"data","offset":25,"length":38})";

TEST(Index, JsonIsWhatResticWrites) {
  Id pack, blob;
  pack.bytes.fill(0xaa);
  blob.bytes.fill(0xbb);
  EXPECT_EQ(index_json({}), "{\"packs\":[]}\n");
  const PackEntry entry{pack, {{blob, BlobType::data, 25, 38, 0}, {blob, BlobType::tree, 63, 40, 99}}};
  const std::string json = index_json({entry});
  EXPECT_EQ(json, R"({"packs":[{"id":")" + kHex + R"(","blobs":[)" + kBlob + R"(,{"id":")" + std::string(64, 'b') +
                      R"(","type":"tree","offset":63,"length":40,"uncompressed_length":99}]}]})" + "\n");
  Index index;
  ASSERT_TRUE(index.add_json(json));
  EXPECT_EQ(index.find(BlobType::tree, blob)->uncompressed_length, 99u);
  EXPECT_EQ(index.find(BlobType::data, blob)->offset, 25u);
}

TEST(Index, ReadsMembersInAnyOrderAndThoseItDoesNotKnow) {
  Index index;
  const std::string json = R"({"supersedes":[")" + kHex + R"("],"packs_to_delete":[{"id":"x","time":"2024"}],)" +
                           R"("packs":[{"blobs":[)" + kBlob + R"(],"time":"2024-01-01T00:00:00Z","size":123,"id":")" +
                           kHex + R"("}],"more":{"a":[1]}})";
  const auto added = index.add_json(json);
  ASSERT_TRUE(added) << added.error().text();
  EXPECT_EQ(index.blob_count(), 1u);
  ASSERT_TRUE(index.add_json(R"({"packs":null})"));
  ASSERT_TRUE(index.add_json("{}"));
}

TEST(Index, RefusesWhatIsNotAnIndex) {
  const auto with_blob = [](const std::string& blob) {
    return R"({"packs":[{"id":")" + kHex + R"(","blobs":[)" + blob + "]}]}";
  };
  const std::string id = R"("id":")" + kHex + '"';
  for (const std::string& json : {
           std::string(), std::string("["), std::string("[]"), std::string("7"), std::string(R"({"packs":7})"),
           std::string(R"({"packs":[7]})"), std::string(R"({"packs":[{"blobs":[]}]})"), std::string("{} {}"),
           with_blob("7"), with_blob("{}"), with_blob("{" + id + R"(,"type":"data","offset":0})"),
           with_blob("{" + id + R"(,"type":"leaf","offset":0,"length":40})"),
           with_blob("{" + id + R"(,"type":"data","offset":-1,"length":40})"),
           with_blob("{" + id + R"(,"type":"data","offset":0,"length":31})"),
           with_blob("{" + id + R"(,"type":"data","offset":4294967295,"length":40})"),
           with_blob("{" + id + R"(,"type":"data","offset":0,"length":4294967296})"),
           with_blob(R"({"id":"ab","type":"data","offset":0,"length":40})"),
           with_blob("{" + id + R"(,"type":"data","offset":0,"length":40},)"),
       }) {
    Index index;
    const auto added = index.add_json(json);
    ASSERT_FALSE(added) << json;
    EXPECT_EQ(added.error().fault(), Fault::corrupt);
    EXPECT_EQ(index.blob_count(), 0u) << json;
  }
}

TEST(Index, SeededDamageNeverCrashesAndNeverAddsHalfAFile) {
  std::vector<PackEntry> packs;
  for (std::uint32_t number = 0; number < 5; ++number) packs.push_back(pack_of(number, 6));
  const std::string good = index_json(packs);
  std::mt19937 random(4711);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bad = good;
    for (int change = static_cast<int>(random() % 4); change >= 0; --change) {
      const std::size_t at = random() % bad.size();
      switch (random() % 4) {
        case 0: bad[at] = static_cast<char>(random()); break;
        case 1: bad.resize(at + 1); break;
        case 2: bad.erase(at, random() % 8); break;
        default: bad.insert(at, bad, random() % bad.size(), random() % 40); break;
      }
    }
    Index index;
    if (!index.add_json(bad)) {
      ++refused;
      EXPECT_EQ(index.blob_count(), 0u);
    }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace tranship::repo
