#pragma once
// Files and folders of a snapshot as a client downloads them: a file's bytes, a folder as a tar archive (POSIX.1-2001,
// pax: IEEE Std 1003.1, "pax interchange format"). Devices, sockets and extended attributes are left out.

#include "net/http_server.h"
#include "repo/format/tree.h"
#include "repo/repository.h"

namespace tranship::api {

// Blocks until all is sent. Fault::cancelled when the client is gone.
Result<void> send_file(const Context& context, repo::Repository& repository, const repo::Node& file,
                       net::ServerStream& stream);
Result<void> send_tar(const Context& context, repo::Repository& repository, const repo::Node& folder,
                      net::ServerStream& stream);

}  // namespace tranship::api
