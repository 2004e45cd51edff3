#pragma once
// What an NFS server answers, as an Error with what a person can do about it.

#include <string>
#include <string_view>

#include "base/error.h"

namespace tranship::store::nfs {

// The errno that a failed call of libnfs means. `status`: what its callback got, negative; `text`: nfs_get_error().
// libnfs tells some answers of the server (a full disk while writing, a used-up quota) in its text alone: there the
// server's own word ("NFS3ERR_NOSPC") is looked up. EFAULT: the server refused the call itself.
int error_number(int status, std::string_view text);

// `doing`: "write", "create" ...; `object`: "nfs://server/path/key". ENOSPC and EDQUOT carry the code "store.full",
// EROFS "store.read_only", EACCES, EPERM and EFAULT "store.forbidden". Retryable: ESTALE, EAGAIN, ETIMEDOUT,
// ECONNRESET.
Error call_error(std::string_view doing, const std::string& object, int number);

// The same for mounting `share` ("nfs://server/export"), as NFS version `version`. ENOENT carries the code
// "store.no_export".
Error mount_error(const std::string& share, int version, int number);

// No connection: the server cannot be reached, or it stopped answering. Retryable; code "store.unreachable".
Error unreachable(const std::string& share, int version, std::string_view detail);

}  // namespace tranship::store::nfs
