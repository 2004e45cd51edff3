#pragma once
// What an application is: a namespace, or the objects of one namespace that a label selector chooses together
// with what those use. Plain value; finding one asks the API server for the Namespace only.

#include <string>
#include <vector>

#include "base/context.h"
#include "kube/client.h"

namespace tranship::app {

struct ApplicationSelection {
  std::string name_space;
  std::string selector;  // empty: the whole namespace
  std::string name;  // empty: the namespace's name, or one made of namespace and selector ("shop-app-web")
};

struct Application {
  std::string name;
  std::string name_space;
  std::string selector;
  Json namespace_object;  // as the server has it
};

// Faults: invalid (no namespace given, bad selector), not_found (the text lists namespaces with similar
// names, code "application.not-found"), conflict (the namespace is being deleted, code
// "application.deleting"; says since when and what holds it).
Result<Application> find_application(const Context& context, kube::Client& client,
                                     const ApplicationSelection& selection);

// At most five of `names` that look like `name` (one contains the other, or few letters differ), best first.
std::vector<std::string> similar_names(const std::string& name, const std::vector<std::string>& names);

// "shop" + "app=web,tier in (a)" -> "shop-app-web-tier-in-a": fit for a folder of a location.
std::string selection_name(const std::string& name_space, const std::string& selector);

}  // namespace tranship::app
