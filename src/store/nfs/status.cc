#include "store/nfs/status.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tranship::store::nfs {
namespace {

constexpr const char* kFixRights =
    "NFS knows callers by number: give ?uid= and ?gid= of the folder's owner in the location's address. A server with "
    "root_squash takes uid 0 for nobody";
constexpr const char* kFixExport =
    "Check the path and that the server exports it to this machine (`showmount -e SERVER`). Where this runs without "
    "the "
    "right to ports below 1024, the export needs the option 'insecure'; one with Kerberos alone (sec=krb5) cannot be "
    "used";
constexpr const char* kFixFull =
    "Free space or raise the quota on the NFS server, then run the same again; what is stored already is kept";

// Words of NFSv3 and v4 behind "NFS3ERR_" and "NFS4ERR_". The state of a v4 client that the server gave up is gone with
// the connection: a new one is what ESTALE leads to.
constexpr std::array<std::pair<std::string_view, int>, 33> kWords{{
    {"PERM", EPERM},
    {"NOENT", ENOENT},
    {"IO", EIO},
    {"ACCES", EACCES},
    {"ACCESS", EACCES},
    {"DENIED", EACCES},
    {"WRONGSEC", EFAULT},
    {"EXIST", EEXIST},
    {"NOTDIR", ENOTDIR},
    {"ISDIR", EISDIR},
    {"NAMETOOLONG", ENAMETOOLONG},
    {"NOTEMPTY", ENOTEMPTY},
    {"FBIG", EFBIG},
    {"NOSPC", ENOSPC},
    {"DQUOT", EDQUOT},
    {"ROFS", EROFS},
    {"JUKEBOX", EAGAIN},
    {"DELAY", EAGAIN},
    {"GRACE", EAGAIN},
    {"RESOURCE", EAGAIN},
    {"SERVERFAULT", EAGAIN},
    {"SHARE_DENIED", EAGAIN},
    {"STALE", ESTALE},
    {"BADHANDLE", ESTALE},
    {"FHEXPIRED", ESTALE},
    {"EXPIRED", ESTALE},
    {"STALE_CLIENTID", ESTALE},
    {"STALE_STATEID", ESTALE},
    {"OLD_STATEID", ESTALE},
    {"BAD_STATEID", ESTALE},
    {"BAD_SEQID", ESTALE},
    {"ADMIN_REVOKED", ESTALE},
    {"CLID_INUSE", ESTALE},
}};

// 0 when the text has no word of the protocol, or one that is not known here.
int number_of_word(std::string_view text) {
  std::size_t at = text.find("NFS3ERR_");
  if (at == text.npos) at = text.find("NFS4ERR_");
  if (at == text.npos) return 0;
  std::string_view word = text.substr(at + 8);
  word = word.substr(0, word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"));
  for (const auto& [known, number] : kWords) {
    if (known == word) return number;
  }
  return 0;
}

// What libnfs translates without loss; everything else may stand for several answers.
bool is_exact(int number) {
  switch (number) {
    case EPERM:
    case ENOENT:
    case EACCES:
    case EEXIST:
    case ENOTDIR:
    case EISDIR:
    case ENAMETOOLONG:
    case ENOTEMPTY:
    case EFBIG:
    case ENOSPC:
    case EROFS:
    case ESTALE:
    case EAGAIN:
      return true;
    default:
      return false;
  }
}

}  // namespace

int error_number(int status, std::string_view text) {
  const int number = status < 0 ? -status : status;
  if (is_exact(number)) return number;
  if (text.find("Insufficient ACCESS") != text.npos) return EACCES;
  const int word = number_of_word(text);
  // An answer that libnfs does translate is left over from an earlier call.
  if (word != 0 && word != ENOENT && word != EEXIST) return word;
  return number == 0 ? EIO : number;
}

Error call_error(std::string_view doing, const std::string& object, int number) {
  if (number == EFAULT) {
    return Error(Fault::auth, fmt::format("{} {}: the NFS server refuses the caller", doing, object))
        .with_code("store.forbidden")
        .with_fix(kFixExport);
  }
  const std::string what = fmt::format("{} {}: {}", doing, object, std::strerror(number));
  switch (number) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
      return Error(Fault::not_found, what);
    case ENOSPC:
    case EDQUOT:
      return Error(Fault::permanent, what).with_code("store.full").with_fix(kFixFull);
    case EROFS:
      return Error(Fault::auth, what)
          .with_code("store.read_only")
          .with_fix("The server exports it read-only: export it read-write, or use another location for writing");
    case EACCES:
    case EPERM:
      return Error(Fault::auth, what).with_code("store.forbidden").with_fix(kFixRights);
    case ESTALE:
    case EAGAIN:
    case ETIMEDOUT:
    case ECONNRESET:
      return Error(Fault::retryable, what);
    default:
      return Error(Fault::permanent, what);
  }
}

Error mount_error(const std::string& share, int version, int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return Error(Fault::invalid, fmt::format("the NFS server has no folder {}", share))
          .with_code("store.no_export")
          .with_fix(fmt::format(
              "Make the folder, or check the path: `showmount -e` lists what a server exports{}",
              version == 4 ? "; NFSv4 paths begin at the server's root, which fsid=0 moves (?version=3 does without)"
                           : ""));
    case EACCES:
    case EPERM:
    case EFAULT:
      return Error(Fault::auth, fmt::format("the NFS server does not let this machine mount {}", share))
          .with_code("store.forbidden")
          .with_fix(kFixExport);
    case EAGAIN:
    case ESTALE:
      return Error(Fault::retryable, fmt::format("mount {}: {}", share, std::strerror(number)));
    default:
      return Error(Fault::permanent, fmt::format("mount {} with NFSv{}: {}", share, version, std::strerror(number)))
          .with_fix(
              fmt::format("Does the server speak this version? ?version={} takes the other", version == 4 ? 3 : 4));
  }
}

Error unreachable(const std::string& share, int version, std::string_view detail) {
  return Error(Fault::retryable, fmt::format("the NFS server of {} cannot be reached: {}", share, detail))
      .with_code("store.unreachable")
      .with_fix(version == 4
                    ? "Check the address, that the server runs, and that its TCP port (2049 unless given) is open "
                      "from here"
                    : "Check the address, that the server runs, and that its TCP ports are open from here: 111, "
                      "mountd's and 2049 (nfs://server:2049/path?mountport=N does without 111, ?version=4 with 2049 "
                      "alone)");
}

}  // namespace tranship::store::nfs
