#pragma once
// A connected socket with libcurl's proxy and TLS handling under it, for protocols that are not
// plain HTTP requests: bytes in, bytes out.

#include <mutex>

#include "net/curl_options.h"

namespace tranship::net {

// One thread may receive while another sends: the handle is held for a single call at a time and
// never while waiting (SocketWaiter does that on socket()).
class CurlConnection {
 public:
  // Faults as HttpClient::perform.
  static Result<std::unique_ptr<CurlConnection>> open(const Context& context,
                                                      const HttpOptions& options, Url url);
  CurlConnection(const CurlConnection&) = delete;
  CurlConnection& operator=(const CurlConnection&) = delete;
  ~CurlConnection() { curl_easy_cleanup(handle_); }

  // The number of bytes that came; 0: none yet. Fault::retryable when the connection is gone.
  Result<std::size_t> receive_some(MutableByteView out);
  // The number of bytes that went; after 0 the next call must bring the same bytes at the same
  // place again (TLS has part of them under way).
  Result<std::size_t> send_some(ByteView data);

  int socket() const { return static_cast<int>(socket_); }
  const Url& url() const { return url_; }
  // Fault::retryable: "WebSocket to host:port: how".
  Error cut(std::string_view how) const;

 private:
  explicit CurlConnection(Url url) : handle_(curl_easy_init()), url_(std::move(url)) {}
  Result<void> connect(const Context& context, const HttpOptions& options);

  CURL* handle_;  // guarded by mutex_ once connected
  Url url_;
  CurlList connect_to_;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  char detail_[CURL_ERROR_SIZE] = {};
  std::mutex mutex_;
};

}  // namespace tranship::net
