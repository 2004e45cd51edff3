// The chunks of stock restic, compared one by one: same polynomial, same file, same lengths and ids.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "crypto/digest.h"
#include "repo/chunker/chunker.h"

namespace tranship::repo {
namespace {

namespace fs = std::filesystem;

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  char buffer[65536];
  for (std::size_t got; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, got);
  EXPECT_EQ(pclose(pipe), 0) << command;
  return output;
}

// 24 MiB random, 3 MiB zeros, 20 MiB of repeating and 1 MiB + 77 bytes of random again.
Bytes sample() {
  std::mt19937_64 random(5);
  Bytes data(48u << 20 | 77u);
  for (std::size_t i = 0; i + 8 <= data.size(); i += 8) {
    std::uint64_t value = random();
    if (i >= 24u << 20 && i < 27u << 20) value = 0;
    if (i >= 27u << 20 && i < 47u << 20) value = i % 4096;
    std::memcpy(data.data() + i, &value, 8);
  }
  return data;
}

TEST(ChunkerWithRestic, CutsLikeRestic) {
  if (system("command -v restic >/dev/null") != 0) GTEST_SKIP() << "restic is not installed";
  char name[] = "/tmp/chunker-restic-XXXXXX";
  const fs::path scratch = mkdtemp(name);
  const Bytes data = sample();
  std::ofstream(scratch / "data", std::ios::binary).write(as_text(data).data(), static_cast<long>(data.size()));
  const std::string restic = "cd " + scratch.string() + " && RESTIC_PASSWORD=x restic --no-cache -q -r repository ";
  output_of(restic + "init");
  output_of(restic + "backup data");
  const auto config = nlohmann::json::parse(output_of(restic + "cat config"));
  const auto snapshot_id = nlohmann::json::parse(output_of(restic + "snapshots --json")).at(0).at("id");
  const auto snapshot = nlohmann::json::parse(output_of(restic + "cat snapshot " + snapshot_id.get<std::string>()));
  const auto tree = nlohmann::json::parse(output_of(restic + "cat blob " + snapshot.at("tree").get<std::string>()));
  const auto& expected = tree.at("nodes").at(0).at("content");
  const std::uint64_t polynomial = std::stoull(config.at("chunker_polynomial").get<std::string>(), nullptr, 16);
  EXPECT_TRUE(is_chunker_polynomial(polynomial));

  for (auto level : crypto::kernel_levels()) {
    const Chunker chunker(polynomial, level);
    std::vector<ByteView> chunks;
    for (std::size_t at = 0; at < data.size(); at += chunks.back().size()) {
      chunks.push_back(ByteView(data).subspan(at, chunker.next(ByteView(data).subspan(at))));
    }
    std::vector<Id> ids(chunks.size());
    crypto::sha256_many(chunks, ids);
    ASSERT_EQ(ids.size(), expected.size()) << crypto::kernel_level_name(level);
    for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i].hex(), expected[i].get<std::string>()) << i;
  }
  fs::remove_all(scratch);
}

}  // namespace
}  // namespace tranship::repo
