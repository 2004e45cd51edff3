// The open file of a Connection: several requests are on their way at a time.

#include <fcntl.h>
#include <fmt/format.h>
#include <nfsc/libnfs.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "store/nfs/call.h"
#include "store/nfs/status.h"

namespace tranship::store::nfs {
namespace {

// On the way at a time: a gigabit at 30 ms. Of small requests as many as a server answers without a pause.
constexpr std::size_t kBytesAtOnce = 4u << 20;
constexpr std::size_t kRequestsAtOnceMax = 64;

}  // namespace

// One request.
struct Connection::Slot {
  std::uint64_t offset = 0;        // in the file
  std::size_t length = 0;          // still to do; 0: free
  std::uint8_t* target = nullptr;  // reading: where it goes
  const std::uint8_t* source = nullptr;
  bool running = false;
  int status = 0;
};

struct Connection::Transfer {
  std::string_view doing;
  std::uint64_t offset = 0;
  std::size_t length = 0;
  std::uint8_t* target = nullptr;  // or
  const std::uint8_t* source = nullptr;
  std::size_t handed_out = 0;
  std::vector<Slot> slots;

  bool any_running() const {
    return std::ranges::any_of(slots, [](const Slot& slot) { return slot.running; });
  }
  // Gives a free slot the next part; false when there is none.
  bool fill(Slot& slot, std::size_t part_max) {
    if (slot.length > 0) return true;
    if (handed_out == length) return false;
    slot.offset = offset + handed_out;
    slot.length = std::min(part_max, length - handed_out);
    slot.target = target == nullptr ? nullptr : target + handed_out;
    slot.source = source == nullptr ? nullptr : source + handed_out;
    handed_out += slot.length;
    return true;
  }
  // Takes what was done off the slot. A server may do less than was asked, never more.
  Result<void> take(Slot& slot, const std::string& name) {
    const auto done = static_cast<std::size_t>(slot.status);
    if (done > slot.length) return fail(Fault::corrupt, fmt::format("{} {}: the server did too much", doing, name));
    if (done == 0 && target != nullptr) return fail(Fault::corrupt, name + " became shorter while it was read");
    if (done == 0) return fail(call_error(doing, name, EIO));
    slot.offset += done;
    slot.length -= done;
    if (slot.target != nullptr) slot.target += done;
    if (slot.source != nullptr) slot.source += done;
    return {};
  }
};

void Connection::finish_slot(int status, nfs_context*, void* data, void* slot) {
  Slot& self = *static_cast<Slot*>(slot);
  self.status = status;
  self.running = false;
  if (status > 0 && self.target != nullptr && static_cast<std::size_t>(status) <= self.length) {
    std::memcpy(self.target, data, static_cast<std::size_t>(status));
  }
}

Result<void> Connection::transfer(const Context& context, Transfer& transfer) {
  const std::size_t request_bytes = transfer.source != nullptr ? write_bytes_max_ : read_bytes_max_;
  transfer.slots.resize(std::clamp<std::size_t>(kBytesAtOnce / request_bytes, 1, kRequestsAtOnceMax));
  const std::string name = share_ + file_path_;
  std::optional<Error> failure;
  for (;;) {
    std::size_t before = 0;
    for (Slot& slot : transfer.slots) {
      if (failure || slot.running || !transfer.fill(slot, request_bytes)) continue;
      slot.running = true;
      const int started = slot.source != nullptr
                              ? nfs_pwrite_async(nfs_, file_, slot.offset, slot.length, slot.source, finish_slot, &slot)
                              : nfs_pread_async(nfs_, file_, slot.offset, slot.length, finish_slot, &slot);
      if (started == 0) continue;
      slot.running = false;
      failure = lost(nfs_get_error(nfs_));
    }
    before = static_cast<std::size_t>(std::ranges::count_if(transfer.slots, &Slot::running));
    if (before == 0) break;
    const auto served = serve(context, [&] {
      return static_cast<std::size_t>(std::ranges::count_if(transfer.slots, &Slot::running)) < before;
    });
    if (!served) {
      // While the slots are there: libnfs ends what is on its way by calling back.
      destroy();
      return served;
    }
    for (Slot& slot : transfer.slots) {
      if (failure || slot.running || slot.length == 0) continue;
      if (slot.status < 0) {
        const char* text = nfs_get_error(nfs_);
        failure = call_error(transfer.doing, name, error_number(slot.status, text == nullptr ? "" : text));
        usable_ = false;
      } else if (auto taken = transfer.take(slot, name); !taken) {
        failure = std::move(taken).error();
      }
    }
  }
  if (failure) return fail(std::move(*failure));
  return {};
}

Result<void> Connection::open(const Context& context, const std::string& path) {
  file_path_ = path;
  return demand(
      context, "open", path,
      [&](Callback callback, void* data) { return nfs_open_async(nfs_, path.c_str(), O_RDONLY, callback, data); },
      [&](void* data) { file_ = static_cast<nfsfh*>(data); });
}

Result<void> Connection::create(const Context& context, const std::string& path, int mode) {
  file_path_ = path;
  return demand(
      context, "create", path,
      [&](Callback callback, void* data) {
        return nfs_create_async(nfs_, path.c_str(), O_WRONLY | O_EXCL, mode, callback, data);
      },
      [&](void* data) { file_ = static_cast<nfsfh*>(data); });
}

Result<Attributes> Connection::stat_open(const Context& context) {
  Attributes attributes;
  TRY(demand(
      context, "look at", file_path_,
      [&](Callback callback, void* data) { return nfs_fstat64_async(nfs_, file_, callback, data); },
      [&](void* data) {
        const auto& status = *static_cast<const nfs_stat_64*>(data);
        attributes.folder = S_ISDIR(status.nfs_mode);
        attributes.file = S_ISREG(status.nfs_mode);
        attributes.mode = static_cast<std::uint32_t>(status.nfs_mode & 07777);
        attributes.size = status.nfs_size;
      }));
  return attributes;
}

Result<void> Connection::read(const Context& context, std::uint64_t offset, MutableByteView out) {
  Transfer reading{.doing = "read", .offset = offset, .length = out.size(), .target = out.data()};
  return transfer(context, reading);
}

Result<void> Connection::write(const Context& context, ByteView data) {
  if (data.empty()) return {};
  Transfer writing{.doing = "write", .length = data.size(), .source = data.data()};
  TRY(transfer(context, writing));
  return demand(context, "sync", file_path_,
                [&](Callback callback, void* done) { return nfs_fsync_async(nfs_, file_, callback, done); });
}

Result<void> Connection::set_mode(const Context& context, int mode) {
  return demand(context, "set the mode of", file_path_,
                [&](Callback callback, void* data) { return nfs_fchmod_async(nfs_, file_, mode, callback, data); });
}

Result<void> Connection::close(const Context& context) {
  if (file_ == nullptr) return {};
  auto closed = demand(context, "close", file_path_, [&](Callback callback, void* data) {
    return nfs_close_async(nfs_, std::exchange(file_, nullptr), callback, data);
  });
  // A file that stays open is the connection's end.
  if (!closed) usable_ = false;
  return closed;
}

}  // namespace tranship::store::nfs
