#pragma once
// Sends one request to an API server until there is an answer worth giving to the caller: adds credentials, renews
// them once after a 401, obeys 429 and Retry-After, and repeats what may be repeated. Private to kube. Thread-safe.

#include <atomic>
#include <memory>
#include <mutex>

#include "kube/access.h"
#include "net/http.h"

namespace tranship::kube {

struct SendOptions {
  bool idempotent = false;    // may be sent again although the first may have had its effect
  bool wait_for_room = true;  // obey 429 (false where 429 is the answer, as for evictions)
};

struct Sent {
  net::HttpResponse response;
  bool repeated_after_cut = false;  // an earlier attempt may have had its effect
};

class Sender {
 public:
  explicit Sender(ClusterAccess access) : access_(std::move(access)) {}

  const ClusterAccess& access() const { return access_; }
  // request.url is a path with its query; request.headers get the credentials added.
  Result<Sent> send(const Context& context, net::HttpRequest request, const SendOptions& options);
  Result<net::Headers> authenticated_headers(const Context& context);
  Result<net::HttpOptions> connection_options(const Context& context);

 private:
  Result<std::shared_ptr<net::HttpClient>> client(const Context& context);
  Result<net::HttpResponse> attempt(const Context& context, const net::HttpRequest& request);

  const ClusterAccess access_;
  std::mutex mutex_;
  std::shared_ptr<net::HttpClient> client_;
  net::HttpOptions client_options_;  // what client_ was made with
  std::atomic<bool> answered_ = false;
};

}  // namespace tranship::kube
