#include "controller/actions/address.h"

#include <gtest/gtest.h>

namespace tranship::controller {
namespace {

Json service(const std::string& name, Json spec, Json status = Json::object()) {
  return {
      {"metadata", {{"name", name}, {"namespace", "shop"}}}, {"spec", std::move(spec)}, {"status", std::move(status)}};
}
const Json kPort = Json::array({{{"port", 80}}});
const Json kNodePort = Json::array({{{"port", 80}, {"nodePort", 30900}}});
const std::vector<Json> kNodes = {
    {{"status", {{"addresses", Json::array({{{"type", "InternalIP"}, {"address", "10.0.0.1"}}})}}}}};

TEST(Address, TheBestThereIs) {
  const Json ingress = {{"spec", {{"rules", Json::array({{{"host", "shop.example"}}})}}}};
  const Json secure = {
      {"spec", {{"rules", Json::array({{{"host", "shop.example"}}})}, {"tls", Json::array({Json::object()})}}}};
  const Json balanced =
      service("front", {{"ports", kPort}}, {{"loadBalancer", {{"ingress", Json::array({{{"ip", "192.0.2.7"}}})}}}});
  const Json node = service("front", {{"ports", kNodePort}});
  const Json plain = service("front", {{"ports", kPort}, {"clusterIP", "10.96.0.7"}});
  EXPECT_EQ(address_among({ingress}, {balanced}, kNodes), "http://shop.example");
  EXPECT_EQ(address_among({secure}, {balanced}, kNodes), "https://shop.example");
  EXPECT_EQ(address_among({}, {plain, balanced}, kNodes), "192.0.2.7:80");
  EXPECT_EQ(address_among({}, {plain, node}, kNodes), "10.0.0.1:30900");
  EXPECT_EQ(address_among({}, {node}, {}), "front.shop.svc:80");
  EXPECT_EQ(address_among({}, {plain}, kNodes), "front.shop.svc:80");
}

TEST(Address, NothingToReach) {
  EXPECT_EQ(address_among({}, {}, kNodes), "");
  EXPECT_EQ(address_among({}, {service("peers", {{"ports", kPort}, {"clusterIP", "None"}})}, kNodes), "");
  EXPECT_EQ(address_among({{{"spec", Json::object()}}}, {}, {}), "");
}

}  // namespace
}  // namespace tranship::controller
