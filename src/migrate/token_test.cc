#include "migrate/token.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/units.h"
#include "migrate/token_keys.h"

namespace tranship::migrate {
namespace {

using std::chrono::hours;

TransferToken example() {
  TransferToken token;
  token.application = "minio";
  token.cluster = "east";
  token.created = "2026-11-28T01:00:00Z";
  token.expires = "2026-12-28T01:00:00Z";
  token.key = std::string(64, 'a');
  token.password = Secret("a key's own password");
  token.folder = "repositories/minio";
  token.location.kind = store::Location::Kind::s3;
  token.location.bucket = "backups";
  token.location.prefix = "team";
  token.location.endpoint = "https://play.example";
  token.location.region = "eu-central-1";
  token.location.path_style = false;
  token.location.ca_pem = "-----BEGIN CERTIFICATE-----";
  return token;
}

std::string text_of(const TransferToken& token) {
  return std::string(token_text(token).value().reveal());
}
std::string code_of(const std::string& text) {
  const auto parsed = parse_token(Secret(text));
  return parsed ? "fine" : parsed.error().code();
}

TEST(TransferToken, HoldsWhatWasPutIntoIt) {
  const auto token = example();
  const auto again = parse_token(Secret(text_of(token)));
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->application, token.application);
  EXPECT_EQ(again->cluster, token.cluster);
  EXPECT_EQ(again->created, token.created);
  EXPECT_EQ(again->expires, token.expires);
  EXPECT_EQ(again->key, token.key);
  EXPECT_EQ(again->password, token.password);
  EXPECT_EQ(again->folder, token.folder);
  EXPECT_EQ(again->location.address(), "s3://backups/team");
  EXPECT_EQ(again->location.endpoint, token.location.endpoint);
  EXPECT_EQ(again->location.region, token.location.region);
  EXPECT_EQ(again->location.path_style, token.location.path_style);
  EXPECT_EQ(again->location.ca_pem, token.location.ca_pem);
  EXPECT_FALSE(again->has_credentials());
}

TEST(TransferToken, AnNfsLocationTravelsWithWhoseItsFilesAre) {
  auto token = example();
  token.location = store::parse_location({}, "nfs://nas/srv?uid=4711&gid=42&version=4", {}).value();
  const auto again = parse_token(Secret(text_of(token)));
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->location.address(), "nfs://nas/srv?uid=4711&gid=42&version=4");
  // What a token says is an address of its own, and nothing in it steps out of it.
  token.location.path = "/srv/../etc";
  EXPECT_EQ(parse_token(Secret(text_of(token))).error().fault(), Fault::invalid);
}

TEST(TransferToken, CredentialsTravelOnlyWhenTheyArePutIn) {
  auto token = example();
  token.location.credentials = {"an id", Secret("a secret key"), Secret()};
  const auto again = parse_token(Secret(text_of(token)));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->location.credentials.secret_access_key, Secret("a secret key"));
}

TEST(TransferToken, WrappedAndQuotedPastesAreTheSame) {
  std::string text = text_of(example());
  for (std::size_t at = 60; at < text.size(); at += 62) text.insert(at, "\r\n");
  EXPECT_EQ(code_of("  \"" + text + "\"\n"), "fine");
}

TEST(TransferToken, EveryCutIsCalledACut) {
  const std::string text = text_of(example());
  for (std::size_t length = std::string("tranship1_").size(); length < text.size(); ++length) {
    EXPECT_EQ(code_of(text.substr(0, length)), "token.cut") << length << " of " << text.size();
  }
}

TEST(TransferToken, EveryChangedLetterIsFound) {
  const std::string text = text_of(example());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    const std::string code = code_of(changed);
    EXPECT_TRUE(code == "token.changed" || code == "token.cut" || code == "token.none") << at << ": " << code;
  }
  EXPECT_EQ(code_of(text + "AAAA"), "token.changed");
  EXPECT_EQ(code_of(text + "!"), "token.changed");
}

TEST(TransferToken, OtherTextsAndNewerVersionsAreToldApart) {
  EXPECT_EQ(code_of(""), "token.none");
  EXPECT_EQ(code_of("s3://backups/team"), "token.none");
  EXPECT_EQ(code_of("tranship"), "token.none");
  EXPECT_EQ(code_of("tranship2_AAAA"), "token.version");
  EXPECT_EQ(code_of(target_text({})), "token.none");
  const auto newer = parse_token(Secret("tranship7_AAAA"));
  EXPECT_NE(newer.error().text().find("version 7"), std::string::npos);
}

TEST(TransferToken, ErrorsNeverQuoteIt) {
  const std::string text = text_of(example());
  for (const std::string& wrong : {text.substr(0, text.size() - 9), text.substr(4), text + "xyz"}) {
    const auto parsed = parse_token(Secret(wrong));
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().text().find(text.substr(20, 16)), std::string::npos);
  }
}

TEST(TransferToken, ASealedOneOpensForItsTargetAlone) {
  const auto target = crypto::make_box_keys(), other = crypto::make_box_keys();
  const auto named = parse_target(target_text(target.public_key));
  ASSERT_TRUE(named);
  EXPECT_EQ(*named, target.public_key);
  const auto text = token_text(example(), *named);
  ASSERT_TRUE(text);
  ASSERT_TRUE(parse_token(*text, &target));
  EXPECT_EQ(parse_token(*text, &target)->password, example().password);
  for (const crypto::BoxKeyPair* keys : {&other, static_cast<const crypto::BoxKeyPair*>(nullptr)}) {
    const auto refused = parse_token(*text, keys);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), "token.sealed");
    EXPECT_NE(refused.error().text().find(target_name(target.public_key)), std::string::npos);
  }
  EXPECT_FALSE(parse_target(text_of(example())));
  EXPECT_FALSE(parse_target(target_text(target.public_key).substr(0, 40)));
}

TEST(TransferToken, EndsWhenItSays) {
  const auto token = example();
  const auto end = parse_time(token.expires).value();
  EXPECT_TRUE(check_not_expired(token, end - std::chrono::seconds(1)));
  const auto over = check_not_expired(token, end);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code(), "token.expired");
  auto endless = token;
  endless.expires.clear();
  EXPECT_TRUE(check_not_expired(endless, end + hours(24 * 365 * 50)));
}

// On a real repository in a directory.
class TokenKeys : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "tranship-token-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
    location_ = store::parse_location({}, "dir:" + path_, {}).value();
    repository_ = open_or_create_application({}, location_, "minio", Secret("a passphrase")).value();
  }
  void TearDown() override { std::filesystem::remove_all(path_); }

  Result<TransferToken> create(std::optional<std::chrono::seconds> lifetime = std::nullopt) {
    return create_token({}, repository_, location_,
                        {.application = "minio", .cluster = "east", .note = "for west", .lifetime = lifetime});
  }
  Result<ApplicationRepository> open(const TransferToken& token) {
    return open_repository_in({}, token.location, token.folder, token.password);
  }

  std::string path_;
  store::Location location_;
  ApplicationRepository repository_;
};

TEST_F(TokenKeys, ATokenOpensItsRepositoryUntilItIsRevoked) {
  const auto token = create(), other = create();
  ASSERT_TRUE(token) << token.error().text();
  ASSERT_TRUE(other);
  const auto opened = open(*token);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->repository->master_key(), repository_.repository->master_key());
  EXPECT_EQ(list_tokens({}, repository_)->size(), 2u);

  ASSERT_TRUE(revoke_token({}, repository_, token->key.substr(0, 8)));
  const auto refused = open(*token);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), "repository.password");
  EXPECT_TRUE(open(*other));
  EXPECT_TRUE(open_application({}, location_, "minio", Secret("a passphrase")));
  EXPECT_EQ(list_tokens({}, repository_)->size(), 1u);
  EXPECT_EQ(revoke_token({}, repository_, "ffffffffffffffff").error().code(), "token.id");
}

TEST_F(TokenKeys, AMachinesWholeTrustDoesNotTravel) {
  location_.ca_pem = std::string(kTokenCaBytesMax, 'c');
  EXPECT_EQ(create()->location.ca_pem, location_.ca_pem);
  location_.ca_pem += "c";
  EXPECT_EQ(create()->location.ca_pem, "");
  location_.endpoint = "http://play.example";
  location_.ca_pem = "a certificate";
  EXPECT_EQ(create()->location.ca_pem, "");
}

TEST_F(TokenKeys, AnEndedOneIsRefusedAndMakesRoom) {
  const auto token = create(std::chrono::seconds(-5));
  ASSERT_TRUE(token);
  const auto refused = open(*token);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), "repository.key-expired");
  EXPECT_TRUE(list_tokens({}, repository_)->front().expired);
  ASSERT_TRUE(create());
  EXPECT_EQ(list_tokens({}, repository_)->size(), 1u);
}

TEST_F(TokenKeys, NoMoreThanResticCouldStillFindItsOwnKeyAmong) {
  for (std::size_t i = 0; i < kTokensMax; ++i) ASSERT_TRUE(create());
  const auto refused = create();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), "token.too-many");
  ASSERT_TRUE(revoke_token({}, repository_, list_tokens({}, repository_)->front().key.hex()));
  EXPECT_TRUE(create());
}

}  // namespace
}  // namespace tranship::migrate
