#include "kube/watch.h"

#include <algorithm>
#include <random>

#include "kube/byte_stream.h"
#include "kube/watch_line.h"
#include "net/url.h"

namespace tranship::kube {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBackOffFirst{250};
constexpr milliseconds kBackOffMax{30'000};
constexpr std::chrono::seconds kSilenceMargin{30};
// An object is at most 1.5 MiB in etcd; its JSON may be larger.
constexpr std::size_t kEventBytesMax = 32u << 20;

// Where the protocol stands; one step at a time leads from one to the next.
enum class State { listing, watching, done };

class Watcher {
 public:
  Watcher(const Context& context, Client& client, const ResourceType& type,
          const std::string& name_space, const WatchOptions& options,
          const std::function<bool(const WatchEvent&)>& on_event)
      : context_(context),
        client_(client),
        type_(type),
        name_space_(name_space),
        options_(options),
        on_event_(on_event) {}

  Result<void> run() {
    while (state_ != State::done) {
      TRY(context_.check());
      auto step = state_ == State::listing ? list() : watch_once();
      if (step) continue;
      TRY(after_error(std::move(step).error()));
    }
    return {};
  }

 private:
  bool give(WatchEventType type, Json object = nullptr) {
    if (state_ != State::done && !on_event_({type, std::move(object)})) state_ = State::done;
    return state_ != State::done;
  }

  Result<void> list() {
    give(WatchEventType::begin_list);
    const ListOptions options{.label_selector = options_.label_selector,
                              .field_selector = options_.field_selector};
    const auto restart = [&] { give(WatchEventType::begin_list); };
    resource_version_ = TRY(client_.list(
        context_, type_, name_space_, options,
        [&](Json&& item) { give(WatchEventType::added, std::move(item)); }, restart));
    if (!give(WatchEventType::end_list)) return {};
    state_ = State::watching;
    back_off_ = kBackOffFirst;
    return {};
  }

  std::string watch_path() const {
    std::string path = type_.path(name_space_) +
                       "?watch=true&allowWatchBookmarks=true&resourceVersion=" +
                       net::percent_encode(resource_version_) +
                       "&timeoutSeconds=" + std::to_string(options_.server_timeout.count());
    if (!options_.label_selector.empty())
      path += "&labelSelector=" + net::percent_encode(options_.label_selector);
    if (!options_.field_selector.empty())
      path += "&fieldSelector=" + net::percent_encode(options_.field_selector);
    return path;
  }

  // Until the server ends it (success: watch again from where it stood) or something goes wrong.
  Result<void> watch_once() {
    ByteStream stream(context_, client_, watch_path());
    LineSplitter lines(kEventBytesMax);
    Result<void> taken;
    while (state_ == State::watching) {
      const Bytes piece = TRY(stream.next(context_, options_.server_timeout + kSilenceMargin));
      if (piece.empty()) break;
      const auto outcome = lines.feed(piece, false, [&](std::string_view line) {
        taken = take_line(line);
        return taken && state_ == State::watching;
      });
      if (!taken) return taken;
      if (outcome == LineSplitter::Outcome::too_long)
        return fail(Fault::permanent, "the API server sent a watch event of more than 32 MiB");
    }
    return {};
  }

  Result<void> take_line(std::string_view line) {
    if (line.empty()) return {};
    WatchLine event = TRY(parse_watch_line(line));
    if (!event.resource_version.empty()) resource_version_ = event.resource_version;
    back_off_ = kBackOffFirst;
    switch (event.type) {
      case WatchLineType::added: give(WatchEventType::added, std::move(event.object)); break;
      case WatchLineType::modified: give(WatchEventType::modified, std::move(event.object)); break;
      case WatchLineType::deleted: give(WatchEventType::deleted, std::move(event.object)); break;
      case WatchLineType::other: break;  // a bookmark: the resourceVersion was all it brought
    }
    return {};
  }

  // Decides what follows an error: list again, watch again, or give up.
  Result<void> after_error(Error error) {
    TRY(context_.check());
    if (error.fault() == Fault::conflict) {
      // 410: what happened since is no longer known. A list that itself answers 410 is simply tried
      // again.
      state_ = State::listing;
      resource_version_.clear();
    } else if (error.fault() != Fault::retryable) {
      return fail(std::move(error).in("watching " + type_.qualified_plural()));
    }
    static thread_local std::minstd_rand random(std::random_device{}());
    const auto wait = milliseconds(std::uniform_int_distribution<std::int64_t>(
        back_off_.count() / 2, back_off_.count())(random));
    back_off_ = std::min(back_off_ * 2, kBackOffMax);
    return context_.sleep(wait);
  }

  const Context& context_;
  Client& client_;
  const ResourceType& type_;
  const std::string& name_space_;
  const WatchOptions& options_;
  const std::function<bool(const WatchEvent&)>& on_event_;
  State state_ = State::listing;
  std::string resource_version_;
  milliseconds back_off_ = kBackOffFirst;
};

}  // namespace

Result<void> watch(const Context& context, Client& client, const ResourceType& type,
                   const std::string& name_space, const WatchOptions& options,
                   const std::function<bool(const WatchEvent&)>& on_event) {
  return Watcher(context, client, type, name_space, options, on_event).run();
}

Result<Json> wait_for(const Context& context, Client& client, const ResourceType& type,
                      const std::string& name_space, const std::string& name,
                      const std::function<bool(const Json&)>& done) {
  // Short server time-outs: a connection that died unnoticed must not hold up who waits for one
  // thing.
  const WatchOptions options{.field_selector = "metadata.name=" + name,
                             .server_timeout = std::chrono::seconds(45)};
  Json latest;
  bool listed = false;
  TRY(watch(context, client, type, name_space, options, [&](const WatchEvent& event) {
    switch (event.type) {
      case WatchEventType::begin_list:
        latest = nullptr;
        listed = false;
        return true;
      case WatchEventType::end_list:
        listed = true;
        break;
      case WatchEventType::deleted:
        latest = nullptr;
        break;
      default:
        latest = event.object;
    }
    return !listed || !done(latest);
  }));
  return latest;
}

}  // namespace tranship::kube
