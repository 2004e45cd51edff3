// Goal: what is set up in one go are the objects that people would write by hand. Method: their JSON, and an API server
// that refuses in between (TRANSHIP_TEST_KUBECONFIG).

#include "controller/setup/setup.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "controller/setup/follow.h"
#include "controller/testing/cluster.h"

namespace tranship::controller::setup {
namespace {

store::Location bucket() {
  store::Location location;
  location.kind = store::Location::Kind::s3;
  location.bucket = "backups";
  location.prefix = "team";
  location.endpoint = "https://s3.example";
  location.credentials = {"AKIA", Secret("hidden"), {}};
  return location;
}

LocationSetup depot() {
  return {.name = "depot",
          .name_space = "tranship",
          .spec = spec_of(bucket()),
          .credentials = {{"accessKeyId", "AKIA"}, {"secretAccessKey", "hidden"}},
          .passphrase = Secret("a sentence")};
}

TEST(SpecOf, SaysWhereAndNothingSecret) {
  EXPECT_EQ(spec_of(bucket()), (Json{{"s3",
                                      {{"bucket", "backups"},
                                       {"prefix", "team"},
                                       {"endpoint", "https://s3.example"},
                                       {"region", "us-east-1"},
                                       {"pathStyle", true}}}}));
  store::Location nfs;
  nfs.kind = store::Location::Kind::nfs;
  nfs.path = "/srv";
  nfs.prefix = "team";
  nfs.nfs = {.host = "nas.example", .port = 20490, .mount_port = 0, .version = 4, .uid = 7, .gid = 8};
  EXPECT_EQ(spec_of(nfs), (Json{{"nfs",
                                 {{"server", "nas.example"},
                                  {"path", "/srv/team"},
                                  {"port", 20490},
                                  {"version", 4},
                                  {"uid", 7},
                                  {"gid", 8}}}}));
  EXPECT_TRUE(spec_of(store::Location()).empty());
}

TEST(LocationSetup, SecretsAreNamedByTheLocation) {
  const auto made = location_setup(depot());
  EXPECT_EQ(made.object["kind"], "Location");
  EXPECT_EQ(made.object["spec"]["s3"]["credentialsSecret"]["name"], "depot-keys");
  EXPECT_EQ(made.object["spec"]["passphraseSecret"]["name"], "depot-passphrase");
  ASSERT_EQ(made.secrets.size(), 2u);
  EXPECT_EQ(made.secrets[0]["metadata"]["name"], "depot-keys");
  EXPECT_EQ(made.secrets[1]["stringData"]["passphrase"], "a sentence");
  EXPECT_EQ(made.object.dump().find("hidden"), std::string::npos);
}

TEST(LocationSetup, WithoutKeysAndPassphraseThereAreNoSecrets) {
  LocationSetup wanted = depot();
  wanted.credentials = Json();
  wanted.passphrase.reset();
  const auto made = location_setup(std::move(wanted));
  EXPECT_TRUE(made.secrets.empty());
  EXPECT_FALSE(made.object["spec"].contains("passphraseSecret"));
}

TEST(ImportSetup, APolicyThatImportsAndRestores) {
  const auto made = import_setup({.name = "shop",
                                   .name_space = "tranship",
                                   .location = "depot",
                                   .token = Secret("tranship1_x"),
                                   .schedule = {{"every", "15m"}},
                                   .restore = {{"targetNamespace", "replica"}},
                                   .run_now = "now"});
  EXPECT_EQ(made.object["spec"], (Json{{"import", {{"location", {{"name", "depot"}}},
                                                   {"tokenSecret", {{"name", "shop-token"}}}}},
                                       {"schedule", {{"every", "15m"}}},
                                       {"restore", {{"targetNamespace", "replica"}}}}));
  EXPECT_EQ(made.object["metadata"]["annotations"]["tranship.io/run"], "now");
  EXPECT_EQ(made.secrets.at(0)["stringData"]["token"], "tranship1_x");
  const auto plain = import_setup({"shop", "tranship", "depot", Secret("x"), Json(), Json(), ""});
  EXPECT_FALSE(plain.object["spec"].contains("schedule"));
  EXPECT_FALSE(plain.object["metadata"].contains("annotations"));
}

TEST(FailureOf, SaysWhatAndKeepsTheCode) {
  Json action{{"kind", "Export"}, {"metadata", {{"name", "first"}}}, {"status", {{"phase", "Succeeded"}}}};
  EXPECT_FALSE(failure_of(action));
  action["status"] = {{"phase", "Failed"},
                      {"error", {{"code", "scope.namespace"}, {"message", "not yours"}, {"fix", "ask"}}}};
  const auto failure = failure_of(action);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->fault(), Fault::auth);
  EXPECT_EQ(failure->code(), "scope.namespace");
  EXPECT_EQ(failure->what(), "Export first: not yours");
  EXPECT_EQ(failure->fix(), "ask");
}

TEST(SetupOnACluster, NothingIsLeftOfWhatWasRefused) {
  TRANSHIP_NEEDS_CLUSTER();
  testing::ApiCluster cluster;
  LocationSetup wanted = depot();
  wanted.name_space = cluster.name_space();
  const auto there = [&](const std::string& secret) {
    return cluster.client().get({}, kube::types::secret(), cluster.name_space(), secret).has_value();
  };
  // A Secret of that name is there: the first one is taken back.
  auto made = location_setup(wanted);
  ASSERT_TRUE(cluster.client().create({}, kube::types::secret(), made.secrets[1]));
  const auto refused = create({}, cluster.client(), made);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), "kube.AlreadyExists");
  EXPECT_FALSE(there("depot-keys"));
  EXPECT_TRUE(there("depot-passphrase"));
  ASSERT_TRUE(cluster.client().remove({}, kube::types::secret(), cluster.name_space(), "depot-passphrase"));
  // What is no location is refused before a Secret is written.
  auto wrong = made;
  wrong.object["spec"]["nfs"] = {{"server", "x"}, {"path", "/"}};
  EXPECT_FALSE(create({}, cluster.client(), wrong));
  EXPECT_FALSE(there("depot-keys"));
  EXPECT_TRUE(create({}, cluster.client(), made, true));
  EXPECT_FALSE(there("depot-keys"));
  ASSERT_TRUE(create({}, cluster.client(), made));
  EXPECT_TRUE(there("depot-keys"));
  ASSERT_TRUE(remove({}, cluster.client(), made));
  EXPECT_FALSE(there("depot-passphrase"));
  EXPECT_TRUE(remove({}, cluster.client(), made)) << "again";
}

TEST(SetupOnACluster, ALocationIsChangedWithItsSecrets) {
  TRANSHIP_NEEDS_CLUSTER();
  testing::ApiCluster cluster;
  kube::Client& client = cluster.client();
  LocationSetup wanted = depot();
  wanted.name_space = cluster.name_space();
  wanted.credentials["sessionToken"] = "for an hour";
  wanted.passphrase.reset();
  ASSERT_TRUE(create({}, client, location_setup(wanted)));
  const auto value = [&](const std::string& secret, const char* key) {
    const auto found = client.get({}, kube::types::secret(), cluster.name_space(), secret);
    return found ? json_string(*found, {"data", key}) : std::string("no Secret");
  };

  // The specification alone: what the location names stays.
  LocationSetup change = wanted;
  change.credentials = Json();
  change.spec = {{"s3", {{"bucket", "others"}}}, {"access", "ReadOnly"}};
  const auto changed = change_location({}, client, change);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(json_string(*changed, {"spec", "s3", "bucket"}), "others");
  EXPECT_EQ(json_string(*changed, {"spec", "s3", "prefix"}), "") << "what is left out is gone";
  EXPECT_EQ(json_string(*changed, {"spec", "s3", "credentialsSecret", "name"}), "depot-keys");
  EXPECT_EQ(value("depot-keys", "accessKeyId"), to_base64(as_bytes("AKIA")));

  // Keys and a first passphrase.
  change.credentials = {{"accessKeyId", "NEW"}, {"secretAccessKey", "new"}};
  change.passphrase = Secret("another sentence");
  ASSERT_TRUE(change_location({}, client, change));
  EXPECT_EQ(value("depot-keys", "accessKeyId"), to_base64(as_bytes("NEW")));
  EXPECT_EQ(value("depot-keys", "sessionToken"), "");
  EXPECT_EQ(value("depot-passphrase", "passphrase"), to_base64(as_bytes("another sentence")));

  // What is no location is refused, and no Secret is touched for it.
  change.spec["nfs"] = {{"server", "x"}, {"path", "/"}};
  change.credentials = {{"accessKeyId", "WRONG"}, {"secretAccessKey", "x"}};
  EXPECT_FALSE(change_location({}, client, change));
  EXPECT_EQ(value("depot-keys", "accessKeyId"), to_base64(as_bytes("NEW")));

  ASSERT_TRUE(remove_location({}, client, cluster.name_space(), "depot"));
  EXPECT_EQ(value("depot-keys", "accessKeyId"), "no Secret");
  EXPECT_EQ(value("depot-passphrase", "passphrase"), "no Secret");
}

TEST(SetupOnACluster, APolicyThatImportsGetsAnotherToken) {
  TRANSHIP_NEEDS_CLUSTER();
  testing::ApiCluster cluster;
  kube::Client& client = cluster.client();
  const std::string& where = cluster.name_space();
  ASSERT_TRUE(create({}, client, import_setup({"shop", where, "depot", Secret("old"), Json(), Json(), ""})));
  ASSERT_TRUE(change_import_token({}, client, where, "shop", Secret("new")));
  const auto secret = client.get({}, kube::types::secret(), where, "shop-token");
  ASSERT_TRUE(secret);
  EXPECT_EQ(json_string(*secret, {"data", "token"}), to_base64(as_bytes("new")));
  const auto nobody = change_import_token({}, client, where, "crm", Secret("new"));
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().fault(), Fault::not_found);
}

}  // namespace
}  // namespace tranship::controller::setup
