#pragma once
// The HTTP client: libcurl behind a plain interface, the only user of it. One HttpClient owns one thread with
// one multi handle; HTTP/2 requests to one host share a connection. perform() may be called from any number
// of threads at once and blocks its caller. Redirects are not followed.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/context.h"
#include "base/error.h"
#include "base/secret.h"

namespace tranship::net {

using Headers = std::vector<std::pair<std::string, std::string>>;
// First header of that name, compared without case; empty when absent.
std::string header(const Headers& headers, std::string_view name);

// Codes of errors that callers decide by.
inline constexpr std::string_view kUnreachableCode = "net.unreachable";  // no connection: nothing was sent
inline constexpr std::string_view kUntrustedCode = "net.untrusted";      // the server's certificate
inline constexpr std::string_view kTooLargeCode = "net.too_large";       // over body_bytes_max

// How to trust and be trusted. PEM texts, not paths: whoever reads files re-reads them when they change.
struct TlsOptions {
  std::string ca_pem;           // empty: the system's
  std::string certificate_pem;  // client certificate; empty: none
  Secret key_pem;
  std::string server_name;  // SNI and the name verified; empty: the URL's host
  bool insecure = false;    // no verification at all
  bool operator==(const TlsOptions&) const = default;
};

struct HttpOptions {
  TlsOptions tls;
  std::string proxy;  // URL; empty: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment
  bool http2 = true;  // offered by ALPN; plain http:// stays HTTP/1.1
  std::string user_agent = "tranship";
  std::chrono::milliseconds connect_timeout{10'000};
  int connections_per_host_max = 16;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  Headers headers;
  ByteView body;  // must outlive perform()
  // When set, the body of a 2xx answer goes here piece by piece (on the client's thread: be quick) instead of
  // HttpResponse::body; returning false ends the request with Fault::cancelled.
  std::function<bool(ByteView)> sink;
  // Called once with status and headers before the first byte of the body reaches the sink.
  std::function<void(int status, const Headers&)> on_headers;
  // No byte in either direction for so long: Fault::retryable. Zero: never (watches, logs).
  std::chrono::milliseconds idle_timeout{60'000};
  std::size_t body_bytes_max = 256u << 20;  // of an answer kept in memory: Fault::permanent beyond
  bool accept_compressed = false;           // offers gzip; body and sink get the plain bytes
};

struct HttpResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

class HttpClient {
 public:
  explicit HttpClient(HttpOptions options);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();  // ends requests still under way with Fault::cancelled

  // Any HTTP status is a success here. Errors: retryable (connect, reset, time-out), auth (TLS not trusted or
  // client certificate refused), invalid (bad URL, unknown host), cancelled. Error texts hold no header
  // values and no query strings.
  Result<HttpResponse> perform(const Context& context, const HttpRequest& request);

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace tranship::net
