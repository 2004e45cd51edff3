#include <gtest/gtest.h>

#include <random>

#include "crypto/digest.h"
#include "crypto/sha256_kernels.h"

namespace tranship::crypto {
namespace {

std::vector<Sha256Kernels> choices() {
  std::vector<Sha256Kernels> result{{}};
  const auto& features = cpu_features();
  if (features.sha) result.push_back({.avx512 = false, .ni = true});
  if (features.avx512) result.push_back({.avx512 = true, .ni = false});
  if (features.avx512 && features.sha) result.push_back({.avx512 = true, .ni = true});
  return result;
}

// Every message in memory of its own size, at an odd place: a sanitizer sees a read beside it.
void expect_digests(const std::vector<Bytes>& messages) {
  std::vector<ByteView> views(messages.begin(), messages.end());
  for (auto kernels : choices()) {
    std::vector<Id> digests(messages.size());
    sha256_many(views, digests, kernels);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      ASSERT_EQ(digests[i], sha256(messages[i]))
          << "message " << i << " of " << messages.size() << ", " << messages[i].size() << " bytes, avx512 "
          << kernels.avx512 << ", ni " << kernels.ni;
    }
  }
}

Bytes random_message(std::mt19937_64& random, std::size_t size) {
  Bytes message(size);
  for (auto& byte : message) byte = static_cast<std::uint8_t>(random());
  return message;
}

TEST(Sha256Many, AgreesForEveryShortLength) {
  std::mt19937_64 random(1);
  std::vector<Bytes> messages;
  for (std::size_t size = 0; size < 300; ++size) messages.push_back(random_message(random, size));
  expect_digests(messages);
}

TEST(Sha256Many, AgreesForEveryCount) {
  std::mt19937_64 random(2);
  for (std::size_t count = 0; count < 40; ++count) {
    std::vector<Bytes> messages;
    for (std::size_t i = 0; i < count; ++i) messages.push_back(random_message(random, random() % 3000));
    expect_digests(messages);
  }
}

TEST(Sha256Many, AgreesForMessagesOfVeryDifferentLengths) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 20; ++round) {
    std::vector<Bytes> messages;
    const std::size_t count = 14 + random() % 50;
    for (std::size_t i = 0; i < count; ++i) {
      messages.push_back(random_message(random, random() % (std::size_t{1} << random() % 18)));
    }
    expect_digests(messages);
  }
}

TEST(Sha256Many, FillsEachDigestInItsPlace) {
  const std::vector<ByteView> messages = {as_bytes("abc"), as_bytes(""), as_bytes("abc")};
  std::vector<Id> digests(3);
  sha256_many(messages, digests);
  EXPECT_EQ(digests[0].hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digests[1].hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digests[2], digests[0]);
}

}  // namespace
}  // namespace tranship::crypto
