#pragma once
// Pod specs wherever they are: in the workload kinds of Kubernetes, and in custom resources that embed one.

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"

namespace tranship::app {

// Calls `visit` with the JSON pointer ("/spec/template/spec") and the pod spec of a Pod, PodTemplate or
// workload; for other kinds with every object inside that has a list of containers with images.
void for_each_pod_spec(const Json& object, const std::function<void(const std::string&, const Json&)>& visit);
void for_each_pod_spec(Json& object, const std::function<void(const std::string&, Json&)>& visit);

// containers, initContainers and ephemeralContainers of a pod spec.
void for_each_container(const Json& pod_spec,
                        const std::function<void(const std::string&, const Json&)>& visit);

// Every image of the objects' pod specs (and image volumes), sorted, each once.
std::vector<std::string> images_of(const std::vector<Json>& objects);

}  // namespace tranship::app
