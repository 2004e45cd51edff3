#pragma once
// A relay stream over file descriptors: a socket, or a pair of pipes. The descriptors stay the caller's.

#include "store/relay.h"

namespace tranship::store::relay {

// Both may be the same (a socket). A peer that went away is Fault::retryable from write() and the end from read().
RelayStream descriptor_stream(int read_from, int write_to);

}  // namespace tranship::store::relay
