// Connecting and mounting: the part of Connection that runs once.

#include <nfsc/libnfs.h>
// They need what libnfs.h defines.
#include <nfsc/libnfs-raw-nfs4.h>
#include <nfsc/libnfs-raw.h>

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>

#include "crypto/random.h"
#include "store/nfs/call.h"
#include "store/nfs/status.h"

namespace tranship::store::nfs {
namespace {

constexpr std::uint64_t kRequestBytesMax = 1u << 20;  // what libnfs takes in one answer
constexpr std::uint64_t kRequestBytesMin = 4u << 10;
constexpr std::uint64_t kRequestBytesUntold = 64u << 10;
constexpr std::size_t kWriteBytesMaxV4 = 3584;
constexpr std::size_t kAddressesMax = 4;

// The host's addresses as numbers, in the order of the system.
Result<std::vector<std::string>> resolve(const std::string& host, const std::string& share) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int status = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, ::freeaddrinfo);
  if (status == EAI_NONAME || status == EAI_NODATA) {
    return fail(Error(Fault::invalid, fmt::format("the host {} of {} is not known", host, share))
                    .with_code("store.no_host")
                    .with_fix("Check the name; inside a cluster its DNS is asked"));
  }
  if (status != 0) return fail(unreachable(share, 4, fmt::format("{}: {}", host, ::gai_strerror(status))));
  std::vector<std::string> addresses;
  for (const addrinfo* each = found; each != nullptr && addresses.size() < kAddressesMax; each = each->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text);
    }
  }
  return addresses;
}

// The attribute maxread (RFC 7530 5.8.2.20) of an export.
struct ReadLimit {
  bool done = false;
  std::uint64_t bytes = 0;  // 0: not told

  static void take(rpc_context*, int status, void* data, void* limit) {
    auto& self = *static_cast<ReadLimit*>(limit);
    self.done = true;
    const auto* result = static_cast<const COMPOUND4res*>(data);
    if (status != RPC_STATUS_SUCCESS || result->status != NFS4_OK || result->resarray.resarray_len == 0) return;
    // Copied: libnfs does not align what it decodes.
    nfs_resop4 last;
    const std::size_t before = (result->resarray.resarray_len - 1) * sizeof last;
    std::memcpy(&last, reinterpret_cast<const char*>(result->resarray.resarray_val) + before, sizeof last);
    if (last.resop != OP_GETATTR) return;
    const attrlist4& values = last.nfs_resop4_u.opgetattr.GETATTR4res_u.resok4.obj_attributes.attr_vals;
    if (values.attrlist4_len != 8) return;
    for (int i = 0; i < 8; ++i) {
      self.bytes = self.bytes << 8 | static_cast<std::uint8_t>(values.attrlist4_val[i]);
    }
  }
};

// Asks for it: from the server's root down to the export.
class SizeQuestion {
 public:
  explicit SizeQuestion(const std::string& path) {
    for (std::size_t at = 1; at < path.size();) {
      const std::size_t end = std::min(path.find('/', at), path.size());
      names_.push_back(path.substr(at, end - at));
      at = end + 1;
    }
  }

  bool send(rpc_context* rpc, ReadLimit& limit) {
    std::vector<nfs_argop4> operations(names_.size() + 2);
    operations.front().argop = OP_PUTROOTFH;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      operations[i + 1].argop = OP_LOOKUP;
      operations[i + 1].nfs_argop4_u.oplookup.objname = {static_cast<u_int>(names_[i].size()), names_[i].data()};
    }
    std::uint32_t wanted = 1u << FATTR4_MAXREAD;
    operations.back().argop = OP_GETATTR;
    operations.back().nfs_argop4_u.opgetattr.attr_request = {1, &wanted};
    COMPOUND4args arguments{};
    arguments.argarray = {static_cast<u_int>(operations.size()), operations.data()};
    return rpc_nfs4_compound_async(rpc, &ReadLimit::take, &arguments, &limit) == 0;
  }

 private:
  std::vector<std::string> names_;
};

}  // namespace

std::mutex& library_mutex() {
  static std::mutex mutex;
  return mutex;
}

Result<std::unique_ptr<Connection>> Connection::connect(const Context& context, const Location& location,
                                                        const Limits& limits) {
  const std::string share = "nfs://" + location.nfs.host + location.path;
  std::optional<Error> failure;
  for (const std::string& address : TRY(resolve(location.nfs.host, share))) {
    TRY(context.check());
    std::unique_ptr<Connection> connection(new Connection(location, limits));
    auto mounted = connection->mount(context, address);
    if (mounted) return connection;
    if (mounted.error().fault() != Fault::retryable) return fail(std::move(mounted).error());
    if (!failure) failure = std::move(mounted).error();
  }
  return fail(failure ? std::move(*failure) : unreachable(share, location.nfs.version, "it has no address"));
}

Result<void> Connection::mount(const Context& context, const std::string& address) {
  {
    std::lock_guard alone(library_mutex());
    nfs_ = nfs_init_context();
  }
  if (nfs_ == nullptr) return fail(Fault::permanent, "no memory for an NFS connection");
  nfs_set_version(nfs_, server_.version);
  // Settings that have no function of their own. A folder's listing must be the server's at this moment, and a file
  // that was half written when the connection broke is written anew: no cache, no mending.
  nfs_destroy_url(nfs_parse_url_dir(
      nfs_, fmt::format("nfs://server/export?auto-traverse-mounts=0&dircache=0&autoreconnect=0&nfsport={}&mountport={}",
                        server_.port, server_.mount_port)
                .c_str()));
  nfs_set_uid(nfs_, static_cast<int>(server_.uid));
  nfs_set_gid(nfs_, static_cast<int>(server_.gid));
  nfs_umask(nfs_, 0);
  if (server_.version == 4) {
    // The server drops the state of the client before that has the same name, and libnfs makes names of the process's
    // number and the second: all movers are process 1.
    std::uint8_t random[16];
    crypto::random_bytes(random);
    nfs4_set_client_name(nfs_, ("tranship-" + to_hex(random)).c_str());
    nfs4_set_verifier(nfs_, reinterpret_cast<const char*>(random));
  }
  mounting_ = true;
  const int number = TRY(call(context, [&](Callback callback, void* data) {
    std::lock_guard alone(library_mutex());
    return nfs_mount_async(nfs_, address.c_str(), export_.c_str(), callback, data);
  }));
  if (number != 0) return fail(mount_error(share_, server_.version, number));
  TRY(ask_sizes(context));
  mounting_ = false;
  return {};
}

// How much one request may carry.
Result<void> Connection::ask_sizes(const Context& context) {
  // Not told: what every server takes.
  const auto bounded = [](std::uint64_t told) {
    return static_cast<std::size_t>(told < kRequestBytesMin ? kRequestBytesUntold : std::min(told, kRequestBytesMax));
  };
  if (server_.version == 3) {
    read_bytes_max_ = bounded(nfs_get_readmax(nfs_));
    write_bytes_max_ = bounded(nfs_get_writemax(nfs_));
    return {};
  }
  // libnfs has room for 4 KiB in a request of v4, headers among it, and does not ask how much an answer may carry.
  write_bytes_max_ = kWriteBytesMaxV4;
  ReadLimit limit;
  SizeQuestion question(export_);
  if (!question.send(nfs_get_rpc_context(nfs_), limit)) return fail(lost(nfs_get_error(nfs_)));
  if (auto served = serve(context, [&] { return limit.done; }); !served) {
    destroy();
    return served;
  }
  read_bytes_max_ = bounded(limit.bytes);
  return {};
}

}  // namespace tranship::store::nfs
