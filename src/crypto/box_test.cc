#include "crypto/box.h"

#include <gtest/gtest.h>

namespace tranship::crypto {
namespace {

TEST(Box, OnlyTheKeyItIsForOpensIt) {
  const auto keys = make_box_keys(), others = make_box_keys();
  for (const std::string text : {"", "a", "a longer text, longer than one block of the cipher is, and then more"}) {
    const auto box = seal_box(keys.public_key, as_bytes(text));
    ASSERT_TRUE(box);
    EXPECT_EQ(box->size(), text.size() + kBoxOverhead);
    const auto plain = open_box(keys, *box);
    ASSERT_TRUE(plain) << plain.error().what();
    EXPECT_EQ(as_text(*plain), text);
    const auto refused = open_box(others, *box);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault(), Fault::auth);
  }
}

TEST(Box, AChangedByteOrACutIsRefused) {
  const auto keys = make_box_keys();
  const auto box = seal_box(keys.public_key, as_bytes("secret"));
  ASSERT_TRUE(box);
  for (std::size_t at = 0; at < box->size(); ++at) {
    Bytes changed = *box;
    changed[at] ^= 1;
    EXPECT_FALSE(open_box(keys, changed)) << at;
    EXPECT_FALSE(open_box(keys, ByteView(*box).first(at))) << at;
  }
}

TEST(Box, KeysComeBackFromThePrivatePart) {
  const auto keys = make_box_keys();
  const auto again = box_keys_of(keys.private_key);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_key, keys.public_key);
  EXPECT_FALSE(box_keys_of(Secret("short")));
  // A point of small order gives the same shared secret to everybody.
  EXPECT_FALSE(seal_box(BoxPublicKey{}, as_bytes("secret")));
}

// RFC 7748, section 6.1: Alice's keys.
TEST(Box, PublicKeysAreThoseOfTheStandard) {
  const auto secret = from_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a").value();
  const auto keys = box_keys_of(Secret(std::string(as_text(secret))));
  ASSERT_TRUE(keys);
  EXPECT_EQ(to_hex(keys->public_key), "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
}

}  // namespace
}  // namespace tranship::crypto
