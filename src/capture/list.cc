#include "capture/list.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "app/references.h"
#include "base/parallel.h"
#include "base/units.h"

namespace tranship::capture {
namespace {

struct ObjectVersion {
  std::string uid;
  std::string resource_version;
};

ObjectVersion version_of(const Json& object) {
  return {json_string(object, {"metadata", "uid"}), json_string(object, {"metadata", "resourceVersion"})};
}

std::string now() {
  return format_time(std::chrono::system_clock::now());
}

Result<std::vector<Json>> list_kind(const Context& context, kube::Client& client,
                                    const kube::ResourceType& type, const std::string& name_space,
                                    const CaptureOptions& options) {
  std::vector<Json> items;
  kube::ListOptions list_options;
  list_options.page_size = options.page_size;
  TRY(client.list(
      context, type, name_space, list_options, [&](Json&& item) { items.push_back(std::move(item)); },
      [&] { items.clear(); }));
  return items;
}

std::string url_escaped(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-_.~").find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return result;
}

// uid and resourceVersion of every object of a kind, without the objects.
Result<std::vector<ObjectVersion>> list_versions(const Context& context, kube::Client& client,
                                                 const kube::ResourceType& type,
                                                 const std::string& name_space, int page_size) {
  static const net::Headers kMetadataOnly = {
      {"Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=1,application/json"}};
  constexpr int kRestartsMax = 3;
  std::vector<ObjectVersion> versions;
  std::string token;
  int restarts = 0;
  while (true) {
    std::string path = type.path(name_space) + "?limit=" + std::to_string(page_size);
    if (!token.empty()) path += "&continue=" + url_escaped(token);
    const auto page = client.request(context, "GET", path, nullptr, kMetadataOnly);
    if (!page && !token.empty() && kube::has_reason(page.error(), "Expired") && restarts++ < kRestartsMax) {
      versions.clear();
      token.clear();
      continue;
    }
    if (!page) return fail(page.error());
    for (const auto& item : json_at(*page, {"items"})) versions.push_back(version_of(item));
    token = json_string(*page, {"metadata", "continue"});
    if (token.empty()) return versions;
  }
}

// What a person or tool wants of the object: a change of anything else does not count.
Json wanted_state(const Json& object) {
  Json state = object;
  state.erase("status");
  for (const char* field : {"resourceVersion", "managedFields", "generation"})
    json_erase(state, {"metadata", field});
  return state;
}

using Chosen = std::map<app::ObjectKey, const Json*>;

Chosen chosen_of(const std::vector<KindList>& kinds, const app::Application& application,
                 const CaptureOptions& options) {
  Chosen chosen;
  for (const Json* object : choose_objects(kinds, application, options))
    chosen[app::ObjectKey::of(*object)] = object;
  return chosen;
}

bool has_changed(const KindList& list, const std::vector<ObjectVersion>& current,
                 const std::map<std::string, std::string>& chosen_versions) {
  std::set<std::string> listed;
  for (const auto& item : list.items) listed.insert(json_string(item, {"metadata", "uid"}));
  std::set<std::string> there;
  for (const auto& object : current) {
    there.insert(object.uid);
    if (!listed.contains(object.uid)) return true;
    const auto chosen = chosen_versions.find(object.uid);
    if (chosen != chosen_versions.end() && chosen->second != object.resource_version) return true;
  }
  return std::ranges::any_of(list.items, [&](const Json& item) {
    const std::string uid = json_string(item, {"metadata", "uid"});
    return chosen_versions.contains(uid) && !there.contains(uid);
  });
}

// "Deployment shop/web" of the objects that differ between the two choices.
std::vector<std::string> differences(const Chosen& before, const Chosen& after) {
  std::vector<std::string> changed;
  for (const auto& [key, object] : before) {
    const auto other = after.find(key);
    if (other == after.end() || wanted_state(*object) != wanted_state(*other->second)) {
      changed.push_back(kube::ObjectReference::of(*object).to_string());
    }
  }
  for (const auto& [key, object] : after) {
    if (!before.contains(key)) changed.push_back(kube::ObjectReference::of(*object).to_string());
  }
  return changed;
}

// One comparing pass: the kinds that changed, listed again, by their place in `kinds`.
Result<std::map<std::size_t, std::vector<Json>>> list_changed(const Context& context, kube::Client& client,
                                                              const app::Application& application,
                                                              const CaptureOptions& options,
                                                              const std::vector<KindList>& kinds,
                                                              const Chosen& chosen) {
  std::map<std::string, std::string> chosen_versions;
  for (const auto& [key, object] : chosen) {
    auto version = version_of(*object);
    chosen_versions.emplace(std::move(version.uid), std::move(version.resource_version));
  }
  std::map<std::size_t, std::vector<Json>> changed;
  std::mutex mutex;
  TRY(try_parallel_for(context, kinds.size(), options.lists_max, [&](std::size_t index) -> Result<void> {
    const auto& list = kinds[index];
    if (!list.listed) return {};
    const std::string doing = "listing " + list.type.qualified_plural() + " again";
    const auto current = list_versions(context, client, list.type, application.name_space, options.page_size);
    if (!current && current.error().fault() == Fault::not_found)
      return {};  // its definition is gone meanwhile
    if (!current) return fail(Error(current.error()).in(doing));
    if (!has_changed(list, *current, chosen_versions)) return {};
    auto items = TRY_IN(doing, list_kind(context, client, list.type, application.name_space, options));
    std::lock_guard lock(mutex);
    changed.emplace(index, std::move(items));
    return {};
  }));
  return changed;
}

bool is_excluded(const kube::ResourceType& type, const CaptureOptions& options) {
  return std::ranges::any_of(options.exclude_kinds, [&](const std::string& name) {
    return name == type.plural || name == type.qualified_plural() || name == type.kind;
  });
}

}  // namespace

Result<Listing> list_kinds(const Context& context, kube::Client& client, const kube::Discovery& discovery,
                           const std::string& name_space, const CaptureOptions& options) {
  Listing listing;
  for (const auto& type : discovery.types()) {
    if (is_captured_kind(type)) listing.kinds.push_back({type, {}, !is_excluded(type, options)});
  }
  for (const auto& group : discovery.unavailable()) {
    listing.warnings.push_back(
        "the API server behind " + group +
        " does not answer; objects of its kinds, if any, are not in the restore point");
  }
  std::mutex mutex;
  TRY(try_parallel_for(context, listing.kinds.size(), options.lists_max, [&](std::size_t index) -> Result<void> {
    auto& list = listing.kinds[index];
    if (!list.listed) return {};
    auto items = list_kind(context, client, list.type, name_space, options);
    if (items) {
      list.items = *std::move(items);
      return {};
    }
    const Error& error = items.error();
    std::lock_guard lock(mutex);
    if (kube::has_reason(error, "Forbidden")) {
      list.listed = false;
      listing.missing.push_back({"list", list.type.group, list.type.plural, "", name_space});
      return {};
    }
    if (error.fault() == Fault::not_found) return {};  // its definition was deleted after discovery
    if (kube::has_reason(error, "MethodNotAllowed") || kube::has_reason(error, "ServiceUnavailable")) {
      list.listed = false;
      listing.warnings.push_back(list.type.qualified_plural() + " could not be listed: " + error.what());
      return {};
    }
    return fail(Error(error).in("listing " + list.type.qualified_plural()));
  }));
  return listing;
}

Result<void> settle(const Context& context, kube::Client& client, const app::Application& application,
                    const CaptureOptions& options, Listing& listing) {
  std::vector<std::string> changed;
  for (int pass = 0; pass < options.passes_max && !listing.settled; ++pass) {
    listing.settled_at = now();
    const auto before = chosen_of(listing.kinds, application, options);
    auto again = TRY(list_changed(context, client, application, options, listing.kinds, before));
    // The old items must outlive the comparison.
    for (auto& [index, items] : again) std::swap(listing.kinds[index].items, items);
    changed = again.empty() ? std::vector<std::string>()
                            : differences(before, chosen_of(listing.kinds, application, options));
    listing.settled = changed.empty();
  }
  if (!listing.settled && options.passes_max > 0) {
    std::string names;
    for (std::size_t i = 0; i < changed.size() && i < 5; ++i) names += (i == 0 ? "" : ", ") + changed[i];
    if (changed.size() > 5) names += " and " + std::to_string(changed.size() - 5) + " more";
    listing.warnings.push_back(
        "the application changed while it was captured, its manifests may be of different moments: " + names);
  }
  return {};
}

}  // namespace tranship::capture
