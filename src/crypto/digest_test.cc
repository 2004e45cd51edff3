#include "crypto/digest.h"

#include <gtest/gtest.h>

namespace tranship::crypto {
namespace {

struct Vector {
  std::string message;
  const char* digest;
};

// FIPS 180-4 examples and NIST's short ones.
std::vector<Vector> vectors() {
  return {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
       "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
      {std::string(1000000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
}

TEST(Sha256, GivesThePublishedDigests) {
  for (const auto& vector : vectors()) {
    EXPECT_EQ(sha256(as_bytes(vector.message)).hex(), vector.digest);
    Sha256 pieces;
    for (std::size_t at = 0; at < vector.message.size(); at += 7) {
      pieces.update(as_bytes(std::string_view(vector.message).substr(at, 7)));
    }
    EXPECT_EQ(pieces.finish().hex(), vector.digest);
  }
}

TEST(Sha256, CanBeMoved) {
  Sha256 first;
  first.update(as_bytes("a"));
  Sha256 second = std::move(first);
  second.update(as_bytes("b"));
  Sha256 third;
  third = std::move(second);
  third.update(as_bytes("c"));
  EXPECT_EQ(third.finish(), sha256(as_bytes("abc")));
}

// RFC 4231.
TEST(Hmac, GivesThePublishedCodes) {
  EXPECT_EQ(hmac_sha256(Bytes(20, 0x0b), as_bytes("Hi There")).hex(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?")).hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hmac_sha256(Bytes(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")).hex(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(hmac_sha256({}, {}).hex(), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

}  // namespace
}  // namespace tranship::crypto
