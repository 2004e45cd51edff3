#pragma once
// What certificates in PEM say about themselves: for checks before they are used and for error texts.
// Pure functions over OpenSSL; thread-safe.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/secret.h"

namespace tranship::net {

struct CertificateInfo {
  std::string subject;  // "CN=admin, O=system:masters"
  std::string issuer;
  std::chrono::system_clock::time_point not_before;
  std::chrono::system_clock::time_point not_after;
};

// Every certificate of a PEM text, in order. Fault::invalid when there is none or one cannot be read.
Result<std::vector<CertificateInfo>> inspect_certificates(std::string_view pem);

// Fault::invalid when the key cannot be read or does not belong to the first certificate.
Result<void> check_key_pair(std::string_view certificate_pem, const Secret& key_pem);

}  // namespace tranship::net
