#pragma once
// Inside of Connection: what libnfs writes an answer into, and the lock around what it keeps in statics.

#include <cerrno>
#include <mutex>
#include <string>

#include "store/nfs/connection.h"

namespace tranship::store::nfs {

struct Connection::Call {
  bool done = false;
  int status = 0;
  const Take* take = nullptr;
  bool mounting = false;
  std::string refusal;  // mounting: why the server (or its portmapper) refuses the call itself

  static void finish(int status, nfs_context*, void* data, void* call) {
    Call& self = *static_cast<Call*>(call);
    if (status >= 0 && self.take != nullptr && *self.take) (*self.take)(data);
    if (status == -EFAULT && self.mounting && data != nullptr) self.refusal = static_cast<const char*>(data);
    self.status = status;
    self.done = true;
  }
};

// libnfs chooses its ports and its contexts' numbers by unguarded statics.
std::mutex& library_mutex();

}  // namespace tranship::store::nfs
