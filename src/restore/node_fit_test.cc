#include "restore/node_fit.h"

#include <gmock/gmock.h>

namespace tranship::restore {
namespace {

using testing::HasSubstr;

Json parse(const char* text) {
  return parse_json(text).value();
}

const std::vector<Json>& nodes() {
  static const std::vector<Json> all = {parse(R"({"metadata":{"name":"a","labels":{"disk":"ssd","cpus":"8"}},
                "spec":{"taints":[{"key":"gpu","value":"yes","effect":"NoSchedule"}]}})"),
                                        parse(R"({"metadata":{"name":"b","labels":{"disk":"hdd","cpus":"4"}},
                "spec":{"taints":[{"key":"node.kubernetes.io/not-ready","effect":"NoSchedule"}]}})")};
  return all;
}

std::string why(const char* spec) {
  return why_no_node(parse(spec), nodes());
}

std::string why_affinity(const std::string& expression) {
  return why((R"({"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
    {"matchExpressions":[)" +
              expression + "]}]}}}}")
                 .c_str());
}

TEST(NodeFit, lets_pods_without_wishes_go_anywhere) {
  EXPECT_EQ(why("{}"), "");
  EXPECT_EQ(why_no_node(parse(R"({"nodeSelector":{"disk":"tape"}})"), {}), "") << "no nodes known: nothing to say";
}

TEST(NodeFit, names_the_selector_no_node_has) {
  EXPECT_EQ(why(R"({"nodeSelector":{"disk":"hdd"}})"), "");
  EXPECT_THAT(why(R"({"nodeSelector":{"disk":"tape"}})"), HasSubstr(R"({"disk":"tape"})"));
}

TEST(NodeFit, looks_at_every_operator_of_required_affinity) {
  EXPECT_EQ(why_affinity(R"({"key":"disk","operator":"In","values":["hdd","tape"]})"), "");
  EXPECT_NE(why_affinity(R"({"key":"disk","operator":"In","values":["tape"]})"), "");
  EXPECT_NE(why_affinity(R"({"key":"disk","operator":"NotIn","values":["hdd","ssd"]})"), "");
  EXPECT_EQ(why_affinity(R"({"key":"zone","operator":"NotIn","values":["x"]})"), "");
  EXPECT_EQ(why_affinity(R"({"key":"disk","operator":"Exists"})"), "");
  EXPECT_NE(why_affinity(R"({"key":"disk","operator":"DoesNotExist"})"), "");
  EXPECT_NE(why_affinity(R"({"key":"cpus","operator":"Gt","values":["8"]})"), "");
  EXPECT_EQ(why_affinity(R"({"key":"cpus","operator":"Lt","values":["8"]})"), "");
}

TEST(NodeFit, knows_taints_that_stay_from_those_of_a_nodes_health) {
  EXPECT_THAT(why(R"({"nodeSelector":{"disk":"ssd"}})"), HasSubstr("taint"));
  EXPECT_EQ(why(R"({"nodeSelector":{"disk":"ssd"},"tolerations":[{"key":"gpu","operator":"Exists"}]})"), "");
  EXPECT_EQ(why(R"({"nodeSelector":{"disk":"ssd"},"tolerations":[{"key":"gpu","value":"yes","effect":"NoSchedule"}]})"),
            "");
  EXPECT_NE(why(R"({"nodeSelector":{"disk":"ssd"},"tolerations":[{"key":"gpu","value":"no"}]})"), "");
}

}  // namespace
}  // namespace tranship::restore
