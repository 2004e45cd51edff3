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

Error explained(Error error) {
  if (error.fault() != Fault::not_found) return error;
  return Error(Fault::not_found, "Tranship is not installed in this cluster")
      .with_code("api.not-installed")
      .with_fix("Run tranship install");
}

}  // namespace

struct LiveView::State {
  State(std::shared_ptr<kube::Client> given, std::string where, const std::string& system_namespace)
      : client(std::move(given)), name_space(std::move(where)), applications(name_space, system_namespace) {}

  // -- streams: all under the mutex, so that a stream sees every change once and in order --
  void send(const std::string& text) {
    std::erase_if(streams, [&](const auto& stream) { return !stream->offer(text); });
  }

  void add(const std::shared_ptr<net::ServerStream>& stream) {
    std::lock_guard lock(mutex);
    for (const auto& [kind, text] : denied) stream->offer(text);
    for (const auto& [kind, texts] : objects) {
      if (synced.contains(kind)) stream->offer(reset_text(kind));
    }
    if (applications_known()) stream->offer(applications_text());
    streams.push_back(stream);
  }

  // -- the kinds of tranship.io --
  std::string reset_text(const std::string& kind) const {
    std::string items;
    const auto found = objects.find(kind);
    if (found != objects.end()) {
      for (const auto& [key, text] : found->second) items += (items.empty() ? "" : ",") + text;
    }
    return "event: reset\ndata: {\"kind\":" + to_text(Json(kind)) + ",\"items\":[" + items + "]}\n\n";
  }

  void take(const kube::ResourceType& type, const kube::WatchEvent& event, std::vector<Json>& listed, bool& listing) {
    switch (event.type) {
      case kube::WatchEventType::begin_list:
        listed.clear();
        listing = true;
        return;
      case kube::WatchEventType::end_list:
        listing = false;
        list_taken(type, listed);
        listed.clear();
        return;
      default:
        if (listing) return listed.push_back(event.object);
        changed(type, event.object, event.type == kube::WatchEventType::deleted);
    }
  }

  static std::string key_of(const Json& object) {
    return json_string(object, {"metadata", "namespace"}) + "/" + json_string(object, {"metadata", "name"});
  }

  bool is_source(const kube::ResourceType& type) const { return type.group != controller::api::kGroup; }

  void list_taken(const kube::ResourceType& type, const std::vector<Json>& listed) {
    std::lock_guard lock(mutex);
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
    texts.clear();
    for (const Json& object : listed) texts[key_of(object)] = to_text(shown(object));
    send(reset_text(type.kind));
  }

  void changed(const kube::ResourceType& type, const Json& object, bool gone) {
    std::lock_guard lock(mutex);
    if (is_source(type)) {
      std::set<std::string> namespaces;
      applications.take(type, object, gone, namespaces);
      if (applications_told) send_applications(namespaces);
      return;
    }
    if (gone) {
      objects[type.kind].erase(key_of(object));
      return send(event_text("removed", {{"kind", type.kind},
                                         {"namespace", json_string(object, {"metadata", "namespace"})},
                                         {"name", json_string(object, {"metadata", "name"})}}));
    }
    std::string text = to_text(shown(object));
    send("event: changed\ndata: {\"kind\":" + to_text(Json(type.kind)) + ",\"item\":" + text + "}\n\n");
    objects[type.kind][key_of(object)] = std::move(text);
  }

  void refused(const kube::ResourceType& type, const Error& error) {
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
  void watch_kind(const Context& context, const kube::ResourceType& type) {
    while (!context.stopped()) {
      std::vector<Json> listed;
      bool listing = false;
      const auto ended = kube::watch(context, *client, type, type.namespaced ? name_space : "", {},
                                     [&](const kube::WatchEvent& event) {
                                       take(type, event, listed, listing);
                                       return !context.stopped();
                                     });
      if (context.stopped()) return;
      if (!ended) refused(type, ended.error());
      (void)context.sleep(kAskAgain);
    }
  }

  void beat(const Context& context) {
    while (context.sleep(kBeat)) {
      std::lock_guard lock(mutex);
      send(": beat\n\n");
    }
  }

  const std::shared_ptr<kube::Client> client;
  const std::string name_space;
  std::vector<kube::ResourceType> sources;

  mutable std::mutex mutex;
  std::vector<std::shared_ptr<net::ServerStream>> streams;
  std::map<std::string, std::map<std::string, std::string>> objects;  // kind, namespace/name, JSON
  std::map<std::string, std::string> denied;                          // the event, by kind
  std::set<std::string> synced;                                       // kinds that were listed or refused
  ApplicationView applications;
  bool applications_told = false;
  std::vector<std::jthread> threads;  // last: they end first
};

LiveView::LiveView(const Context& context, std::shared_ptr<kube::Client> client, const std::string& name_space,
                   const std::string& system_namespace)
    : state_(std::make_shared<State>(std::move(client), name_space, system_namespace)) {
  State& state = *state_;
  for (const auto& type : ApplicationView::sources()) {
    if (name_space.empty() || type.namespaced) state.sources.push_back(type);
  }
  auto watched = own_kinds();
  watched.insert(watched.end(), state.sources.begin(), state.sources.end());
  for (const auto& type : watched) {
    state.threads.emplace_back(
        [&state, context, type](const std::stop_token& stop) { state.watch_kind(context.with_stop(stop), type); });
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
  if (!view) view = std::make_unique<LiveView>(context_, client_, name_space, system_namespace_);
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
