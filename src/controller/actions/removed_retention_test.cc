// Goal: what a policy exported of an application that is gone ends by the policy's rule and by nothing else: the newest
// stays, so does what others put there, and a location that cannot be written to disturbs nobody. Method: real
// repositories in a directory, an API server on a socket, and a clock that goes through years.

#include "controller/actions/removed_retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/units.h"
#include "controller/policy/policy_reconciler.h"
#include "controller/runtime/runner.h"
#include "controller/testing/object_server.h"
#include "repo/check/check.h"
#include "repo/testing/prune_scene.h"
#include "repo/testing/repository.h"

namespace tranship::controller {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr const char* kSystem = "tranship";

// Times that the test moves on; the reconciler's threads read them.
class TestClock {
 public:
  Clock clock() {
    return {[this] { return std::chrono::steady_clock::time_point(passed_.load()); }, [this] { return now(); }};
  }
  api::Time now() const { return begin_ + passed_.load(); }
  void pass(std::chrono::seconds time) { passed_ = passed_.load() + time; }

 private:
  const api::Time begin_ = parse_time("2027-01-01T02:00:00Z").value();
  std::atomic<std::chrono::seconds> passed_{1h};
};

class RemovedRetention : public ::testing::Test {
 protected:
  RemovedRetention() {
    server_.put(kube::types::name_space(), {{"metadata", {{"name", "kube-system"}, {"uid", "here"}}}});
    look_.rule = {{.daily = 7, .max_age = days(30)}, "UTC"};
    look_.tag = tag_;
    access_.location.kind = store::Location::Kind::directory;
    access_.location.path = scratch_ / "depot";
    access_.passphrase = Secret(repo::kTestPassword);
    std::filesystem::create_directory(access_.location.path);
    stores_.emplace(context(), server_.client(), "", [](const auto&, const Json&) {});
    EXPECT_TRUE(stores_->wait_synced(context().with_timeout(10s)));
    runner_.emplace(context(), 4);
    services_.emplace(Services{server_.client(), events_, metrics_, *stores_, *runner_, settings_, clock_.clock(),
                               [this](const auto&, const Key&) { ++enqueued_; }});
  }
  ~RemovedRetention() override { stop_.request_stop(); }

  Context context() { return Context(stop_.get_token()); }

  migrate::ApplicationRepository open(const std::string& application) {
    const auto folder = access_.location.under("repositories/" + application);
    if (!std::filesystem::exists(folder.path)) {
      // With the cheapest key: it is opened a thousand times.
      auto store = repo::open_test_store(folder.path);
      EXPECT_TRUE(repo::Repository::init({}, *store, access_.passphrase, {0, 10}));
    }
    auto opened = migrate::open_or_create_application({}, access_.location, application, access_.passphrase);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().text());
    return std::move(*opened);
  }
  // As an Export leaves it, with its view.
  Id add(const std::string& application, const std::vector<std::string>& tags) {
    const auto opened = open(application);
    EXPECT_TRUE(opened.repository->load_index({}));
    repo::Snapshot snapshot;
    snapshot.tree = repo::PruneScene::write_files(*opened.repository, repo::some_files(++seed_, 2)).value();
    snapshot.time = format_time(clock_.now());
    snapshot.paths = {"/"};
    snapshot.tags = tags;
    const Id id = opened.repository->save_snapshot({}, snapshot).value();
    api::RestorePoint view;
    view.metadata.name = application + "-" + id.brief();
    view.metadata.name_space = kSystem;
    view.spec.application = application;
    view.spec.id = id.hex();
    view.spec.kind = api::RestorePointKind::exported;
    server_.put(api::RestorePoint::type(), api::to_json(view));
    return id;
  }
  std::vector<int> ages(const std::string& application, const std::string& tag) {
    std::vector<int> found;
    const auto snapshots = open(application).repository->list_snapshots({}).value();
    for (const auto& each : snapshots) {
      if (std::ranges::count(each.tags, tag) == 0) continue;
      found.push_back(std::chrono::floor<days>(clock_.now() - parse_time(each.time).value()).count());
    }
    return found;
  }
  std::size_t views(const std::string& application) const {
    const auto all = server_.list(api::RestorePoint::type());
    return std::ranges::count(all, application, [](const Json& each) {
      return json_string(each, {"spec", "application"});
    });
  }

  RemovedFound look() { return thin_removed(context(), *services_, access_, look_, prunes_); }
  // Succeeds; what was forgotten.
  std::map<std::string, std::size_t> look_well() {
    const auto found = look();
    EXPECT_FALSE(found.error) << found.error->text();
    return found.forgotten;
  }
  // As the end of an Export.
  void thin(const std::string& application) {
    auto opened = open(application);
    const auto done = thin_repository(context(), *services_, opened, look_.rule, look_.tag);
    EXPECT_TRUE(done) << (done ? "" : done.error().text());
  }

  void wait_for(const std::function<bool()>& done) {
    for (int look = 0; look < 1000 && !done(); ++look) std::this_thread::sleep_for(10ms);
    EXPECT_TRUE(done());
  }

  const std::string tag_ = policy_tag(kSystem, "nightly", "here");
  repo::ScratchDirectory scratch_;
  std::stop_source stop_;
  TestClock clock_;
  testing::ObjectServer server_;
  observe::Metrics metrics_;
  Settings settings_{.system_namespace = kSystem, .only_namespace = {}, .movers = {}};
  kube::EventRecorder events_{server_.client(), "test", clock_.clock().wall};
  std::optional<Stores> stores_;
  std::optional<ActionRunner> runner_;
  std::optional<Services> services_;
  std::atomic<int> enqueued_ = 0;
  PruneTimes prunes_;
  LocationAccess access_;
  RemovedLook look_;
  unsigned seed_ = 0;
};

TEST_F(RemovedRetention, OldOnesEndAtTheirAgeAndTheNewestStaysForYears) {
  look_.exported = {"shop", "stays"};
  for (int day = 0; day < 10; ++day) {
    for (const auto* application : {"shop", "stays"}) {
      add(application, {"action=a", tag_});
      thin(application);
    }
    EXPECT_THAT(look_well(), IsEmpty()) << "both are exported";
    clock_.pass(days(1));
  }
  EXPECT_THAT(ages("shop", tag_), ElementsAre(7, 6, 5, 4, 3, 2, 1));
  wait_for([&] { return views("shop") == 7; });

  look_.exported = {"stays"};
  for (int day = 11; day <= 31; ++day) {
    clock_.pass(days(1));
    EXPECT_THAT(look_well(), IsEmpty());
  }
  clock_.pass(days(3));
  EXPECT_THAT(look_well(), ElementsAre(Pair("shop", 1)));
  EXPECT_THAT(ages("shop", tag_), ElementsAre(30, 29, 28, 27, 26, 25));
  for (int day = 0; day < 3 * 365; day += 3) {
    clock_.pass(days(3));
    look_well();
  }
  EXPECT_EQ(ages("shop", tag_).size(), 1u);
  EXPECT_EQ(views("shop"), 1u);
  EXPECT_EQ(ages("stays", tag_).size(), 7u) << "its Exports fail: nothing is to replace what is there";

  // Back again: its Exports thin it, and the newest is another one.
  look_.exported = {"shop", "stays"};
  EXPECT_THAT(look_well(), IsEmpty());
  add("shop", {tag_});
  EXPECT_THAT(look_well(), IsEmpty());
  thin("shop");
  EXPECT_THAT(ages("shop", tag_), ElementsAre(0));
}

TEST_F(RemovedRetention, WhatOthersPutThereStays) {
  const std::vector<std::string> others = {policy_tag(kSystem, "nightly", "elsewhere"),
                                           policy_tag(kSystem, "nightly-2", "here"),
                                           policy_tag("shop", "nightly", "here"), "policy=tranship/nightly", "by hand"};
  for (int count = 0; count < 3; ++count) {
    for (const auto& tag : others) add("shop", {tag});
    add("theirs", {others[0]});
    add("shop", {tag_});
    clock_.pass(days(1));
  }
  clock_.pass(days(500));
  EXPECT_THAT(look_well(), ElementsAre(Pair("shop", 2)));
  EXPECT_EQ(ages("shop", tag_).size(), 1u);
  for (const auto& tag : others) EXPECT_EQ(ages("shop", tag).size(), 3u) << tag;
  EXPECT_EQ(ages("theirs", others[0]).size(), 3u);
}

TEST_F(RemovedRetention, SpaceIsFreedInTwoLooksAndWhatIsLeftIsWhole) {
  add("shop", {tag_});
  clock_.pass(days(1));
  add("shop", {tag_});
  clock_.pass(days(100));
  const auto packs = [&] {
    std::size_t count = 0;
    const std::string folder = access_.location.path + "/repositories/shop/data";
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder)) count += each.is_regular_file();
    return count;
  };
  const auto before = packs();
  EXPECT_THAT(look_well(), ElementsAre(Pair("shop", 1)));
  EXPECT_GE(packs(), before) << "marked only";
  clock_.pass(days(1));
  EXPECT_THAT(look_well(), IsEmpty());
  EXPECT_LT(packs(), before);
  EXPECT_THAT(metrics_.text(), HasSubstr("tranship_prunes_total{application=\"repositories/shop\"} 2"));
  const auto opened = open("shop");
  ASSERT_TRUE(opened.repository->load_index({}));
  repo::Progress progress;
  const auto checked = repo::check({}, *opened.repository, {.read_data = true}, progress);
  ASSERT_TRUE(checked) << checked.error().text();
  EXPECT_TRUE(checked->whole());
}

TEST_F(RemovedRetention, OneThatCannotBeWrittenKeepsNobodyFromTheirTurn) {
  for (const auto* application : {"broken", "shop"}) {
    add(application, {tag_});
    clock_.pass(1h);
    add(application, {tag_});
  }
  add("strange", {tag_});
  clock_.pass(days(100));
  std::filesystem::remove_all(access_.location.path + "/repositories/broken/locks");
  std::ofstream(access_.location.path + "/repositories/broken/locks") << "in the way";
  std::filesystem::remove_all(access_.location.path + "/repositories/strange/keys");
  const auto found = look();
  EXPECT_THAT(found.forgotten, ElementsAre(Pair("shop", 1)));
  ASSERT_TRUE(found.error);
  EXPECT_THAT(found.error->text(), HasSubstr("broken"));
  EXPECT_EQ(ages("broken", tag_).size(), 2u);

  look_.wanted = [] { return false; };
  EXPECT_FALSE(look().whole);
  std::filesystem::remove_all(access_.location.path);
  const auto nothing = look();
  ASSERT_TRUE(nothing.error);
  EXPECT_THAT(nothing.forgotten, IsEmpty());
}

class RemovedRetentionTurns : public RemovedRetention {
 protected:
  static constexpr const char* kName = "nightly";

  void put_policy(const Json& change = Json::object(), const std::string& name_space = kSystem) {
    Json policy = {{"apiVersion", api::kApiVersion},
                   {"kind", "Policy"},
                   {"metadata",
                    {{"name", kName},
                     {"namespace", name_space},
                     {"uid", "policy-uid"},
                     {"generation", ++generation_},
                     {"creationTimestamp", format_time(clock_.now())}}},
                   {"spec",
                    {{"schedule", {{"every", "1h"}}},
                     {"applications", {{"namespaces", {"shop"}}}},
                     {"export", {{"location", {{"name", "depot"}}}}},
                     {"retention", {{"exported", {{"maxAge", "30d"}}}}}}}};
    policy.merge_patch(change);
    server_.put(api::Policy::type(), policy);
    wait_for([&] {
      const auto known = stores_->get<api::Policy>({name_space, kName});
      return known && *known && (*known)->metadata.generation == generation_;
    });
  }
  void put_location(const Json& spec) {
    server_.put(api::Location::type(), {{"apiVersion", api::kApiVersion},
                                        {"kind", "Location"},
                                        {"metadata", {{"name", "depot"}, {"namespace", kSystem}}},
                                        {"spec", spec}});
    wait_for([&] { return !stores_->list(api::Location::type()).empty(); });
  }
  std::optional<std::chrono::milliseconds> reconcile(const std::string& name_space = kSystem) {
    const auto next = reconciler_->reconcile(context(), {name_space, kName});
    EXPECT_TRUE(next) << (next ? "" : next.error().text());
    return next ? next->again : std::nullopt;
  }
  // A look that is due now, to its end.
  void look_to_its_end() {
    const int before = enqueued_;
    EXPECT_EQ(reconcile(), std::nullopt);
    wait_for([&] { return enqueued_ > before; });
  }
  std::vector<std::string> events() const {
    std::vector<std::string> reasons;
    for (const Json& each : server_.list(kube::types::event())) {
      if (json_string(each, {"type"}) == "Warning") reasons.push_back(json_string(each, {"reason"}));
    }
    return reasons;
  }

  int generation_ = 0;
  std::unique_ptr<Reconciler> reconciler_ =
      make_removed_retention_reconciler(*services_, std::make_shared<PruneTimes>());
};

TEST_F(RemovedRetentionTurns, ALocationThatIsOnlyReadIsToldOnceAndThePolicyGoesOn) {
  server_.put(kube::types::name_space(), {{"metadata", {{"name", "shop"}}}});
  put_location({{"s3", {{"bucket", "b"}}}, {"access", "ReadOnly"}});
  put_policy();
  EXPECT_EQ(reconcile(), 15min) << "not at once when the controller starts";
  clock_.pass(15min);
  look_to_its_end();
  EXPECT_EQ(reconcile(), 1h);
  EXPECT_THAT(events(), ElementsAre("RetentionFailed"));
  clock_.pass(1h);
  look_to_its_end();
  EXPECT_THAT(events(), ElementsAre("RetentionFailed")) << "no news";

  const auto policies = make_policy_reconciler(*services_);
  const auto next = policies->reconcile(context(), {kSystem, kName});
  ASSERT_TRUE(next) << next.error().text();
  EXPECT_EQ(server_.list(api::Export::type()).size(), 1u);
}

TEST_F(RemovedRetentionTurns, AStoreThatRefusesIsTriedAgain) {
  net::testing::Server store([](const auto&, auto& connection) {
    return connection.answer(403, "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>");
  });
  const auto secret = [&](const std::string& name, const Json& data) {
    server_.put(kube::types::secret(), {{"metadata", {{"name", name}, {"namespace", kSystem}}}, {"data", data}});
  };
  secret("keys", {{"accessKeyId", "YQ=="}, {"secretAccessKey", "YQ=="}});
  secret("passphrase", {{"passphrase", "YQ=="}});
  put_location({{"s3", {{"bucket", "b"}, {"endpoint", store.url("")}, {"credentialsSecret", {{"name", "keys"}}}}},
                {"passphraseSecret", {{"name", "passphrase"}}}});
  put_policy();
  EXPECT_EQ(reconcile(), 15min);
  clock_.pass(15min);
  look_to_its_end();
  EXPECT_EQ(reconcile(), 1h);
  EXPECT_THAT(events(), ElementsAre("RetentionFailed"));
  EXPECT_FALSE(store.seen().empty());
}

TEST_F(RemovedRetentionTurns, OnlyWhatExportsAndForgetsIsLookedAt) {
  put_policy({{"spec", {{"paused", true}}}});
  EXPECT_EQ(reconcile(), std::nullopt);
  put_policy({{"spec", {{"retention", {{"exported", {{"maxAge", nullptr}}}}}}}});
  EXPECT_EQ(reconcile(), std::nullopt);
  put_policy({{"spec", {{"export", nullptr}, {"backup", Json::object()}}}});
  EXPECT_EQ(reconcile(), std::nullopt);
  put_policy(Json::object(), "shop");
  EXPECT_EQ(reconcile("shop"), std::nullopt) << "it goes with its application";
  put_policy();
  EXPECT_EQ(reconcile(), 15min);
  clock_.pass(15min);

  // Another one has its turn.
  std::atomic<bool> over = false;
  const auto until_over = [&](const auto&) {
    while (!over) std::this_thread::sleep_for(1ms);
  };
  runner_->start("retention of removed applications", until_over, [] {});
  EXPECT_EQ(reconcile(), 1min);
  over = true;
  server_.remove(api::Policy::type(), kSystem, kName);
  wait_for([&] { return !*stores_->get<api::Policy>({kSystem, kName}); });
  EXPECT_EQ(reconcile(), std::nullopt);
}

}  // namespace
}  // namespace tranship::controller
