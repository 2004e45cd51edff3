#pragma once
// One request on its way through libcurl: the easy handle with its settings, and what came back so far. Private to
// the HTTP client. Made and read by the thread that calls perform(); between add and finish only the
// loop's thread touches it, except `cancel_requested`.

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <string>

#include "net/http.h"
#include "net/url.h"

namespace tranship::net {

// What the TLS verification last refused, for the error's text. Touched on the loop's thread only.
struct RefusedCertificate {
  long reason = 0;  // X509_V_ERR_...; 0: nothing refused
  std::string reason_text;
  std::string subject;
  std::string issuer;
  std::string not_after;
};

class Transfer {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Ending { none, by_sink, body_too_large, idle, cancelled };

  // Both must outlive the transfer. Fault::invalid for a URL or header that cannot be sent.
  static Result<std::unique_ptr<Transfer>> make(const HttpOptions& options, const HttpRequest& request);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  CURL* easy() const { return easy_; }
  const Url& url() const { return url_; }
  const std::string& proxy() const { return proxy_; }
  const HttpRequest& request() const { return request_; }
  const char* curl_text() const { return curl_text_; }

  // Ends the transfer as idle when no byte moved for the request's idle time-out.
  bool idle_too_long(Clock::time_point now);
  // The connection was cut in the body of a 4xx, whose status says all there is to decide: API servers close HTTP/2
  // connections of clients that they do not know while their answer is on its way.
  bool refused_and_cut() const;
  void verify_into(RefusedCertificate& refused);

  std::atomic<bool> cancel_requested = false;
  Ending ending = Ending::none;
  CURLcode code = CURLE_OK;
  HttpResponse response;
  RefusedCertificate refused;    // copied at the end when the TLS verification failed
  std::exception_ptr exception;  // thrown by a callback of the caller
  // Guarded by the loop's mutex.
  bool done = false;
  std::condition_variable finished;

 private:
  Transfer(const HttpOptions& options, const HttpRequest& request, Url url);
  Result<void> set_up();
  Result<void> set_headers();
  void set_method();
  void set_tls();
  void take_header(std::string_view line);
  bool take_body(ByteView data);

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_connected(void* self, char*, char*, int, int);

  const HttpOptions& options_;
  const HttpRequest& request_;
  Url url_;
  std::string proxy_;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
  curl_slist* connect_to_ = nullptr;
  char curl_text_[CURL_ERROR_SIZE] = {};
  bool headers_complete_ = false;
  bool connected_ = false;
  curl_off_t bytes_moved_ = 0;
  Clock::time_point last_move_;
};

}  // namespace tranship::net
