#include "restore/convert.h"

#include <gmock/gmock.h>

#include "kube/discovery_parse.h"

namespace tranship::restore {
namespace {

Json parse(const char* text) {
  return parse_json(text).value();
}

// A server that has these kinds at these versions only.
kube::Discovery target() {
  const auto group = [](const std::string& name, const std::string& version, const std::vector<std::string>& kinds) {
    kube::DiscoveredVersion served;
    served.version = version;
    served.available = true;
    for (const auto& kind : kinds) {
      kube::DiscoveredResource resource;
      resource.kind = kind;
      resource.plural = kind + "s";
      resource.namespaced = true;
      served.resources.push_back(resource);
    }
    return kube::DiscoveredGroup{name, {served}};
  };
  return kube::Discovery::of({group("apps", "v1", {"Deployment"}), group("networking.k8s.io", "v1", {"Ingress"}),
                              group("autoscaling", "v2", {"HorizontalPodAutoscaler"}),
                              group("policy", "v1", {"PodDisruptionBudget"}), group("batch", "v1", {"CronJob"}),
                              group("admissionregistration.k8s.io", "v1", {"MutatingWebhookConfiguration"}),
                              group("shop.example", "v2", {"Basket"})});
}

TEST(Convert, writes_an_old_ingress_as_the_new_one) {
  Json ingress = parse(R"({"apiVersion":"extensions/v1beta1","kind":"Ingress","metadata":{"name":"web"},"spec":{
    "backend":{"serviceName":"any","servicePort":"http"},
    "rules":[{"host":"a.example","http":{"paths":[{"path":"/",
      "backend":{"serviceName":"web","servicePort":80}}]}}]}})");
  const auto conversion = convert(ingress, target());
  ASSERT_TRUE(conversion);
  EXPECT_EQ(conversion->type.group, "networking.k8s.io");
  EXPECT_EQ(ingress, parse(R"({"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"web"},"spec":{
    "defaultBackend":{"service":{"name":"any","port":{"name":"http"}}},
    "rules":[{"host":"a.example","http":{"paths":[{"path":"/","pathType":"ImplementationSpecific",
      "backend":{"service":{"name":"web","port":{"number":80}}}}]}}]}})"));
}

TEST(Convert, gives_an_old_deployment_the_selector_it_had_by_default) {
  Json deployment = parse(R"({"apiVersion":"extensions/v1beta1","kind":"Deployment","metadata":{"name":"web"},
    "spec":{"rollbackTo":{"revision":1},"template":{"metadata":{"labels":{"app":"web"}}}}})");
  ASSERT_TRUE(convert(deployment, target()));
  EXPECT_EQ(deployment["apiVersion"], "apps/v1");
  EXPECT_EQ(deployment["spec"]["selector"], parse(R"({"matchLabels":{"app":"web"}})"));
  EXPECT_FALSE(deployment["spec"].contains("rollbackTo"));
}

TEST(Convert, rewrites_the_metrics_of_an_old_autoscaler) {
  Json scaler = parse(R"({"apiVersion":"autoscaling/v2beta1","kind":"HorizontalPodAutoscaler","metadata":{"name":"web"},
    "spec":{"metrics":[
      {"type":"Resource","resource":{"name":"cpu","targetAverageUtilization":70}},
      {"type":"Pods","pods":{"metricName":"hits","targetAverageValue":"10"}},
      {"type":"Object","object":{"metricName":"depth","target":{"kind":"Queue","name":"q"},"targetValue":"5"}},
      {"type":"External","external":{"metricName":"lag","metricSelector":{"matchLabels":{"a":"b"}},
        "targetValue":"3"}}]}})");
  ASSERT_TRUE(convert(scaler, target()));
  EXPECT_EQ(scaler["spec"]["metrics"], parse(R"([
      {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}},
      {"type":"Pods","pods":{"metric":{"name":"hits"},"target":{"type":"AverageValue","averageValue":"10"}}},
      {"type":"Object","object":{"metric":{"name":"depth"},"describedObject":{"kind":"Queue","name":"q"},
                                 "target":{"type":"Value","value":"5"}}},
      {"type":"External","external":{"metric":{"name":"lag","selector":{"matchLabels":{"a":"b"}}},
                                     "target":{"type":"Value","value":"3"}}}])"));
}

TEST(Convert, says_where_the_same_words_mean_something_else) {
  Json budget = parse(R"({"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget","metadata":{"name":"all"},
    "spec":{"minAvailable":1,"selector":{}}})");
  const auto conversion = convert(budget, target());
  ASSERT_TRUE(conversion);
  EXPECT_EQ(conversion->notes.size(), 1u);
  Json job = parse(R"({"apiVersion":"batch/v1beta1","kind":"CronJob","metadata":{"name":"j"}})");
  EXPECT_TRUE(convert(job, target())->notes.empty());
}

TEST(Convert, leaves_alone_what_no_server_would_have_taken) {
  for (const char* text :
       {R"({"apiVersion":"networking.k8s.io/v1beta1","kind":"Ingress","spec":{"rules":[{"http":{"paths":["x",1]}}]}})",
        R"({"apiVersion":"autoscaling/v2beta1","kind":"HorizontalPodAutoscaler",
            "spec":{"metrics":[1,{"pods":{"target":"x","targetValue":1}}]}})",
        R"({"apiVersion":"admissionregistration.k8s.io/v1beta1","kind":"MutatingWebhookConfiguration",
            "webhooks":["x",[]]})"}) {
    Json object = parse(text);
    (void)convert(object, target());
    EXPECT_TRUE(object.is_object()) << text;
  }
}

TEST(Convert, sends_custom_kinds_by_the_version_there_is_and_gives_up_on_the_unknown) {
  Json basket =
      parse(R"({"apiVersion":"shop.example/v1","kind":"Basket","metadata":{"name":"b"},"spec":{"backend":{}}})");
  ASSERT_TRUE(convert(basket, target()));
  EXPECT_EQ(basket["apiVersion"], "shop.example/v2");
  EXPECT_EQ(basket["spec"], parse(R"({"backend":{}})"));
  Json stranger = parse(R"({"apiVersion":"shop.example/v1","kind":"Cart","metadata":{"name":"c"}})");
  EXPECT_FALSE(convert(stranger, target()));
  EXPECT_TRUE(is_retired({"policy", "v1beta1", "PodSecurityPolicy"}));
}

}  // namespace
}  // namespace tranship::restore
