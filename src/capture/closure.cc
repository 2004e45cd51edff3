#include "capture/closure.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "app/references.h"
#include "base/parallel.h"

namespace tranship::capture {
namespace {

constexpr std::string_view kRbac = "rbac.authorization.k8s.io";
constexpr std::string_view kAdmission = "admissionregistration.k8s.io";
constexpr std::string_view kSnapshot = "snapshot.storage.k8s.io";

// Every cluster has these: the API server makes and mends them itself.
bool is_default_rbac(const Json& object) {
  return json_string(object, {"metadata", "labels", "kubernetes.io/bootstrapping"}) == "rbac-defaults";
}

bool is_system_class(const app::ObjectKey& key) {
  return key.kind == "PriorityClass" && key.name.starts_with("system-");
}

class Collector {
 public:
  Collector(const Context& context, kube::Client& client, const kube::Discovery& discovery,
            const app::Application& application, const std::vector<Json>& objects, int requests_max)
      : context_(context),
        client_(client),
        discovery_(discovery),
        name_space_(application.name_space),
        requests_max_(requests_max) {
    for (const auto& object : objects) {
      const auto type = kube::GroupVersionKind::of(object);
      kinds_.emplace(type.group, type.kind);
      if (type.group.empty() && type.kind == "ServiceAccount") {
        accounts_.insert(json_string(object, {"metadata", "name"}));
      }
      use(object);
    }
  }

  Result<Closure> collect() {
    TRY(look_through_collections());
    TRY(fetch_used());
    TRY(snapshot_classes());
    for (auto& [key, object] : found_) closure_.objects.push_back(std::move(object));
    return std::move(closure_);
  }

 private:
  // Remembers the cluster-scoped objects that `object` names.
  void use(const Json& object) {
    for (const auto& reference : app::references_of(object)) {
      if (reference.kind != app::ReferenceKind::name || !reference.to.name_space.empty()) continue;
      if (is_system_class(reference.to) || discovery_.find(reference.to.group, reference.to.kind) == nullptr)
        continue;
      // An old annotation names a class by a word that need not be an object.
      const bool loose = reference.path.find("/annotations/") != std::string::npos || reference.optional;
      auto [used, added] = used_.try_emplace(reference.to, loose);
      used->second = used->second && loose;
    }
  }

  bool serves(const Json& client_config) const {
    return json_string(client_config, {"service", "namespace"}) == name_space_;
  }

  bool names_account(const Json& binding) const {
    for (const auto& subject : json_at(binding, {"subjects"})) {
      const std::string kind = json_string(subject, {"kind"});
      const std::string name = json_string(subject, {"name"});
      if (kind == "ServiceAccount" && json_string(subject, {"namespace"}) == name_space_ &&
          accounts_.contains(name)) {
        return true;
      }
      if (kind == "Group" && name == "system:serviceaccounts:" + name_space_) return true;
      const std::string user = "system:serviceaccount:" + name_space_ + ":";
      if (kind == "User" && name.starts_with(user) && accounts_.contains(name.substr(user.size())))
        return true;
    }
    return false;
  }

  // Collections whose objects name the application, not the other way round.
  Result<void> look_through_collections() {
    struct Collection {
      std::string_view group, kind;
      bool (Collector::*belongs)(const Json&) const;
    };
    static const std::vector<Collection> kCollections = {
        {"apiextensions.k8s.io", "CustomResourceDefinition", &Collector::is_definition_used},
        {"apiregistration.k8s.io", "APIService", &Collector::is_api_service_here},
        {kAdmission, "MutatingWebhookConfiguration", &Collector::is_webhook_here},
        {kAdmission, "ValidatingWebhookConfiguration", &Collector::is_webhook_here},
        {kRbac, "ClusterRoleBinding", &Collector::is_binding_used},
    };
    return try_parallel_for(context_, kCollections.size(), requests_max_, [&](std::size_t index) -> Result<void> {
      const auto& collection = kCollections[index];
      const auto* type = discovery_.find(collection.group, collection.kind);
      if (type == nullptr) return {};
      return list(*type, [&](const Json& object) { return (this->*collection.belongs)(object); });
    });
  }

  bool is_definition_used(const Json& definition) const {
    const std::string group = json_string(definition, {"spec", "group"});
    if (group == kSnapshot) return false;  // part of a cluster's storage; snapshots are recorded only
    return kinds_.contains({group, json_string(definition, {"spec", "names", "kind"})}) ||
           serves(json_at(definition, {"spec", "conversion", "webhook", "clientConfig"}));
  }
  bool is_api_service_here(const Json& service) const { return serves(json_at(service, {"spec"})); }
  bool is_webhook_here(const Json& configuration) const {
    const Json& webhooks = json_at(configuration, {"webhooks"});
    return webhooks.is_array() && std::ranges::any_of(webhooks, [&](const Json& webhook) {
             return serves(json_at(webhook, {"clientConfig"}));
           });
  }
  bool is_binding_used(const Json& binding) const {
    return !is_default_rbac(binding) && names_account(binding);
  }

  // Keeps the objects for which `belongs` holds; the rest is dropped page by page (definitions are large).
  template <class Belongs>
  Result<void> list(const kube::ResourceType& type, const Belongs& belongs) {
    kube::ListOptions options;
    options.page_size = type.kind == "CustomResourceDefinition" ? 50 : 500;
    std::vector<Json> kept;
    const auto listed = client_.list(
        context_, type, {}, options,
        [&](Json&& item) {
          if (belongs(item)) kept.push_back(std::move(item));
        },
        [&] { kept.clear(); });
    if (!listed) return refused(listed.error(), "list", type);
    for (auto& object : kept) keep(std::move(object));
    return {};
  }

  Result<void> refused(const Error& error, const std::string& verb, const kube::ResourceType& type) {
    if (!kube::has_reason(error, "Forbidden"))
      return fail(Error(error).in("reading " + type.qualified_plural()));
    std::lock_guard lock(mutex_);
    const Right right{verb, type.group, type.plural, "", ""};
    if (std::ranges::find(closure_.missing, right) == closure_.missing.end())
      closure_.missing.push_back(right);
    return {};
  }

  void keep(Json object) {
    std::lock_guard lock(mutex_);
    use(object);
    auto key = app::ObjectKey::of(object);
    found_.insert_or_assign(std::move(key), std::move(object));
  }

  // Gets the objects named so far; what these name in turn (a role of a binding) is got in the next round.
  Result<void> fetch_used() {
    while (true) {
      std::vector<std::pair<app::ObjectKey, bool>> open;
      for (const auto& used : used_) {
        if (asked_.insert(used.first).second && !found_.contains(used.first)) open.push_back(used);
      }
      if (open.empty()) return {};
      TRY(try_parallel_for(context_, open.size(), requests_max_,
                       [&](std::size_t index) { return fetch(open[index].first, open[index].second); }));
    }
  }

  Result<void> fetch(const app::ObjectKey& key, bool loose) {
    const auto* type = discovery_.find(key.group, key.kind);
    if (type == nullptr || type->namespaced) return {};
    auto object = client_.get(context_, *type, {}, key.name);
    if (object) {
      if (!is_default_rbac(*object)) keep(*std::move(object));
      return {};
    }
    if (object.error().fault() != Fault::not_found) return refused(object.error(), "get", *type);
    if (!loose) {
      std::lock_guard lock(mutex_);
      closure_.warnings.push_back(key.kind + " " + key.name +
                                  " is used by the application but does not exist");
    }
    return {};
  }

  // Those of the drivers that made the application's volumes.
  Result<void> snapshot_classes() {
    const auto* type = discovery_.find(kSnapshot, "VolumeSnapshotClass");
    std::set<std::string> drivers;
    for (const auto& [key, object] : found_) {
      if (key.kind == "StorageClass") drivers.insert(json_string(object, {"provisioner"}));
      if (key.kind == "PersistentVolume") drivers.insert(json_string(object, {"spec", "csi", "driver"}));
    }
    drivers.erase("");
    if (type == nullptr || drivers.empty()) return {};
    return list(*type, [&](const Json& object) { return drivers.contains(json_string(object, {"driver"})); });
  }

  const Context& context_;
  kube::Client& client_;
  const kube::Discovery& discovery_;
  const std::string name_space_;
  const int requests_max_;
  std::set<std::pair<std::string, std::string>> kinds_;  // group and kind of captured objects
  std::set<std::string> accounts_;

  std::mutex mutex_;                     // guards what follows
  std::map<app::ObjectKey, bool> used_;  // true: need not exist
  std::set<app::ObjectKey> asked_;
  std::map<app::ObjectKey, Json> found_;
  Closure closure_;
};

}  // namespace

Result<Closure> collect_closure(const Context& context, kube::Client& client,
                                const kube::Discovery& discovery, const app::Application& application,
                                const std::vector<Json>& objects, int requests_max) {
  return Collector(context, client, discovery, application, objects, requests_max).collect();
}

}  // namespace tranship::capture
