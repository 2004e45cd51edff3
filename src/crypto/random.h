#pragma once
// Cryptographically strong random bytes from the kernel. Thread-safe; a machine without getrandom() aborts.

#include "base/bytes.h"

namespace tranship::crypto {

void random_bytes(MutableByteView out);

}  // namespace tranship::crypto
