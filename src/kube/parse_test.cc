// Goal: what API servers and plugins say is taken apart without trust. Tests of the pure parts, which need no cluster.

#include <gtest/gtest.h>

#include "kube/exec_channels.h"
#include "kube/exec_credential.h"
#include "kube/list.h"
#include "kube/watch_line.h"

namespace tranship::kube {
namespace {

Bytes message(Channel channel, std::string_view text) {
  Bytes bytes{static_cast<std::uint8_t>(channel)};
  bytes.insert(bytes.end(), text.begin(), text.end());
  return bytes;
}

TEST(ParseListPage, gives_each_item_its_kind) {
  const auto page =
      parse_list_page(R"({"metadata":{"continue":"c"},"items":[{"metadata":{"name":"a"}}]})", types::pod());
  ASSERT_TRUE(page) << page.error().text();
  EXPECT_EQ(page->next, "c");
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(json_string(page->items[0], {"kind"}), "Pod");
  EXPECT_TRUE(parse_list_page(R"({"items":null})", types::pod()));
}

TEST(ParseListPage, refuses_what_holds_no_objects) {
  for (const char* text :
       {R"({"items":[1]})", R"({"items":["a"]})", R"({"items":[{},[]]})", R"({"items":{}})", "[]", "3"}) {
    const auto page = parse_list_page(text, types::pod());
    ASSERT_FALSE(page) << text;
    EXPECT_EQ(page.error().fault(), Fault::corrupt);
  }
}

TEST(ParseWatchLine, tells_events_from_errors) {
  const auto added = parse_watch_line(R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"7"}}})");
  ASSERT_TRUE(added) << added.error().text();
  EXPECT_EQ(added->type, WatchLineType::added);
  EXPECT_EQ(added->resource_version, "7");
  EXPECT_EQ(parse_watch_line(R"({"type":"ERROR","object":{"code":410}})").error().fault(), Fault::conflict);
  EXPECT_EQ(parse_watch_line(R"({"type":"ADDED","object":"x"})").error().fault(), Fault::retryable);
  EXPECT_EQ(parse_watch_line(R"({"type":"ADDED","obj)").error().fault(), Fault::retryable);
}

TEST(ExecChannels, keep_no_more_than_their_limits) {
  ExecChannels channels;
  const std::string text(10'000, 'x');
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(channels.take(message(Channel::standard_error, text)).empty());
    EXPECT_TRUE(channels.take(message(Channel::status, text)).empty());
  }
  EXPECT_EQ(channels.standard_error().size(), 64u << 10);
  EXPECT_EQ(channels.exit_code("shop/web").error().fault(), Fault::retryable);
}

TEST(ExecChannels, status_comes_in_pieces) {
  ExecChannels channels;
  EXPECT_EQ(as_text(channels.take(message(Channel::standard_output, "out"))), "out");
  EXPECT_TRUE(channels.take({}).empty());
  (void)channels.take(message(Channel::status, R"({"status":"Failure","reason":"NonZeroExitCode","details":)"));
  (void)channels.take(message(Channel::status, R"({"causes":[{"reason":"ExitCode","message":"3"}]}})"));
  EXPECT_EQ(channels.exit_code("shop/web").value(), 3);
}

TEST(ParseExecCredential, never_repeats_what_the_plugin_printed) {
  const std::string version = "client.authentication.k8s.io/v1";
  const char* bad_time = R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",
                             "status":{"token":"s3cret","expirationTimestamp":"s3cret"}})";
  for (const char* text : {"s3cret", bad_time}) {
    const auto credential = parse_exec_credential(text, version);
    ASSERT_FALSE(credential);
    EXPECT_EQ(credential.error().fault(), Fault::auth);
    EXPECT_EQ(credential.error().text().find("s3cret"), std::string::npos);
  }
}

}  // namespace
}  // namespace tranship::kube
