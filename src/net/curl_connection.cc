#include "net/curl_connection.h"

#include <fmt/format.h>

namespace tranship::net {
namespace {

int stop_when_asked(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Context*>(context)->stopped() ? 1 : 0;
}

}  // namespace

Result<std::unique_ptr<CurlConnection>> CurlConnection::open(const Context& context,
                                                             const HttpOptions& options, Url url) {
  auto connection = std::unique_ptr<CurlConnection>(new CurlConnection(std::move(url)));
  TRY(connection->connect(context, options));
  return connection;
}

Result<void> CurlConnection::connect(const Context& context, const HttpOptions& options) {
  if (!handle_) return fail(Fault::permanent, "libcurl gave no handle");
  TRY(set_connection_options(handle_, options, url_, connect_to_));
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, detail_);
  curl_easy_setopt(handle_, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle_, CURLOPT_SSL_ENABLE_ALPN, 0L);
  curl_easy_setopt(handle_, CURLOPT_HTTPPROXYTUNNEL, 1L);
  curl_easy_setopt(handle_, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle_, CURLOPT_XFERINFOFUNCTION, &stop_when_asked);
  curl_easy_setopt(handle_, CURLOPT_XFERINFODATA, &context);
  const CURLcode code = curl_easy_perform(handle_);
  curl_easy_setopt(handle_, CURLOPT_XFERINFODATA, nullptr);
  curl_easy_setopt(handle_, CURLOPT_NOPROGRESS, 1L);
  if (code != CURLE_OK) return fail(curl_error(code, url_, detail_));
  if (curl_easy_getinfo(handle_, CURLINFO_ACTIVESOCKET, &socket_) != CURLE_OK ||
      socket_ == CURL_SOCKET_BAD)
    return fail(cut("the connection was gone at once"));
  return {};
}

Result<std::size_t> CurlConnection::receive_some(MutableByteView out) {
  std::size_t count = 0;
  std::lock_guard lock(mutex_);
  const CURLcode code = curl_easy_recv(handle_, out.data(), out.size(), &count);
  if (code == CURLE_AGAIN) return 0;
  if (code != CURLE_OK || count == 0) return fail(cut("the server closed the connection"));
  return count;
}

Result<std::size_t> CurlConnection::send_some(ByteView data) {
  std::size_t count = 0;
  std::lock_guard lock(mutex_);
  const CURLcode code = curl_easy_send(handle_, data.data(), data.size(), &count);
  if (code == CURLE_AGAIN) return 0;
  if (code != CURLE_OK) return fail(cut("the connection was cut while sending"));
  return count;
}

Error CurlConnection::cut(std::string_view how) const {
  return Error(Fault::retryable, fmt::format("WebSocket to {}: {}", url_.host_and_port(), how));
}

}  // namespace tranship::net
