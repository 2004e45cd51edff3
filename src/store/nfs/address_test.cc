// Goal: addresses of NFS locations mean what the help says, bad ones say what is accepted, and what a token or a task
// carries is believed no more than what is typed.

#include "store/nfs/address.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <random>

namespace tranship::store::nfs {
namespace {

TEST(NfsAddress, PartsAreRead) {
  const auto plain = parse_address("nfs://nas.example/exports/backups/");
  ASSERT_TRUE(plain) << plain.error().text();
  EXPECT_EQ(plain->nfs.host, "nas.example");
  EXPECT_EQ(plain->path, "/exports/backups");
  EXPECT_EQ(plain->nfs.version, 3);
  EXPECT_EQ(plain->nfs.port, 0);
  EXPECT_EQ(plain->nfs.uid, ::geteuid());
  EXPECT_EQ(plain->nfs.gid, ::getegid());
  const auto full = parse_address("nfs://[fd00::1]:12049/?version=4&uid=65532&gid=7&mountport=20048");
  ASSERT_TRUE(full) << full.error().text();
  EXPECT_EQ(full->nfs.host, "fd00::1");
  EXPECT_EQ(full->nfs.port, 12'049);
  EXPECT_EQ(full->path, "/");
  EXPECT_EQ(full->nfs.version, 4);
  EXPECT_EQ(full->nfs.uid, 65'532u);
  EXPECT_EQ(full->nfs.gid, 7u);
  EXPECT_EQ(full->nfs.mount_port, 20'048);
}

TEST(NfsAddress, TheAddressOfALocationIsReadBack) {
  for (const char* address : {"nfs://nas/a?uid=0&gid=0", "nfs://nas:2049/a/b c?uid=1&gid=2&mountport=5",
                              "nfs://[::1]/?uid=1&gid=2&version=4"}) {
    const auto location = parse_address(address);
    ASSERT_TRUE(location) << address << ": " << location.error().text();
    EXPECT_EQ(location->address(), address);
    EXPECT_EQ(to_location_json(*from_location_json(to_location_json(*location))), to_location_json(*location));
  }
  Location location = *parse_address("nfs://nas/a?uid=1&gid=2");
  EXPECT_EQ(location.under("repositories/shop").address(), "nfs://nas/a/repositories/shop?uid=1&gid=2");
  EXPECT_EQ(location.under("repositories/shop").path, "/a");
  location = *parse_address("nfs://nas/?uid=1&gid=2");
  EXPECT_EQ(location.under("x").address(), "nfs://nas/x?uid=1&gid=2");
}

TEST(NfsAddress, BadOnesSayWhatIsAccepted) {
  for (const char* address : {"nfs://",
                              "nfs://nas",
                              "nfs:///path",
                              "nfs://nas:/path",
                              "nfs://nas:0/path",
                              "nfs://nas:65536/path",
                              "nfs://nas:x/path",
                              "nfs://-o/path",
                              "nfs://user@nas/path",
                              "nfs://[::1/path",
                              "nfs://[::1]x/path",
                              "nfs://nas/a/../b",
                              "nfs://nas/a//b",
                              "nfs://nas/.",
                              "nfs://nas/a?",
                              "nfs://nas/a?version=2",
                              "nfs://nas/a?version",
                              "nfs://nas/a?uid=-1",
                              "nfs://nas/a?uid=4294967295",
                              "nfs://nas/a?color=red",
                              "nfs://nas/a?uid=1&"}) {
    const auto result = parse_address(address);
    ASSERT_FALSE(result) << address;
    EXPECT_EQ(result.error().fault(), Fault::invalid) << address;
    EXPECT_NE(result.error().fix().find("nfs://server/path"), std::string::npos) << address;
  }
  EXPECT_FALSE(parse_address("nfs://nas/" + std::string(1024, 'x')));
}

TEST(NfsAddress, WhatJsonSaysIsChecked) {
  const Json good = to_location_json(*parse_address("nfs://nas/a?uid=1&gid=2"));
  ASSERT_TRUE(from_location_json(good));
  const auto with = [&](const char* name, Json value) {
    Json changed = good;
    changed[name] = std::move(value);
    return changed;
  };
  for (const Json& bad :
       {with("server", ""), with("server", "a/b"), with("path", "a"), with("path", "/a/../b"), with("path", "/a?uid=0"),
        with("path", std::string("/a\0b", 4)), with("prefix", "../b"), with("port", 65'536), with("port", -1),
        with("port", std::int64_t{1} << 40), with("version", 2), with("uid", -1), with("uid", std::int64_t{1} << 32),
        with("gid", "none"), with("mountPort", 70'000)}) {
    EXPECT_EQ(from_location_json(bad).error().fault(), Fault::invalid) << bad.dump();
  }
  Json anonymous = good;
  anonymous.erase("uid");
  EXPECT_FALSE(from_location_json(anonymous)) << "whose files they are must be said";
}

TEST(NfsAddress, AnyBytesAreAnErrorOrAnAddressThatIsReadBack) {
  const std::string whole = "nfs://[fd00::1]:12049/exports/backups?version=4&uid=65532&gid=7&mountport=20048";
  for (std::uint32_t seed = 1; seed <= 5000; ++seed) {
    std::mt19937 random(seed);
    std::string damaged = whole;
    for (std::uint32_t i = 0; i <= seed % 4; ++i) {
      const std::size_t at = 6 + random() % (damaged.size() - 6);
      switch (random() % 3) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged.erase(at, random() % 9);
          break;
        default:
          damaged.insert(at, whole.substr(6 + random() % 40, random() % 30));
      }
      if (damaged.size() < 8) damaged = "nfs://xx";
    }
    if (const auto location = parse_address(damaged)) {
      const auto again = parse_address(location->address());
      ASSERT_TRUE(again) << damaged << " became " << location->address();
      EXPECT_EQ(to_location_json(*again), to_location_json(*location));
    }
  }
}

}  // namespace
}  // namespace tranship::store::nfs
