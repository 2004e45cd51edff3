#pragma once
// One connection to an NFS server with one export mounted: the only files that know libnfs.
//
// Not thread-safe: one call at a time (store/nfs/pool.h hands connections out). Every call ends: with the context, or
// when nothing was sent or received for Limits::silence. A call that ended so, or because the connection broke, leaves
// a connection that is not usable() any more: it is never mended, because what was written and not yet committed may be
// lost with the server that went away. Paths are absolute inside the export ("/repositories/shop/config").

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/context.h"
#include "base/error.h"
#include "store/location.h"

struct nfs_context;
struct nfsfh;

namespace tranship::store::nfs {

struct Limits {
  std::chrono::milliseconds connect{20'000};
  std::chrono::milliseconds silence{60'000};
  std::chrono::milliseconds idle{20'000};  // unused for longer: closed (a v4 server forgets its client after a lease)
  int connections = 8;
};

struct Attributes {
  bool folder = false;
  bool file = false;
  std::uint32_t mode = 0;  // rights alone
  std::uint64_t size = 0;
};

struct Entry {
  std::string name;
  Attributes attributes;
};

class Connection {
 public:
  // Connects and mounts. Faults: retryable (code "store.unreachable"), auth ("store.forbidden"), invalid
  // ("store.no_export", "store.no_host").
  static Result<std::unique_ptr<Connection>> connect(const Context& context, const Location& location,
                                                     const Limits& limits);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  bool usable() const { return usable_; }
  // Whether the server still holds the other end, as far as can be told without asking it.
  bool looks_alive() const;
  // The next user gets another connection.
  void give_up() { usable_ = false; }

  Result<Attributes> stat(const Context& context, const std::string& path);
  // Success too when it is there.
  Result<void> make_folder(const Context& context, const std::string& path, int mode);
  Result<std::vector<Entry>> list(const Context& context, const std::string& path);
  Result<void> rename(const Context& context, const std::string& from, const std::string& to);
  // Another name for a file: Fault::conflict, code "store.exists", when something has it.
  Result<void> link(const Context& context, const std::string& from, const std::string& to);
  // Success too when it is not there.
  Result<void> remove(const Context& context, const std::string& path);

  // One file is open at a time; the calls below are about it.
  Result<void> open(const Context& context, const std::string& path);
  Result<void> create(const Context& context, const std::string& path, int mode);
  Result<Attributes> stat_open(const Context& context);
  // Exactly out.size() bytes; Fault::corrupt when the file ends before.
  Result<void> read(const Context& context, std::uint64_t offset, MutableByteView out);
  // From the file's beginning, onto the server's disk.
  Result<void> write(const Context& context, ByteView data);
  Result<void> set_mode(const Context& context, int mode);
  Result<void> close(const Context& context);

 private:
  using Callback = void (*)(int, nfs_context*, void*, void*);
  // Starts a call of libnfs; what it returns.
  using Start = std::function<int(Callback, void*)>;
  using Take = std::function<void(void*)>;
  struct Call;
  struct Slot;
  struct Transfer;

  Connection(const Location& location, const Limits& limits);
  Result<void> mount(const Context& context, const std::string& address);
  Result<void> ask_sizes(const Context& context);
  // Serves the connection until `done`.
  Result<void> serve(const Context& context, const std::function<bool()>& done);
  // The errno of a call, 0 for success; an Error when there was no answer. `take` gets what libnfs hands to a success.
  Result<int> call(const Context& context, const Start& start, const Take& take = {});
  // The same, with any errno as an Error.
  Result<void> demand(const Context& context, std::string_view doing, const std::string& path, const Start& start,
                      const Take& take = {});
  Result<void> transfer(const Context& context, Transfer& transfer);
  static void finish_slot(int status, nfs_context*, void* data, void* slot);
  Error lost(std::string_view detail);
  void destroy();

  const Limits limits_;
  const NfsServer server_;
  const std::string export_;
  const std::string share_;  // "nfs://server/export", for texts
  nfs_context* nfs_ = nullptr;
  nfsfh* file_ = nullptr;
  std::string file_path_;
  std::size_t read_bytes_max_ = 64u << 10;  // of one request
  std::size_t write_bytes_max_ = 64u << 10;
  bool usable_ = true;
  bool mounting_ = false;
};

}  // namespace tranship::store::nfs
