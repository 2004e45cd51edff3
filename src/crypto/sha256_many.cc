#include "crypto/digest.h"

namespace tranship::crypto {

void sha256_many(std::span<const ByteView> messages, std::span<Id> digests) {
  for (std::size_t i = 0; i < messages.size(); ++i) digests[i] = sha256(messages[i]);
}

}  // namespace tranship::crypto
