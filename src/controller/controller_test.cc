// Goal: objects of a real API server are brought to what they ask for, by a controller in this process that looks after
// the test's namespace alone. Needs TRANSHIP_TEST_KUBECONFIG and TRANSHIP_TEST_S3.

#include "controller/controller.h"

#include <gtest/gtest.h>

#include <thread>

#include "controller/runtime/status.h"
#include "controller/testing/cluster.h"
#include "migrate/location_catalog.h"
#include "migrate/token.h"
#include "store/testing/s3_server.h"

namespace tranship::controller {
namespace {

using namespace std::chrono_literals;
using api::Location;

class ControllerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    TRANSHIP_NEEDS_CLUSTER();
    cluster_ = std::make_unique<testing::ApiCluster>();
    store_ = store::testing::s3_location(cluster_->name_space());
    if (!store_) GTEST_SKIP() << store::testing::kNoS3;
    write_secret("keys", {{"accessKeyId", store_->credentials.access_key_id},
                          {"secretAccessKey", std::string(store_->credentials.secret_access_key.reveal())}});
    write_secret("passphrase", {{"passphrase", "a sentence"}});
    begin();
  }
  void TearDown() override { end(); }

  void begin() {
    ControllerOptions options;
    options.listen = "127.0.0.1:0";
    options.lease = 3s;
    options.manager.settings.system_namespace = cluster_->name_space();
    options.manager.settings.only_namespace = cluster_->name_space();
    options.manager.clock.steady = [this] { return std::chrono::steady_clock::now() + passed_.load(); };
    options.manager.clock.wall = [this] { return std::chrono::system_clock::now() + passed_.load(); };
    stop_ = std::stop_source();
    thread_ = std::jthread([this, options, context = Context(stop_.get_token())] {
      const auto ended = run_controller(context, client(), options);
      EXPECT_TRUE(ended) << ended.error().text();
    });
  }
  void end() {
    stop_.request_stop();
    thread_ = {};
  }

  kube::Client& client() { return cluster_->client(); }
  const std::string& name_space() const { return cluster_->name_space(); }

  void write_secret(const std::string& name, const Json& values) {
    const Json secret = {{"apiVersion", "v1"},
                         {"kind", "Secret"},
                         {"metadata", {{"name", name}, {"namespace", name_space()}}},
                         {"stringData", values}};
    const auto written = client().apply({}, kube::types::secret(), secret, {.force = true});
    ASSERT_TRUE(written) << written.error().text();
  }
  Json object(const std::string& kind, const std::string& name, const Json& spec) const {
    return {{"apiVersion", api::kApiVersion},
            {"kind", kind},
            {"metadata", {{"name", name}, {"namespace", name_space()}}},
            {"spec", spec}};
  }
  Json location_spec() const {
    return {{"s3",
             {{"bucket", store_->bucket},
              {"prefix", store_->prefix},
              {"endpoint", store_->endpoint},
              {"credentialsSecret", {{"name", "keys"}}}}},
            {"passphraseSecret", {{"name", "passphrase"}}}};
  }
  void create(const kube::ResourceType& type, const Json& object) {
    const auto created = client().create({}, type, object);
    ASSERT_TRUE(created) << created.error().text();
  }

  // The object when `done` holds; the test fails when that takes longer than half a minute.
  template <class T>
  T wait_for(const std::string& name, const std::function<bool(const T&)>& done) {
    T last;
    const auto found =
        kube::wait_for(Context().with_timeout(40s), client(), T::type(), name_space(), name, [&](const Json& json) {
          const auto read = api::from_json<T>(json);
          if (read) last = *read;
          return read && done(*read);
        });
    EXPECT_TRUE(found) << to_text(api::to_json(last.status));
    return last;
  }
  Location wait_for_location(const std::string& status, const std::string& reason) {
    return wait_for<Location>("store", [&](const Location& location) {
      const auto* ready = find_condition(location.status.conditions, "Ready");
      return ready != nullptr && ready->status == status && ready->reason == reason;
    });
  }
  template <class T>
  T wait_until_over(const std::string& name) {
    return wait_for<T>(name, [](const T& action) { return action.status.completion_time.has_value(); });
  }
  // Events are recorded after the status is written.
  void expect_event(const std::string& name, const std::string& reason) {
    for (int look = 0; look < 100; ++look) {
      const auto events = client().list_all({}, kube::types::event(), name_space());
      ASSERT_TRUE(events) << events.error().text();
      for (const auto& event : *events) {
        if (json_string(event, {"involvedObject", "name"}) == name && json_string(event, {"reason"}) == reason) return;
      }
      std::this_thread::sleep_for(100ms);
    }
    ADD_FAILURE() << "no Event " << reason << " of " << name;
  }

  std::unique_ptr<testing::ApiCluster> cluster_;
  std::optional<store::Location> store_;
  std::atomic<std::chrono::seconds> passed_{0s};  // by which the controller's clocks are ahead
  std::stop_source stop_;
  std::jthread thread_;
};

TEST_F(ControllerTest, ALocationIsCheckedWhenItsSpecItsSecretOrItsAnnotationChange) {
  create(Location::type(), object("Location", "store", location_spec()));
  auto location = wait_for_location("True", "Checked");
  EXPECT_EQ(location.status.applications, 0);
  EXPECT_EQ(location.status.address, "s3://" + store_->bucket + "/" + store_->prefix);
  EXPECT_FALSE(location.status.error);
  expect_event("store", "Ready");

  write_secret("keys", {{"secretAccessKey", "wrong"}});
  location = wait_for_location("False", "Credentials");
  EXPECT_EQ(location.status.error->code, "store.credentials");
  expect_event("store", "Credentials");
  ASSERT_TRUE(client().remove({}, kube::types::secret(), name_space(), "keys"));
  wait_for_location("False", "SecretMissing");
  write_secret("keys", {{"accessKeyId", store_->credentials.access_key_id}});
  wait_for_location("False", "SecretKey");
  write_secret("keys", {{"secretAccessKey", std::string(store_->credentials.secret_access_key.reveal())}});
  wait_for_location("True", "Checked");

  const auto patch = [&](const Json& change) {
    const auto patched = client().patch({}, Location::type(), name_space(), "store", kube::PatchKind::merge, change);
    EXPECT_TRUE(patched) << patched.error().text();
  };
  patch({{"metadata", {{"annotations", {{"tranship.io/check", "now"}}}}}});
  wait_for<Location>("store", [](const Location& each) { return each.status.check_seen == "now"; });
  patch({{"spec", {{"s3", {{"bucket", "no-such-bucket"}}}}}});
  wait_for_location("False", "NoBucket");
}

TEST_F(ControllerTest, AnExportMakesARestorePointInTheLocation) {
  create(Location::type(), object("Location", "store", location_spec()));
  create(kube::types::config_map(), {{"apiVersion", "v1"},
                                     {"kind", "ConfigMap"},
                                     {"metadata", {{"name", "page"}, {"namespace", name_space()}}},
                                     {"data", {{"text", "hello"}}}});
  const Json spec = {{"application", {{"namespace", name_space()}}}, {"location", {{"name", "store"}}}};
  create(api::Export::type(), object("Export", "first", spec));
  const auto done = wait_until_over<api::Export>("first");
  ASSERT_EQ(done.status.phase, api::Phase::succeeded) << to_text(api::to_json(done.status));
  EXPECT_TRUE(done.status.start_time);
  EXPECT_GT(done.status.bytes_stored.value_or(0), 0);
  ASSERT_TRUE(done.status.restore_point);
  const auto view = client().get({}, api::RestorePoint::type(), name_space(), done.status.restore_point->name);
  ASSERT_TRUE(view) << view.error().text();
  const auto point = api::from_json<api::RestorePoint>(*view);
  ASSERT_TRUE(point) << point.error().text();
  EXPECT_EQ(point->spec.application, name_space());
  EXPECT_EQ(point->spec.location->name, "store");
  EXPECT_EQ(point->status.source_namespace, name_space());
  EXPECT_TRUE(point->status.created_at);
  expect_event("first", "Succeeded");

  // The token opens what was exported.
  ASSERT_TRUE(done.status.token_secret);
  const auto secret = client().get({}, kube::types::secret(), name_space(), done.status.token_secret->name);
  ASSERT_TRUE(secret) << secret.error().text();
  const auto text = from_base64(json_string(*secret, {"data", "token"}));
  ASSERT_TRUE(text);
  const auto token = migrate::parse_token(Secret(std::string(as_text(*text))));
  ASSERT_TRUE(token) << token.error().text();
  EXPECT_EQ(token->application, name_space());
  EXPECT_FALSE(token->has_credentials());

  // The location tells it at the next look.
  ASSERT_TRUE(client().patch({}, Location::type(), name_space(), "store", kube::PatchKind::merge,
                             {{"metadata", {{"annotations", {{"tranship.io/check", "again"}}}}}}));
  wait_for<Location>("store", [](const Location& each) { return each.status.applications == 1; });
}

TEST_F(ControllerTest, ExportsThatCannotBeSayWhy) {
  create(Location::type(), object("Location", "store", location_spec()));
  const auto why = [&](const std::string& name, const Json& spec) {
    create(api::Export::type(), object("Export", name, spec));
    const auto over = wait_until_over<api::Export>(name);
    EXPECT_EQ(over.status.phase, api::Phase::failed);
    return over.status.error ? *over.status.error->code : "";
  };
  const Json own = {{"namespace", name_space()}};
  EXPECT_EQ(why("nowhere", {{"application", own}, {"location", {{"name", "none"}}}}), "location.not_found");
  write_secret("mine", {{"a", "b"}});
  EXPECT_EQ(
      why("careless", {{"application", own}, {"location", {{"name", "store"}}}, {"token", {{"secretName", "mine"}}}}),
      "export.secret_exists");
  EXPECT_EQ(why("nothing", {{"application", {{"namespace", "no-such-app"}}}, {"location", {{"name", "store"}}}}),
            "application.not-found");
  Json spec =
      object("Export", "cancelled", {{"application", own}, {"location", {{"name", "store"}}}, {"cancel", true}});
  create(api::Export::type(), spec);
  EXPECT_EQ(wait_until_over<api::Export>("cancelled").status.phase, api::Phase::cancelled);

  Json read_only = location_spec();
  read_only["access"] = "ReadOnly";
  create(Location::type(), object("Location", "reading", read_only));
  EXPECT_EQ(why("refused", {{"application", own}, {"location", {{"name", "reading"}}}}), "location.read_only");
  read_only["access"] = "ReadWrite";
  read_only.erase("passphraseSecret");
  create(Location::type(), object("Location", "open", read_only));
  EXPECT_EQ(why("bare", {{"application", own}, {"location", {{"name", "open"}}}}), "location.no_passphrase");
}

TEST_F(ControllerTest, WhatAPolicyExportedOfARemovedApplicationEndsAtItsAge) {
  std::optional<kube::testing::TestNamespace> application(client());
  const std::string name = application->name();
  create(Location::type(), object("Location", "store", location_spec()));
  create(api::Policy::type(), object("Policy", "nightly",
                                     {{"applications", {{"namespaces", {name}}}},
                                      {"export", {{"location", {{"name", "store"}}}}},
                                      {"retention", {{"exported", {{"maxAge", "30d"}}}}}}));
  const auto annotate = [&](const std::string& annotation, const std::string& value) {
    const auto patched = client().patch({}, api::Policy::type(), name_space(), "nightly", kube::PatchKind::merge,
                                        {{"metadata", {{"annotations", {{annotation, value}}}}}});
    EXPECT_TRUE(patched) << patched.error().text();
  };
  const auto snapshots = [&] {
    const auto opened = migrate::open_application({}, *store_, name, Secret("a sentence"));
    EXPECT_TRUE(opened) << opened.error().text();
    return opened ? opened->repository->list_snapshots({})->size() : 0;
  };
  for (const std::string run : {"1", "2"}) {
    annotate("tranship.io/run", run);
    const auto begun = wait_for<api::Policy>("nightly", [&](const api::Policy& policy) {
      return policy.status.last_run == run && !policy.status.active.empty();
    });
    ASSERT_FALSE(begun.status.active.empty());
    wait_until_over<api::Export>(begun.status.active.front().name);
    wait_for<api::Policy>("nightly", [](const api::Policy& policy) { return policy.status.active.empty(); });
  }
  EXPECT_EQ(snapshots(), 2u);

  application.reset();
  passed_ = std::chrono::days(40);
  // What waits for a time finds out that it has come when it is looked at.
  annotate("example.org/look", "now");
  expect_event("nightly", "RestorePointsForgotten");
  EXPECT_EQ(snapshots(), 1u);
}

TEST_F(ControllerTest, ItEndsCleanlyAndAnotherGoesOn) {
  create(Location::type(), object("Location", "store", location_spec()));
  wait_for_location("True", "Checked");
  end();
  // Nothing happens while nobody leads.
  const Json spec = {{"application", {{"namespace", name_space()}}}, {"location", {{"name", "store"}}}};
  create(api::Export::type(), object("Export", "waits", spec));
  std::this_thread::sleep_for(500ms);
  EXPECT_FALSE(json_at(*client().get({}, api::Export::type(), name_space(), "waits"), {"status"}).is_object());
  const auto began = std::chrono::steady_clock::now();
  begin();
  EXPECT_EQ(wait_until_over<api::Export>("waits").status.phase, api::Phase::succeeded);
  // The lease was given up, not waited for.
  EXPECT_LT(std::chrono::steady_clock::now() - began, 20s);
}

}  // namespace
}  // namespace tranship::controller
