#include "crypto/random.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

namespace tranship::crypto {

void random_bytes(MutableByteView out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      // Going on with bytes that are not random would expose what is sealed with them.
      perror("getrandom");
      abort();
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace tranship::crypto
