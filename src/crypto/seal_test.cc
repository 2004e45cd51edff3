#include "crypto/seal.h"

#include <gtest/gtest.h>

#include "crypto/poly1305_aes.h"

namespace tranship::crypto {
namespace {

template <std::size_t N>
std::array<std::uint8_t, N> bytes_of(std::string_view hex) {
  const Bytes bytes = from_hex(hex).value();
  std::array<std::uint8_t, N> result{};
  EXPECT_EQ(bytes.size(), N);
  std::copy(bytes.begin(), bytes.end(), result.begin());
  return result;
}

SealKey restic_key() {
  SealKey key;
  key.encrypt = bytes_of<32>("303e8687b1d7db18421bdc6bb8588ccadac4d59ee87b8ff70c44e635790cafef");
  key.mac_k = bytes_of<16>("ef4d8824cb80b2bcc5fbff8a9b12a42c");
  key.mac_r = bytes_of<16>("cc8d4b948ee0ebfe1d415de921d10353");
  return key;
}

// The vectors of the paper, appendix B.
TEST(Poly1305Aes, GivesThePublishedCodes) {
  struct {
    const char *message, *r, *k, *nonce, *mac;
  } const vectors[] = {
      {"f3f6", "851fc40c3467ac0be05cc20404f3f700", "ec074c835580741701425b623235add6",
       "fb447350c4e868c52ac3275cf9d4327e", "f4c633c3044fc145f84f335cb81953de"},
      {"", "a0f3080000f46400d0c7e9076c834403", "75deaa25c09f208e1dc4ce6b5cad3fbf",
       "61ee09218d29b0aaed7e154a2c5509cc", "dd3fab2251f11ac759f0887129cc2ee7"},
      {"663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136", "48443d0bb0d21109c89a100b5ce2c208",
       "6acb5f61a7176dd320c5c1eb2edcdc74", "ae212a55399729595dea458bc621ff0e", "0ee1c16bb73f0f4fd19881753c01cdbe"},
      {"ab0812724a7f1e342742cbed374d94d136c6b8795d45b3819830f2c04491faf0"
       "990c62e48b8018b2c3e4a0fa3134cb67fa83e158c994d961c4cb21095c1bf9",
       "12976a08c4426d0ce8a82407c4f48207", "e1a5668a4d5b66a5f68cc5424ed5982d", "9ae831e743978d3a23527c7128149e3a",
       "5154ad0d2cb26e01274fc51148491f1b"},
  };
  for (const auto& vector : vectors) {
    Poly1305Aes mac(bytes_of<16>(vector.k), bytes_of<16>(vector.r));
    for (int again = 0; again < 2; ++again) {
      std::array<std::uint8_t, 16> code{};
      mac.authenticate(from_hex(vector.nonce)->data(), from_hex(vector.message).value(), code.data());
      EXPECT_EQ(to_hex(code), vector.mac);
    }
  }
}

TEST(Sealer, OpensWhatResticSealed) {
  Sealer sealer(restic_key());
  const Bytes sealed = from_hex("69fb41c62d12def4593bd71757138606338f621aeaeb39da0fe4f99233f8037a"
                                "54ea63338a813bcf3f75d8c3cc75dddf8750")
                           .value();
  EXPECT_EQ(as_text(sealer.open(sealed).value()), "Dies ist ein Test!");
}

TEST(Sealer, OpensWhatItSealedAndNothingElse) {
  Sealer sealer(restic_key());
  for (std::size_t size : {0, 1, 15, 16, 17, 63, 64, 65, 1000, 70000}) {
    Bytes plain(size);
    for (std::size_t i = 0; i < size; ++i) plain[i] = static_cast<std::uint8_t>(i * 7);
    Bytes sealed = sealer.seal(plain);
    ASSERT_EQ(sealed.size(), size + kSealOverhead);
    EXPECT_NE(sealed, sealer.seal(plain)) << "the IV must be new each time";
    EXPECT_EQ(sealer.open(sealed).value(), plain);
    for (std::size_t at : {std::size_t{3}, 16 + size / 2, sealed.size() - 1}) {
      sealed[at] ^= 0x20;
      Bytes out(size, 0xee);
      const auto opened = sealer.open(sealed, out);
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().fault(), Fault::corrupt);
      EXPECT_EQ(out, Bytes(size, 0xee)) << "plain text of a damaged seal must not come out";
      sealed[at] ^= 0x20;
    }
  }
  EXPECT_EQ(sealer.open(Bytes(31)).error().fault(), Fault::corrupt);
  EXPECT_EQ(sealer.open(Bytes(32)).error().fault(), Fault::corrupt);  // a zero IV
}

TEST(Sealer, WorksInPlace) {
  Sealer sealer(SealKey::random());
  Bytes buffer(5000 + kSealOverhead, 0x42);
  sealer.seal(ByteView(buffer).subspan(16, 5000), buffer);
  ASSERT_TRUE(sealer.open(buffer, MutableByteView(buffer).subspan(16, 5000)));
  EXPECT_EQ(Bytes(buffer.begin() + 16, buffer.end() - 16), Bytes(5000, 0x42));
}

TEST(SealKey, KnowsAnEmptyOne) {
  EXPECT_FALSE(SealKey().valid());
  EXPECT_TRUE(SealKey::random().valid());
  SealKey half = SealKey::random();
  half.mac_r = {};
  EXPECT_FALSE(half.valid());
}

std::string derived(std::string password, std::string_view salt, std::uint64_t n, std::uint32_t r, std::uint32_t p) {
  const auto key = derive_key(Secret(std::move(password)), as_bytes(salt), n, r, p);
  if (!key) return std::string(fault_name(key.error().fault()));
  return to_hex(key->encrypt) + to_hex(key->mac_k) + to_hex(key->mac_r);
}

// RFC 7914, section 12.
TEST(DeriveKey, GivesThePublishedKeys) {
  EXPECT_EQ(derived("", "", 16, 1, 1),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
            "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
  EXPECT_EQ(derived("password", "NaCl", 1024, 8, 16),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
            "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
  EXPECT_EQ(derived("pleaseletmein", "SodiumChloride", 16384, 8, 1),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
            "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
}

TEST(DeriveKey, RefusesWhatWouldTakeTooMuch) {
  for (auto [n, r, p] : std::initializer_list<std::tuple<std::uint64_t, std::uint32_t, std::uint32_t>>{
           {0, 8, 1}, {1, 8, 1}, {1000, 8, 1}, {1u << 21, 8, 1}, {std::uint64_t{1} << 63, 1, 1}, {16, 0, 1},
           {16, 8, 0}, {2, 0xffffffff, 0xffffffff}, {2, 1, 0xffffffff}, {1u << 20, 8, 1000}}) {
    EXPECT_EQ(derived("x", "y", n, r, p), "invalid") << n << " " << r << " " << p;
  }
}

}  // namespace
}  // namespace tranship::crypto
