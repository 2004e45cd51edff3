#include "app/pod_spec.h"

#include <array>
#include <set>

#include "app/pointer.h"
#include "kube/resource.h"

namespace tranship::app {
namespace {

bool looks_like_pod_spec(const Json& value) {
  const Json& containers = json_at(value, {"containers"});
  return containers.is_array() && !containers.empty() && json_at(containers[0], {"image"}).is_string();
}

// Where the kinds of Kubernetes itself keep their pod spec; empty for other kinds.
std::string known_path(const Json& object) {
  const auto type = kube::GroupVersionKind::of(object);
  if (type.group.empty() && type.kind == "Pod") return "/spec";
  if (type.group.empty() && type.kind == "PodTemplate") return "/template/spec";
  if (type.group.empty() && type.kind == "ReplicationController") return "/spec/template/spec";
  if (type.group == "apps" || (type.group == "batch" && type.kind == "Job")) return "/spec/template/spec";
  if (type.group == "batch" && type.kind == "CronJob") return "/spec/jobTemplate/spec/template/spec";
  return {};
}

template <class Value, class Visit>
void search(Value& value, const std::string& path, const Visit& visit) {
  if (looks_like_pod_spec(value)) return visit(path, value);
  if (value.is_object()) {
    for (auto& [key, member] : value.items()) search(member, path + "/" + pointer_token(key), visit);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) search(value[i], path + "/" + std::to_string(i), visit);
  }
}

template <class Value, class Visit>
void visit_pod_specs(Value& object, const Visit& visit) {
  const std::string path = known_path(object);
  const std::string group = kube::GroupVersionKind::of(object).group;
  if (!path.empty()) {
    const Json::json_pointer pointer(path);
    if (object.contains(pointer)) visit(path, object[pointer]);
  } else if (group.find('.') != std::string::npos && !group.ends_with(".k8s.io") && object.contains("spec")) {
    search(object["spec"], "/spec", visit);
  }
}

}  // namespace

void for_each_pod_spec(const Json& object,
                       const std::function<void(const std::string&, const Json&)>& visit) {
  visit_pod_specs(object, visit);
}

void for_each_pod_spec(Json& object, const std::function<void(const std::string&, Json&)>& visit) {
  visit_pod_specs(object, visit);
}

void for_each_container(const Json& pod_spec,
                        const std::function<void(const std::string&, const Json&)>& visit) {
  for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
    const Json& containers = json_at(pod_spec, {list});
    for (std::size_t i = 0; containers.is_array() && i < containers.size(); ++i) {
      visit("/" + std::string(list) + "/" + std::to_string(i), containers[i]);
    }
  }
}

std::vector<std::string> images_of(const std::vector<Json>& objects) {
  std::set<std::string> images;
  const auto add = [&](const Json& image) {
    if (image.is_string() && !image.get_ref<const std::string&>().empty())
      images.insert(image.get<std::string>());
  };
  for (const auto& object : objects) {
    for_each_pod_spec(object, [&](const std::string&, const Json& spec) {
      for_each_container(
          spec, [&](const std::string&, const Json& container) { add(json_at(container, {"image"})); });
      for (const auto& volume : json_at(spec, {"volumes"})) add(json_at(volume, {"image", "reference"}));
    });
  }
  return {images.begin(), images.end()};
}

}  // namespace tranship::app
