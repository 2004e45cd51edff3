#include "base/id.h"

#include <algorithm>

namespace tranship {

Result<Id> Id::parse(std::string_view hex) {
  if (hex.size() != 64) return fail(Fault::invalid, "an id must have 64 hexadecimal digits");
  const Bytes bytes = TRY(from_hex(hex));
  Id id;
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

}  // namespace tranship
