#include "transform/rename.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "app/pointer.h"
#include "base/bytes.h"

namespace tranship::transform {
namespace {

// Changes the string at value[key] when it equals `from`.
bool follow_member(Json& value, std::string_view key, const std::string& from, const std::string& to) {
  if (!value.is_object()) return false;
  const auto found = value.find(key);
  if (found == value.end() || *found != Json(from)) return false;
  *found = to;
  return true;
}

Json* find(Json& value, std::initializer_list<std::string_view> path) {
  Json* at = &value;
  for (const auto key : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

bool follow_subjects(Json& object, const std::string& from, const std::string& to) {
  bool changed = false;
  Json* subjects = find(object, {"subjects"});
  if (subjects == nullptr || !subjects->is_array()) return false;
  const std::string user = "system:serviceaccount:" + from + ":";
  for (auto& subject : *subjects) {
    const std::string kind = json_string(subject, {"kind"});
    const std::string name = json_string(subject, {"name"});
    if (kind == "ServiceAccount") changed |= follow_member(subject, "namespace", from, to);
    if (kind == "Group")
      changed |=
          follow_member(subject, "name", "system:serviceaccounts:" + from, "system:serviceaccounts:" + to);
    if (kind == "User" && name.starts_with(user)) {
      subject["name"] = "system:serviceaccount:" + to + ":" + name.substr(user.size());
      changed = true;
    }
  }
  return changed;
}

bool follow_services(Json& object, const std::string& from, const std::string& to) {
  bool changed = false;
  if (Json* webhooks = find(object, {"webhooks"}); webhooks != nullptr && webhooks->is_array()) {
    for (auto& webhook : *webhooks) {
      if (Json* service = find(webhook, {"clientConfig", "service"}))
        changed |= follow_member(*service, "namespace", from, to);
    }
  }
  if (Json* service = find(object, {"spec", "conversion", "webhook", "clientConfig", "service"})) {
    changed |= follow_member(*service, "namespace", from, to);
  }
  if (json_string(object, {"kind"}) == "APIService") {
    if (Json* service = find(object, {"spec", "service"}))
      changed |= follow_member(*service, "namespace", from, to);
  }
  return changed;
}

bool follow_endpoints(Json& object, const std::string& from, const std::string& to) {
  bool changed = false;
  const auto targets = [&](Json* list) {
    if (list == nullptr || !list->is_array()) return;
    for (auto& item : *list) {
      if (Json* target = find(item, {"targetRef"})) changed |= follow_member(*target, "namespace", from, to);
    }
  };
  const std::string kind = json_string(object, {"kind"});
  if (kind == "EndpointSlice") targets(find(object, {"endpoints"}));
  if (kind == "Endpoints") {
    if (Json* subsets = find(object, {"subsets"}); subsets != nullptr && subsets->is_array()) {
      for (auto& subset : *subsets) {
        targets(find(subset, {"addresses"}));
        targets(find(subset, {"notReadyAddresses"}));
      }
    }
  }
  return changed;
}

bool follow_annotations(Json& object, const std::string& from, const std::string& to) {
  bool changed = false;
  for (const std::string_view key :
       {"cert-manager.io/inject-ca-from", "cert-manager.io/inject-ca-from-secret"}) {
    const std::string value = json_string(object, {"metadata", "annotations", key});
    if (!value.starts_with(from + "/")) continue;
    object["metadata"]["annotations"][key] = to + value.substr(from.size());
    changed = true;
  }
  return changed;
}

bool is_label_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
}
bool is_host_character(char c) {
  return is_label_character(c) || c == '.';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// "--namespace=shop", "namespace: shop", "/namespaces/shop/": the word before says what it is.
bool names_namespace(std::string_view text, const std::string& from) {
  const std::string all = lower(text);
  for (std::size_t at = 0; (at = all.find(from, at)) != std::string::npos; ++at) {
    const std::size_t end = at + from.size();
    if (end < all.size() && is_host_character(all[end])) continue;
    std::size_t before = at;
    while (before > 0 && std::string_view("=:/ \"'").find(all[before - 1]) != std::string_view::npos)
      --before;
    if (before == at) continue;
    const std::string_view ahead = std::string_view(all).substr(0, before);
    if (ahead.ends_with("namespace") || ahead.ends_with("namespaces")) return true;
  }
  return false;
}

class Scanner {
 public:
  Scanner(const Json& object, const std::string& from, const std::set<std::string>& services,
          const KindContext& context)
      : from_(from),
        services_(services),
        context_(context),
        secret_(json_string(object, {"kind"}) == "Secret" && json_at(object, {"apiVersion"}) == Json("v1")) {}

  void scan(const Json& value, const std::string& path, const std::string& around) {
    if (value.is_string()) return text(value.get_ref<const std::string&>(), path, around);
    for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
      // ["--namespace", "shop"]
      const bool announced =
          i > 0 && value[i - 1].is_string() && lower(value[i - 1].get<std::string>()).ends_with("namespace");
      scan(value[i], path + "/" + std::to_string(i), announced ? around + "namespace" : around);
    }
    if (!value.is_object()) return;
    // {"name": "POD_NAMESPACE", "value": "shop"} and {"key": "kubernetes.io/metadata.name", "values":
    // ["shop"]}
    std::string beside = around;
    if (path.find("/env/") != std::string::npos) beside += lower(json_string(value, {"name"}));
    if (json_string(value, {"key"}) == "kubernetes.io/metadata.name") beside += "namespace";
    for (const auto& [key, member] : value.items()) {
      std::string name = lower(key);
      if (name == "kubernetes.io/metadata.name") name = "namespace";
      scan(member, path + "/" + app::pointer_token(key), beside + name);
    }
  }

 private:
  void text(const std::string& value, const std::string& path, const std::string& around) {
    if (secret_ && path.starts_with("/data/")) {
      const auto decoded = from_base64(value);
      if (decoded && (!host_in_namespace(as_text(*decoded), from_, services_).empty() ||
                      names_namespace(as_text(*decoded), from_) ||
                      (as_text(*decoded) == from_ && around.find("namespace") != std::string::npos))) {
        note(path, "the secret's value names namespace " + from_);
      }
      return;
    }
    if (value == from_ && around.find("namespace") != std::string::npos) {
      return note(path, "names namespace " + from_);
    }
    const std::string host = host_in_namespace(value, from_, services_);
    if (!host.empty()) return note(path, "refers to " + host);
    if (names_namespace(value, from_)) note(path, "names namespace " + from_);
  }

  void note(const std::string& path, std::string text) {
    context_.note("namespace-reference", path, std::move(text) + "; it was not changed");
  }

  const std::string& from_;
  const std::set<std::string>& services_;
  const KindContext& context_;
  const bool secret_;
};

}  // namespace

std::string host_in_namespace(std::string_view text, std::string_view name_space,
                              const std::set<std::string>& services) {
  const std::string needle = "." + std::string(name_space);
  for (std::size_t at = 0; (at = text.find(needle, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + needle.size();
    std::size_t start = at;
    while (start > 0 && is_label_character(text[start - 1])) --start;
    const std::string_view label = text.substr(start, at - start);
    if (label.empty()) continue;
    const std::string_view rest = text.substr(end);
    const bool svc = rest.starts_with(".svc") && (rest.size() == 4 || !is_label_character(rest[4]));
    const bool ends_here = rest.empty() || !is_host_character(rest[0]) ||
                           (rest[0] == '.' && (rest.size() == 1 || !is_label_character(rest[1])));
    if (!svc && !(ends_here && services.contains(std::string(label)))) continue;
    std::size_t stop = end;
    while (svc && stop < text.size() && is_host_character(text[stop])) ++stop;
    while (start > 0 && is_host_character(text[start - 1])) --start;  // "web-0.web.shop.svc"
    std::string_view host = text.substr(start, stop - start);
    while (host.ends_with('.')) host.remove_suffix(1);
    return std::string(host);
  }
  return {};
}

bool follow_namespace(Json& object, const std::string& from, const std::string& to) {
  bool changed = false;
  if (Json* metadata = find(object, {"metadata"})) changed |= follow_member(*metadata, "namespace", from, to);
  const auto type = kube::GroupVersionKind::of(object);
  if (type.group.empty() && type.kind == "Namespace")
    changed |= follow_member(object["metadata"], "name", from, to);
  if (type.group == "rbac.authorization.k8s.io") changed |= follow_subjects(object, from, to);
  if (is_builtin_group(type.group)) {
    changed |= follow_services(object, from, to);
    changed |= follow_endpoints(object, from, to);
  }
  return changed | follow_annotations(object, from, to);
}

void report_namespace_references(const Json& object, const std::string& from,
                                 const std::set<std::string>& services, const KindContext& context) {
  if (json_string(object, {"type"}) == "helm.sh/release.v1") {
    context.note("helm-release", "",
                 "Helm's record of the release names namespace " + from +
                     "; helm upgrade in the new namespace needs a fresh install or an edit of it");
    return;
  }
  Scanner scanner(object, from, services, context);
  for (const auto& [key, value] : object.items()) {
    if (key == "apiVersion" || key == "kind" || key == "metadata" || key == "status" || key == "type")
      continue;
    scanner.scan(value, "/" + key, "");
  }
  for (const auto& [key, value] : json_at(object, {"metadata", "annotations"}).items()) {
    if (key == "kubectl.kubernetes.io/last-applied-configuration")
      continue;  // says again what the fields say
    scanner.scan(value, "/metadata/annotations/" + app::pointer_token(key), "");
  }
}

}  // namespace tranship::transform
