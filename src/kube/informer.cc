#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "kube/watch.h"

namespace tranship::kube {

struct Informer::State {
  using Key = std::pair<std::string, std::string>;

  static Key key_of(const Json& object) {
    return {json_string(object, {"metadata", "namespace"}),
            json_string(object, {"metadata", "name"})};
  }

  bool take(const WatchEvent& event) {
    std::vector<WatchEvent> changes;
    std::function<void(const WatchEvent&)> callback;
    {
      std::lock_guard lock(mutex);
      apply(event, changes);
      callback = on_change;
    }
    // Outside the lock, so that the callback may ask the cache.
    if (callback)
      for (const WatchEvent& change : changes) callback(change);
    return true;
  }

  // Brings the cache up to date; `changes` gets what the callback is to hear.
  void apply(const WatchEvent& event, std::vector<WatchEvent>& changes) {
    switch (event.type) {
      case WatchEventType::begin_list:
        listed.clear();
        listing = true;
        break;
      case WatchEventType::end_list:
        drop_unlisted(changes);
        break;
      case WatchEventType::deleted:
        objects.erase(key_of(event.object));
        changes.push_back(event);
        break;
      default:
        store(event, changes);
    }
  }

  void store(const WatchEvent& event, std::vector<WatchEvent>& changes) {
    const Key key = key_of(event.object);
    if (listing) listed.insert(key);
    const auto [place, is_new] = objects.try_emplace(key);
    const bool same = !is_new && json_string(place->second, {"metadata", "resourceVersion"}) ==
                                     json_string(event.object, {"metadata", "resourceVersion"});
    if (same) return;  // a new list shows again what is known
    place->second = event.object;
    changes.push_back({is_new ? WatchEventType::added : WatchEventType::modified, event.object});
  }

  void drop_unlisted(std::vector<WatchEvent>& changes) {
    for (auto it = objects.begin(); it != objects.end();) {
      if (listed.contains(it->first)) {
        ++it;
        continue;
      }
      changes.push_back({WatchEventType::deleted, std::move(it->second)});
      it = objects.erase(it);
    }
    listed.clear();
    listing = false;
    synced = true;
    changed.notify_all();
  }

  mutable std::mutex mutex;
  std::condition_variable_any changed;
  std::map<Key, Json> objects;
  std::set<Key> listed;  // seen since begin_list
  bool listing = false;
  bool synced = false;
  std::optional<Error> failure;
  std::function<void(const WatchEvent&)> on_change;
  std::jthread thread;
};

Informer::Informer(const Context& context, Client& client, ResourceType type,
                   std::string name_space, WatchOptions options)
    : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.thread = std::jthread([&state, context, &client, type = std::move(type),
                               name_space = std::move(name_space),
                               options = std::move(options)](std::stop_token stop) {
    const auto ended = watch(context.with_stop(stop), client, type, name_space, options,
                             [&](const WatchEvent& event) { return state.take(event); });
    std::lock_guard lock(state.mutex);
    if (!ended) state.failure = ended.error();
    state.changed.notify_all();
  });
}

Informer::~Informer() {
  state_->thread.request_stop();
  state_->thread.join();
}

Result<void> Informer::wait_synced(const Context& context) {
  TRY(context.check());
  std::unique_lock lock(state_->mutex);
  const auto until =
      std::min(context.deadline(), Context::Clock::now() + std::chrono::hours(24 * 365));
  state_->changed.wait_until(lock, context.stop_token(), until,
                             [&] { return state_->synced || state_->failure; });
  if (state_->synced) return {};
  if (state_->failure) return fail(*state_->failure);
  lock.unlock();
  TRY(context.check());
  return fail(Fault::cancelled, "the first list did not come");
}

std::optional<Json> Informer::get(const std::string& name_space, const std::string& name) const {
  std::lock_guard lock(state_->mutex);
  const auto found = state_->objects.find({name_space, name});
  if (found == state_->objects.end()) return std::nullopt;
  return found->second;
}

std::vector<Json> Informer::list() const {
  std::lock_guard lock(state_->mutex);
  std::vector<Json> objects;
  objects.reserve(state_->objects.size());
  for (const auto& [key, object] : state_->objects) objects.push_back(object);
  return objects;
}

std::optional<Error> Informer::failure() const {
  std::lock_guard lock(state_->mutex);
  return state_->failure;
}

void Informer::on_change(std::function<void(const WatchEvent&)> callback) {
  std::lock_guard lock(state_->mutex);
  state_->on_change = std::move(callback);
}

}  // namespace tranship::kube
