#include "kube/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <regex>
#include <thread>

#include "base/queue.h"
#include "kube/byte_stream.h"
#include "kube/testing/api_server.h"
#include "kube/testing/forwarder.h"

namespace tranship::kube {
namespace {

using namespace std::chrono_literals;
using testing::ApiServer;
using ::testing::ElementsAre;
using testing::Forwarder;

// Passes everything on to a real client; a watch's path may be changed on its way.
class RewritingClient final : public Client {
 public:
  RewritingClient(Client& real, std::function<std::string(std::string)> rewrite)
      : real_(real), rewrite_(std::move(rewrite)) {}
  const ClusterAccess& access() const override { return real_.access(); }
  Result<Json> get(const Context& c, const ResourceType& t, const std::string& s,
                   const std::string& n, const std::string& r) override {
    return real_.get(c, t, s, n, r);
  }
  Result<std::string> list(const Context& c, const ResourceType& t, const std::string& s,
                           const ListOptions& o, const std::function<void(Json&&)>& item,
                           const std::function<void()>& restart) override {
    return real_.list(c, t, s, o, item, restart);
  }
  Result<Json> create(const Context& c, const ResourceType& t, const Json& j,
                      const WriteOptions& o) override {
    return real_.create(c, t, j, o);
  }
  Result<Json> replace(const Context& c, const ResourceType& t, const Json& j,
                       const WriteOptions& o) override {
    return real_.replace(c, t, j, o);
  }
  Result<Json> apply(const Context& c, const ResourceType& t, const Json& j,
                     const WriteOptions& o) override {
    return real_.apply(c, t, j, o);
  }
  Result<Json> patch(const Context& c, const ResourceType& t, const std::string& s,
                     const std::string& n, PatchKind k, const Json& j,
                     const WriteOptions& o) override {
    return real_.patch(c, t, s, n, k, j, o);
  }
  Result<void> remove(const Context& c, const ResourceType& t, const std::string& s,
                      const std::string& n, const DeleteOptions& o) override {
    return real_.remove(c, t, s, n, o);
  }
  Result<Json> request(const Context& c, const std::string& m, const std::string& p, const Json* b,
                       const net::Headers& h) override {
    return real_.request(c, m, p, b, h);
  }
  Result<void> stream(const Context& c, const std::string& p,
                      const std::function<bool(ByteView)>& s) override {
    return real_.stream(c, rewrite_(p), s);
  }
  Result<net::HttpOptions> connection_options(const Context& c) override {
    return real_.connection_options(c);
  }
  Result<net::Headers> authenticated_headers(const Context& c) override {
    return real_.authenticated_headers(c);
  }

 private:
  Client& real_;
  std::function<std::string(std::string)> rewrite_;
};

// "added a", "begin", ... of ConfigMaps that the test made (each namespace has kube-root-ca.crt
// too).
std::string describe(const WatchEvent& event) {
  const std::string name = json_string(event.object, {"metadata", "name"});
  switch (event.type) {
    case WatchEventType::begin_list:
      return "begin";
    case WatchEventType::end_list:
      return "end";
    case WatchEventType::added:
      return "added " + name;
    case WatchEventType::modified:
      return "modified " + name;
    case WatchEventType::deleted:
      return "deleted " + name;
  }
  return {};
}

// A watch on a thread of its own whose events are read one by one.
class Watching {
 public:
  Watching(Client& client, const std::string& name_space,
           const ResourceType& type = types::config_map()) {
    thread_ = std::jthread([this, &client, name_space, type](std::stop_token stop) {
      const WatchOptions options{.field_selector = "metadata.name!=kube-root-ca.crt"};
      outcome = watch(ApiServer::context().with_stop(stop), client, type, name_space, options,
                      [this](const WatchEvent& event) { return events_.push(describe(event)); });
      events_.close();
    });
  }
  ~Watching() {
    thread_.request_stop();
    events_.close();
  }
  std::string next() { return events_.pop().value_or("closed"); }
  Result<void> outcome;

 private:
  BoundedQueue<std::string> events_{1000};
  std::jthread thread_;
};

TEST(LineSplitter, cuts_lines_wherever_the_pieces_end) {
  for (std::size_t piece = 1; piece < 12; ++piece) {
    const std::string text = "one\ntwo\r\n\nfour is long\nlast";
    LineSplitter lines(64);
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < text.size(); at += piece)
      lines.feed(as_bytes(std::string_view(text).substr(at, piece)), false,
                 [&](std::string_view line) {
                   seen.emplace_back(line);
                   return true;
                 });
    EXPECT_THAT(seen, ElementsAre("one", "two", "", "four is long"));
    EXPECT_EQ(lines.rest(), "last");
  }
}

TEST(LineSplitter, cuts_or_refuses_lines_over_the_limit) {
  std::vector<std::string> seen;
  const auto keep = [&](std::string_view line) {
    seen.emplace_back(line);
    return line != "stop";
  };
  LineSplitter cutting(4);
  EXPECT_EQ(cutting.feed(as_bytes("abcdefghij\nxy\n"), true, keep), LineSplitter::Outcome::more);
  EXPECT_THAT(seen, ElementsAre("abcd", "efgh", "ij", "xy"));
  EXPECT_EQ(LineSplitter(4).feed(as_bytes("abcde"), false, keep), LineSplitter::Outcome::too_long);
  EXPECT_EQ(LineSplitter(4).feed(as_bytes("stop\nmore\n"), false, keep),
            LineSplitter::Outcome::stopped);
}

TEST(Watch, tells_every_change_in_order) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiServer server(testing::variable("TRANSHIP_TEST_KUBECONFIG"));
  const Context context = ApiServer::context();
  Client& client = *server.client;
  ASSERT_TRUE(client.create(context, types::config_map(), server.config_map("old", "1")));
  Watching watching(client, server.name_space);
  EXPECT_EQ(watching.next(), "begin");
  EXPECT_EQ(watching.next(), "added old");
  EXPECT_EQ(watching.next(), "end");
  ASSERT_TRUE(client.create(context, types::config_map(), server.config_map("new", "1")));
  EXPECT_EQ(watching.next(), "added new");
  ASSERT_TRUE(client.patch(context, types::config_map(), server.name_space, "new", PatchKind::merge,
                           {{"data", {{"value", "2"}}}}));
  EXPECT_EQ(watching.next(), "modified new");
  ASSERT_TRUE(client.remove(context, types::config_map(), server.name_space, "old"));
  EXPECT_EQ(watching.next(), "deleted old");
}

TEST(Watch, goes_on_where_it_stood_when_the_connection_is_cut) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiServer server(testing::variable("TRANSHIP_TEST_KUBECONFIG"));
  Forwarder forwarder(server.access);
  const auto client = ApiServer::connect(forwarder.access());
  Watching watching(*client, server.name_space);
  EXPECT_EQ(watching.next(), "begin");
  EXPECT_EQ(watching.next(), "end");
  for (int round = 0; round < 3; ++round) {
    const std::string name = "map" + std::to_string(round);
    forwarder.refuse(true);
    forwarder.cut();
    ASSERT_TRUE(server.client->create(ApiServer::context(), types::config_map(),
                                      server.config_map(name, "1")));
    forwarder.refuse(false);
    // No second list: only what happened in between.
    EXPECT_EQ(watching.next(), "added " + name);
  }
  EXPECT_GE(forwarder.connections(), 4);
}

// A kind of its own, whose history the API server knows only from now on.
ResourceType make_new_kind(Client& client, const Context& context) {
  const std::string group = testing::unique_name("t") + ".tranship.io";
  const Json schema = {
      {"openAPIV3Schema", {{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}}}};
  const Json version = {{"name", "v1"}, {"served", true}, {"storage", true}, {"schema", schema}};
  const Json definition = {
      {"apiVersion", "apiextensions.k8s.io/v1"},
      {"kind", "CustomResourceDefinition"},
      {"metadata", {{"name", "parcels." + group}}},
      {"spec",
       {{"group", group},
        {"scope", "Namespaced"},
        {"names", {{"plural", "parcels"}, {"singular", "parcel"}, {"kind", "Parcel"}}},
        {"versions", Json::array({version})}}}};
  EXPECT_TRUE(client.create(context, types::custom_resource_definition(), definition));
  const ResourceType type{
      .group = group, .version = "v1", .kind = "Parcel", .plural = "parcels", .namespaced = true};
  while (!client.list_all(context, type, "default") && !context.stopped())
    (void)context.sleep(50ms);
  return type;
}

TEST(Watch, lists_again_when_its_place_in_history_is_gone) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiServer server(testing::variable("TRANSHIP_TEST_KUBECONFIG"));
  const Context context = ApiServer::context();
  const ResourceType type = make_new_kind(*server.client, context);
  std::atomic<int> watches = 0;
  // The first watch asks for a history from before the kind was there: the real server answers 410.
  RewritingClient client(*server.client, [&](std::string path) {
    if (watches++ > 0) return path;
    return std::regex_replace(path, std::regex("resourceVersion=[0-9]+"), "resourceVersion=1");
  });
  Watching watching(client, server.name_space, type);
  for (int lists = 0; lists < 2; ++lists) {
    EXPECT_EQ(watching.next(), "begin");
    EXPECT_EQ(watching.next(), "end");
  }
  Json parcel = server.config_map("later", "1");
  parcel["apiVersion"] = type.api_version();
  parcel["kind"] = "Parcel";
  ASSERT_TRUE(server.client->create(context, type, parcel));
  EXPECT_EQ(watching.next(), "added later");
  EXPECT_EQ(watches, 2);
  (void)server.client->remove(context, types::custom_resource_definition(), "",
                              "parcels." + type.group);
}

TEST(Watch, gives_up_where_trying_again_cannot_help) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiServer server(testing::variable("TRANSHIP_TEST_KUBECONFIG"));
  ResourceType unknown = types::config_map();
  unknown.plural = "configmopps";
  const auto outcome = watch(ApiServer::context(), *server.client, unknown, server.name_space, {},
                             [](const WatchEvent&) { return true; });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().fault(), Fault::not_found);
}

TEST(WaitFor, waits_for_a_state_and_for_absence) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiServer server(testing::variable("TRANSHIP_TEST_KUBECONFIG"));
  const Context context = ApiServer::context();
  std::jthread later([&] {
    std::this_thread::sleep_for(100ms);
    ASSERT_TRUE(server.client->create(context, types::config_map(), server.config_map("it", "1")));
    ASSERT_TRUE(server.client->patch(context, types::config_map(), server.name_space, "it",
                                     PatchKind::merge, {{"data", {{"value", "2"}}}}));
  });
  const auto changed = wait_for(context, *server.client, types::config_map(), server.name_space,
                                "it", [](const Json& object) {
                                  return json_string(object, {"data", "value"}) == "2";
                                });
  ASSERT_TRUE(changed) << changed.error().text();
  later.join();
  const auto late =
      wait_for(context.with_timeout(200ms), *server.client, types::config_map(), server.name_space,
               "it", [](const Json& object) { return object.is_null(); });
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().fault(), Fault::cancelled);
  ASSERT_TRUE(server.client->remove(context, types::config_map(), server.name_space, "it"));
  const auto gone = wait_for(context, *server.client, types::config_map(), server.name_space, "it",
                             [](const Json& object) { return object.is_null(); });
  EXPECT_TRUE(gone);
}

TEST(Informer, mirrors_the_collection_also_over_a_cut) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiServer server(testing::variable("TRANSHIP_TEST_KUBECONFIG"));
  const Context context = ApiServer::context();
  Forwarder forwarder(server.access);
  const auto client = ApiServer::connect(forwarder.access());
  ASSERT_TRUE(server.client->create(context, types::config_map(), server.config_map("one", "1")));
  BoundedQueue<std::string> changes(100);
  Informer informer(Context(), *client, types::config_map(), server.name_space,
                    {.field_selector = "metadata.name!=kube-root-ca.crt"});
  ASSERT_TRUE(informer.wait_synced(context));
  informer.on_change([&](const WatchEvent& event) { changes.push(describe(event)); });
  ASSERT_TRUE(informer.get(server.name_space, "one"));
  EXPECT_FALSE(informer.get(server.name_space, "two"));
  forwarder.cut();
  ASSERT_TRUE(server.client->create(context, types::config_map(), server.config_map("two", "1")));
  EXPECT_EQ(changes.pop(), "added two");
  ASSERT_TRUE(server.client->remove(context, types::config_map(), server.name_space, "one"));
  EXPECT_EQ(changes.pop(), "deleted one");
  EXPECT_EQ(informer.list().size(), 1u);
  EXPECT_FALSE(informer.failure());
}

}  // namespace
}  // namespace tranship::kube
