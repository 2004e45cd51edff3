#include "store/nfs/connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <nfsc/libnfs.h>
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>
#include <mutex>

#include "base/units.h"
#include "store/key.h"
#include "store/nfs/call.h"
#include "store/nfs/status.h"

namespace tranship::store::nfs {
namespace {

// How long a stop may go unnoticed.
constexpr int kStepMs = 50;
// Of one folder. Nothing of ours comes near it; a server that never ends a listing is stopped here.
constexpr std::size_t kEntriesMax = 4'000'000;

Attributes attributes_of(std::uint64_t mode, std::uint64_t size) {
  Attributes attributes;
  attributes.folder = S_ISDIR(mode);
  attributes.file = S_ISREG(mode);
  attributes.mode = static_cast<std::uint32_t>(mode & 07777);
  attributes.size = size;
  return attributes;
}

}  // namespace

Connection::Connection(const Location& location, const Limits& limits)
    : limits_(limits), server_(location.nfs), export_(location.path), share_("nfs://" + server_.host + export_) {}

Connection::~Connection() {
  destroy();
}

void Connection::destroy() {
  if (nfs_ == nullptr) return;
  usable_ = false;
  // Ends with the context, which frees what belongs to the file.
  if (file_ != nullptr)
    nfs_close_async(
        nfs_, file_, [](int, nfs_context*, void*, void*) {}, nullptr);
  file_ = nullptr;
  nfs_destroy_context(nfs_);
  nfs_ = nullptr;
}

bool Connection::looks_alive() const {
  if (!usable_ || nfs_ == nullptr) return false;
  pollfd waited{nfs_get_fd(nfs_), POLLIN, 0};
  // Nothing is due from the server between calls: what can be read is its good-bye.
  return ::poll(&waited, 1, 0) == 0;
}

Error Connection::lost(std::string_view detail) {
  usable_ = false;
  return unreachable(share_, server_.version, detail);
}

Result<void> Connection::serve(const Context& context, const std::function<bool()>& done) {
  using Clock = std::chrono::steady_clock;
  const auto patience = mounting_ ? limits_.connect : limits_.silence;
  auto heard = Clock::now();
  while (!done()) {
    if (auto running = context.check(); !running) {
      usable_ = false;
      return running;
    }
    if (Clock::now() - heard > patience) {
      return fail(lost(fmt::format("no answer within {}", format_duration(patience))));
    }
    pollfd waited{nfs_get_fd(nfs_), static_cast<short>(nfs_which_events(nfs_)), 0};
    const int ready = ::poll(&waited, 1, kStepMs);
    if (ready < 0 && errno == EINTR) continue;
    if (ready > 0 && !mounting_) heard = Clock::now();
    std::unique_lock<std::mutex> alone;
    if (mounting_) alone = std::unique_lock(library_mutex());
    if (nfs_service(nfs_, ready > 0 ? waited.revents : 0) < 0) {
      const char* text = nfs_get_error(nfs_);
      return fail(lost(text == nullptr ? "the connection broke" : text));
    }
  }
  return {};
}

Result<int> Connection::call(const Context& context, const Start& start, const Take& take) {
  TRY(context.check());
  if (nfs_ == nullptr) return fail(lost("the connection is closed"));
  Call call;
  call.take = &take;
  call.mounting = mounting_;
  const bool started = start(&Call::finish, &call) == 0;
  const auto served = started ? serve(context, [&] { return call.done; }) : fail(lost(nfs_get_error(nfs_)));
  if (!served) {
    // While `call` is there: libnfs ends what it has begun by calling back.
    destroy();
    return fail(served.error());
  }
  if (call.status >= 0) return 0;
  // The portmapper knows no such program, or the program no such version.
  if (call.refusal.find("rogram") != std::string::npos) return EPROTONOSUPPORT;
  const char* text = nfs_get_error(nfs_);
  const int number = error_number(call.status, text == nullptr ? "" : text);
  // Neither an answer about the object alone nor one that will be another next time on this connection.
  if (number != ENOENT && number != EEXIST && number != ENOTDIR) usable_ = false;
  return number;
}

Result<void> Connection::demand(const Context& context, std::string_view doing, const std::string& path,
                                const Start& start, const Take& take) {
  const int number = TRY(call(context, start, take));
  if (number == 0) return {};
  return fail(call_error(doing, share_ + path, number));
}

Result<Attributes> Connection::stat(const Context& context, const std::string& path) {
  Attributes attributes;
  TRY(demand(
      context, "look at", path,
      [&](Callback callback, void* data) { return nfs_stat64_async(nfs_, path.c_str(), callback, data); },
      [&](void* data) {
        const auto& status = *static_cast<const nfs_stat_64*>(data);
        attributes = attributes_of(status.nfs_mode, status.nfs_size);
      }));
  return attributes;
}

Result<void> Connection::make_folder(const Context& context, const std::string& path, int mode) {
  const int number = TRY(call(context, [&](Callback callback, void* data) {
    return nfs_mkdir2_async(nfs_, path.c_str(), mode, callback, data);
  }));
  if (number == 0 || number == EEXIST) return {};
  return fail(call_error("create folder", share_ + path, number));
}

Result<std::vector<Entry>> Connection::list(const Context& context, const std::string& path) {
  nfsdir* folder = nullptr;
  TRY(demand(
      context, "list", path,
      [&](Callback callback, void* data) { return nfs_opendir_async(nfs_, path.c_str(), callback, data); },
      [&](void* data) { folder = static_cast<nfsdir*>(data); }));
  std::vector<Entry> entries;
  std::vector<std::size_t> unknown;
  while (const nfsdirent* entry = nfs_readdir(nfs_, folder)) {
    const std::string_view name = entry->name;
    if (name == "." || name == ".." || name.find('/') != name.npos) continue;
    // A server need not tell the attributes of each entry.
    if ((entry->mode & S_IFMT) == 0) unknown.push_back(entries.size());
    entries.push_back({std::string(name), attributes_of(entry->mode, entry->size)});
    if (entries.size() > kEntriesMax) break;
  }
  nfs_closedir(nfs_, folder);
  if (entries.size() > kEntriesMax) return fail(Fault::permanent, "list " + share_ + path + ": too many entries");
  for (const std::size_t index : unknown) {
    auto attributes = stat(context, (path == "/" ? "" : path) + "/" + entries[index].name);
    if (attributes) {
      entries[index].attributes = *attributes;
    } else if (attributes.error().fault() != Fault::not_found) {
      return fail(std::move(attributes).error());
    }
  }
  return entries;
}

Result<void> Connection::rename(const Context& context, const std::string& from, const std::string& to) {
  return demand(context, "rename to", to, [&](Callback callback, void* data) {
    return nfs_rename_async(nfs_, from.c_str(), to.c_str(), callback, data);
  });
}

Result<void> Connection::link(const Context& context, const std::string& from, const std::string& to) {
  const int number = TRY(call(context, [&](Callback callback, void* data) {
    return nfs_link_async(nfs_, from.c_str(), to.c_str(), callback, data);
  }));
  if (number == 0) return {};
  if (number == EEXIST) return fail(exists_already(share_ + to));
  return fail(call_error("link", share_ + to, number));
}

Result<void> Connection::remove(const Context& context, const std::string& path) {
  const int number = TRY(call(
      context, [&](Callback callback, void* data) { return nfs_unlink_async(nfs_, path.c_str(), callback, data); }));
  if (number == 0 || number == ENOENT || number == ENOTDIR) return {};
  return fail(call_error("remove", share_ + path, number));
}

}  // namespace tranship::store::nfs
