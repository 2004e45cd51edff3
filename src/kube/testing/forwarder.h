#pragma once
// For tests: a forwarder between this process and an API server.

#include <string>

#include "kube/access.h"
#include "net/testing/forwarder.h"
#include "net/url.h"

namespace tranship::kube::testing {

class Forwarder : public net::testing::Forwarder {
 public:
  explicit Forwarder(const ClusterAccess& access) : Forwarder(access, *net::parse_url(access.server)) {}

  // The same cluster, through here.
  ClusterAccess access() const {
    ClusterAccess through = behind_;
    through.server = "https://127.0.0.1:" + std::to_string(port());
    if (through.http.tls.server_name.empty()) through.http.tls.server_name = target_.host;
    return through;
  }

 private:
  Forwarder(const ClusterAccess& access, const net::Url& target)
      : net::testing::Forwarder(target.host, target.port), behind_(access), target_(target) {}

  const ClusterAccess behind_;
  const net::Url target_;
};

}  // namespace tranship::kube::testing
