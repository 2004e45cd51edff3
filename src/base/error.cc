#include "base/error.h"

namespace tranship {

std::string_view fault_name(Fault fault) {
  switch (fault) {
    case Fault::retryable: return "retryable";
    case Fault::not_found: return "not_found";
    case Fault::conflict: return "conflict";
    case Fault::auth: return "auth";
    case Fault::corrupt: return "corrupt";
    case Fault::invalid: return "invalid";
    case Fault::permanent: return "permanent";
    case Fault::cancelled: return "cancelled";
  }
  return "permanent";
}

std::string Error::text() const {
  if (fix_.empty()) return what_;
  return what_ + ". " + fix_;
}

}  // namespace tranship
