#include "api/access/live.h"

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include "api/access/application_view.h"
#include "api/access/error_json.h"
#include "controller/api/types.h"
#include "kube/watch.h"

namespace tranship::api {
namespace {

constexpr std::chrono::seconds kAskAgain{15};
constexpr std::chrono::seconds kBeat{15};
constexpr const char* kApplication = "Application";
constexpr const char* kLocation = "Location";

std::vector<kube::ResourceType> own_kinds() {
  namespace kinds = controller::api;
  return {kinds::Location::type(), kinds::Policy::type(), kinds::RestorePoint::type(), kinds::Backup::type(),
          kinds::Export::type(),   kinds::Import::type(), kinds::Restore::type(),      kinds::TransformSet::type()};
}

std::string event_text(const char* name, const Json& data) {
  return "event: " + std::string(name) + "\ndata: " + to_text(data) + "\n\n";
}

// What nobody looks at is not sent.
Json shown(const Json& object) {
  Json copy = object;
  json_erase(copy, {"metadata", "managedFields"});
  json_erase(copy, {"metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"});
  return copy;
}

// A shared Location as whoever may name it sees it.
Json shown_shared(const Json& object) {
  Json copy = shown(object);
  for (const char* field : {"annotations", "labels", "ownerReferences", "finalizers"})
    json_erase(copy, {"metadata", field});
  json_erase(copy, {"spec", "passphraseSecret"});
  for (const char* field : {"credentialsSecret", "caBundle"}) json_erase(copy, {"spec", "s3", field});
  return copy;
}

// What one thread watches.
struct Watched {
  kube::ResourceType type;
  std::string name_space;  // empty: all
  std::shared_ptr<kube::Client> client;
  bool shared = false;  // the shared Locations of the system namespace
};

Error explained(Error error) {
  if (error.fault() != Fault::not_found) return error;
  return Error(Fault::not_found, "Tranship is not installed in this cluster")
      .with_code("api.not-installed")
      .with_fix("Run tranship install");
}

}  // namespace

struct LiveView::State {
  State(std::string where, const std::string& system_namespace)
      : name_space(std::move(where)), applications(name_space, system_namespace) {}

  // -- streams: all under the mutex, so that a stream sees every change once and in order --
  void send(const std::string& text) {
    std::erase_if(streams, [&](const auto& stream) { return !stream->offer(text); });
  }

  void add(const std::shared_ptr<net::ServerStream>& stream) {
    std::lock_guard lock(mutex);
    for (const auto& [kind, text] : denied) stream->offer(text);
    for (const auto& [kind, texts] : objects) {
      if (told(kind)) stream->offer(reset_text(kind));
    }
    if (applications_known()) stream->offer(applications_text());
    streams.push_back(stream);
  }

  // -- the kinds of tranship.io --
  // Whether the caller's own objects of a kind are known: before that, and without the right to them, there are none.
  bool told(const std::string& kind) const { return synced.contains(kind) && !denied.contains(kind); }

  std::string reset_text(const std::string& kind) const {
    std::string items;
    const auto found = objects.find(kind);
    if (found != objects.end()) {
      for (const auto& [key, text] : found->second) items += (items.empty() ? "" : ",") + text;
    }
    return "event: reset\ndata: {\"kind\":" + to_text(Json(kind)) + ",\"items\":[" + items + "]}\n\n";
  }

  void take(const Watched& watched, const kube::WatchEvent& event, std::vector<Json>& listed, bool& listing) {
    switch (event.type) {
      case kube::WatchEventType::begin_list:
        listed.clear();
        listing = true;
        return;
      case kube::WatchEventType::end_list:
        listing = false;
        list_taken(watched, listed);
        listed.clear();
        return;
      default:
        if (listing) return listed.push_back(event.object);
        changed(watched, event.object, event.type == kube::WatchEventType::deleted);
    }
  }

  static std::string key_of(const Json& object) {
    return json_string(object, {"metadata", "namespace"}) + "/" + json_string(object, {"metadata", "name"});
  }

  bool is_source(const kube::ResourceType& type) const { return type.group != controller::api::kGroup; }

  void list_taken(const Watched& watched, const std::vector<Json>& listed) {
    const kube::ResourceType& type = watched.type;
    std::lock_guard lock(mutex);
    if (watched.shared) return shared_taken(listed);
    denied.erase(type.kind);
    synced.insert(type.kind);
    if (is_source(type)) {
      const bool before = applications_told;
      std::set<std::string> namespaces;
      applications.replace(type, listed, namespaces);
      if (!applications_known()) return;
      if (before) return send_applications(namespaces);
      applications_told = true;
      return send(applications_text());
    }
    auto& texts = objects[type.kind];
    std::erase_if(texts, [&](const auto& each) { return !shared_keys.contains(each.first); });
    for (const Json& object : listed) texts[key_of(object)] = to_text(shown(object));
    send(reset_text(type.kind));
  }

  void shared_taken(const std::vector<Json>& listed) {
    auto& texts = objects[kLocation];
    for (const std::string& key : shared_keys) texts.erase(key);
    shared_keys.clear();
    for (const Json& object : listed) {
      if (!json_bool(object, {"spec", "shared"})) continue;
      shared_keys.insert(key_of(object));
      texts[key_of(object)] = to_text(shown_shared(object));
    }
    if (told(kLocation)) send(reset_text(kLocation));
  }

  void changed(const Watched& watched, const Json& object, bool gone) {
    const kube::ResourceType& type = watched.type;
    std::lock_guard lock(mutex);
    if (watched.shared) {
      gone = gone || !json_bool(object, {"spec", "shared"});
      const bool was = gone ? shared_keys.erase(key_of(object)) > 0 : !shared_keys.insert(key_of(object)).second;
      if (gone && !was) return;
    }
    if (is_source(type)) {
      std::set<std::string> namespaces;
      applications.take(type, object, gone, namespaces);
      if (applications_told) send_applications(namespaces);
      return;
    }
    if (gone) {
      objects[type.kind].erase(key_of(object));
      if (!told(type.kind)) return;
      return send(event_text("removed", {{"kind", type.kind},
                                         {"namespace", json_string(object, {"metadata", "namespace"})},
                                         {"name", json_string(object, {"metadata", "name"})}}));
    }
    std::string text = to_text(watched.shared ? shown_shared(object) : shown(object));
    if (told(type.kind))
      send("event: changed\ndata: {\"kind\":" + to_text(Json(type.kind)) + ",\"item\":" + text + "}\n\n");
    objects[type.kind][key_of(object)] = std::move(text);
  }

  void refused(const Watched& watched, const Error& error) {
    const kube::ResourceType& type = watched.type;
    if (watched.shared) return;  // then there are none to name
    std::lock_guard lock(mutex);
    // Of an application little is needed: what may not be read of it is left out.
    const bool matters = !is_source(type) || type.kind == "Namespace";
    const std::string kind = is_source(type) ? kApplication : type.kind;
    const std::string text = event_text("denied", {{"kind", kind}, {"error", error_json(explained(error))}});
    const bool known = synced.contains(type.kind);
    synced.insert(type.kind);
    if (matters && denied[type.kind] != text) {
      denied[type.kind] = text;
      send(text);
    }
    if (!known && is_source(type) && applications_known()) {
      applications_told = true;
      send(applications_text());
    }
  }

  // -- applications --
  bool applications_known() const {
    return std::ranges::all_of(sources, [&](const auto& type) { return synced.contains(type.kind); });
  }
  std::string applications_text() const {
    return event_text("reset", {{"kind", kApplication}, {"items", applications.all()}});
  }
  void send_applications(const std::set<std::string>& namespaces) {
    for (const std::string& each : namespaces) {
      const Json item = applications.application(each);
      send(item.is_null() ? event_text("removed", {{"kind", kApplication}, {"namespace", ""}, {"name", each}})
                          : event_text("changed", {{"kind", kApplication}, {"item", item}}));
    }
  }

  // -- threads --
  void watch_kind(const Context& context, const Watched& watched) {
    while (!context.stopped()) {
      std::vector<Json> listed;
      bool listing = false;
      const auto ended = kube::watch(context, *watched.client, watched.type, watched.name_space, {},
                                     [&](const kube::WatchEvent& event) {
                                       take(watched, event, listed, listing);
                                       return !context.stopped();
                                     });
      if (context.stopped()) return;
      if (!ended) refused(watched, ended.error());
      (void)context.sleep(kAskAgain);
    }
  }

  void beat(const Context& context) {
    while (context.sleep(kBeat)) {
      std::lock_guard lock(mutex);
      send(": beat\n\n");
    }
  }

  const std::string name_space;
  std::vector<kube::ResourceType> sources;

  mutable std::mutex mutex;
  std::vector<std::shared_ptr<net::ServerStream>> streams;
  std::map<std::string, std::map<std::string, std::string>> objects;  // kind, namespace/name, JSON
  std::set<std::string> shared_keys;          // of Locations among the objects that are not of this namespace
  std::map<std::string, std::string> denied;  // the event, by kind
  std::set<std::string> synced;               // kinds that were listed or refused
  ApplicationView applications;
  bool applications_told = false;
  std::vector<std::jthread> threads;  // last: they end first
};

LiveView::LiveView(const Context& context, LiveClients clients, const std::string& name_space,
                   const std::string& system_namespace)
    : state_(std::make_shared<State>(name_space, system_namespace)) {
  State& state = *state_;
  for (const auto& type : ApplicationView::sources()) {
    if (name_space.empty() || type.namespaced) state.sources.push_back(type);
  }
  auto types = own_kinds();
  types.insert(types.end(), state.sources.begin(), state.sources.end());
  std::vector<Watched> all;
  for (const auto& type : types) all.push_back({type, type.namespaced ? name_space : "", clients.caller});
  if (!name_space.empty() && name_space != system_namespace) {
    all.push_back({controller::api::Location::type(), system_namespace, clients.shared, true});
  }
  for (const auto& watched : all) {
    state.threads.emplace_back([&state, context, watched](const std::stop_token& stop) {
      state.watch_kind(context.with_stop(stop), watched);
    });
  }
  state.threads.emplace_back([&state, context](const std::stop_token& stop) { state.beat(context.with_stop(stop)); });
}

LiveView::~LiveView() {
  for (auto& thread : state_->threads) thread.request_stop();
  state_->threads.clear();
}

void LiveView::add(const std::shared_ptr<net::ServerStream>& stream) {
  state_->add(stream);
  stream->on_close([state = std::weak_ptr(state_), gone = stream.get()] {
    const auto alive = state.lock();
    if (!alive) return;
    std::lock_guard lock(alive->mutex);
    std::erase_if(alive->streams, [&](const auto& each) { return each.get() == gone; });
  });
}

std::size_t LiveView::streams() const {
  std::lock_guard lock(state_->mutex);
  return state_->streams.size();
}

void LiveViews::add(const std::string& name_space, const std::shared_ptr<net::ServerStream>& stream) {
  std::lock_guard lock(mutex_);
  auto& view = views_[name_space];
  if (!view) view = std::make_unique<LiveView>(context_, clients_, name_space, system_namespace_);
  view->add(stream);
}

bool LiveViews::tidy() {
  std::vector<std::unique_ptr<LiveView>> over;  // ended without the lock: their watches take a moment
  std::lock_guard lock(mutex_);
  for (auto it = views_.begin(); it != views_.end();) {
    if (it->second->streams() > 0) {
      ++it;
      continue;
    }
    over.push_back(std::move(it->second));
    it = views_.erase(it);
  }
  return views_.empty();
}

}  // namespace tranship::api
