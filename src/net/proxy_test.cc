// Which proxy is chosen, and requests through one.
#include "net/proxy.h"

#include <gtest/gtest.h>

#include "net/testing/server.h"

namespace tranship::net {
namespace {

TEST(ProxyTest, NoProxyRules) {
  struct Case {
    const char* rules;
    const char* host;
    std::uint16_t port;
    bool covered;
  };
  for (const auto& [rules, host, port, covered] : {
           Case{"", "a.example", 443, false},
           Case{"*", "a.example", 443, true},
           Case{"example", "a.example", 443, true},
           Case{".example", "a.example", 443, true},
           Case{".a.example", "a.example", 443, false},
           Case{"*.example", "a.example", 443, true},
           Case{"A.EXAMPLE", "a.example", 443, true},
           Case{"ample", "a.example", 443, false},
           Case{"x, a.example:6443 ,y", "a.example", 6443, true},
           Case{"a.example:6443", "a.example", 443, false},
           Case{"10.88.0.11", "10.88.0.11", 6443, true},
           Case{"10.88.0.0/16", "10.88.200.1", 6443, true},
           Case{"10.88.0.0/16", "10.89.0.1", 6443, false},
           Case{"10.88.0.0/33", "10.88.0.1", 6443, false},
           Case{"fd00::/8", "fd12::1", 443, true},
           Case{"[fd12::1]:443", "fd12::1", 443, true},
           Case{"fd12::1", "fd12::1", 443, true},
       }) {
    EXPECT_EQ(no_proxy_covers(rules, host, port), covered) << rules << " for " << host << ":" << port;
  }
}

TEST(ProxyTest, UrlsAreTakenApart) {
  const auto url = parse_url("HTTPS://user:pass@[::1]:6443/a?secret=1#fragment");
  ASSERT_TRUE(url) << url.error().text();
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->user_info, "user:pass");
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->host_and_port(), "[::1]:6443");
  EXPECT_EQ(url->target, "/a?secret=1");
  EXPECT_EQ(url->shown(), "https://[::1]:6443/a");
  EXPECT_EQ(parse_url("http://h?x")->target, "/?x");
  EXPECT_EQ(parse_url("http://h")->port, 80);
  for (const auto* bad : {"", "h", "http://", "http://h:0/", "http://h:70000/", "http://h:x/", "http://[::1/",
                          "http://[zz]/", "http://a b/", "http://h/a b", "file:///etc/passwd"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
  EXPECT_EQ(percent_encode("a/b c=é"), "a%2Fb%20c%3D%C3%A9");
}

TEST(ProxyTest, UrlsHoldNoControlCharacters) {
  for (const std::string_view text : {"http://user\r\n@proxy", "http://ho st/", "http://h/a\nb", "http://h:80\t"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
  EXPECT_FALSE(parse_url(std::string_view("http://[::1\0]/", 14)));
  EXPECT_TRUE(ip_bytes(std::string_view("127.0.0.1\0x", 11)).empty());
}

TEST(ProxyTest, PlainRequestGoesThroughTheProxyOfTheOptions) {
  testing::Server proxy([](const testing::SeenRequest&, testing::Connection& connection) {
    return connection.answer(200, "from the proxy");
  });
  HttpOptions options;
  options.proxy = "127.0.0.1:" + std::to_string(proxy.port());
  HttpClient client(options);
  HttpRequest request;
  request.url = "http://target.invalid/path";
  const auto response = client.perform({}, request);
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->body, "from the proxy");
  EXPECT_EQ(proxy.seen().at(0).target, "http://target.invalid/path");
}

TEST(ProxyTest, ProxyThatRefusesTheTunnelIsNamed) {
  testing::Server proxy([](const testing::SeenRequest&, testing::Connection& connection) {
    return connection.answer(407, "who are you");
  });
  HttpOptions options;
  options.proxy = proxy.url();
  HttpClient client(options);
  HttpRequest request;
  request.url = "https://target.invalid/path";
  const auto response = client.perform({}, request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault(), Fault::auth) << response.error().text();
  EXPECT_NE(response.error().text().find("407"), std::string::npos) << response.error().text();
  EXPECT_EQ(proxy.seen().at(0).method, "CONNECT");
}

}  // namespace
}  // namespace tranship::net
