#include "net/curl_options.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/proxy.h"

namespace tranship::net {
namespace {

// A peer that vanished without a word is noticed after this long, bytes under way or not.
constexpr unsigned kUnacknowledgedMsMax = 45'000;

// Close-on-exec: credential plugins are started from this process.
curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int prepare_socket(void*, curl_socket_t descriptor, curlsocktype) {
  const int on = 1;
  // Both fail on sockets that are not TCP, which need neither.
  (void)::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnacknowledgedMsMax,
                     sizeof kUnacknowledgedMsMax);
  (void)::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return CURL_SOCKOPT_OK;
}

// Copies: libcurl keeps its own bytes.
void set_blob(CURL* handle, CURLoption option, std::string_view pem) {
  curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_COPY};
  curl_easy_setopt(handle, option, &blob);
}

}  // namespace

Result<void> set_connection_options(CURL* handle, const HttpOptions& options, const Url& url,
                                    CurlList& connect_to) {
  const TlsOptions& tls = options.tls;
  std::string authority = url.host_and_port();
  if (!tls.server_name.empty() && tls.server_name != url.host && url.secure()) {
    const std::string named = tls.server_name + ":" + std::to_string(url.port);
    connect_to.reset(curl_slist_append(nullptr, (named + ":" + authority).c_str()));
    curl_easy_setopt(handle, CURLOPT_CONNECT_TO, connect_to.get());
    authority = named;
  }
  curl_easy_setopt(handle, CURLOPT_URL,
                   ((url.secure() ? "https://" : "http://") + authority + url.target).c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, prepare_socket);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPIDLE, 30L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPINTVL, 10L);
  // Always set, if to nothing: libcurl has rules of its own for the environment's proxies.
  curl_easy_setopt(handle, CURLOPT_PROXY, choose_proxy(options, url).c_str());
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "");
  if (!tls.ca_pem.empty()) {
    set_blob(handle, CURLOPT_CAINFO_BLOB, tls.ca_pem);
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  if (tls.certificate_pem.empty() != tls.key_pem.empty())
    return fail(Fault::invalid, "a client certificate needs its key, and a key its certificate");
  if (!tls.certificate_pem.empty()) {
    curl_easy_setopt(handle, CURLOPT_SSLCERTTYPE, "PEM");
    curl_easy_setopt(handle, CURLOPT_SSLKEYTYPE, "PEM");
    set_blob(handle, CURLOPT_SSLCERT_BLOB, tls.certificate_pem);
    set_blob(handle, CURLOPT_SSLKEY_BLOB, tls.key_pem.reveal());
  }
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, tls.insecure ? 0L : 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, tls.insecure ? 0L : 2L);
  return {};
}

Error curl_error(CURLcode code, const Url& url, const char* detail) {
  const std::string server = url.host_and_port();
  const std::string reason = detail && *detail ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return Error(Fault::auth,
                   fmt::format("the TLS certificate of {} is not trusted: {}", server, reason))
          .with_fix("Check that the certificate authority given for this server is the right one.");
    case CURLE_SSL_CERTPROBLEM:
      return Error(Fault::auth,
                   fmt::format("the client certificate for {} cannot be used: {}", server, reason))
          .with_fix("Check that certificate and key belong together and are PEM.");
    case CURLE_SSL_CACERT_BADFILE:
      return Error(
          Fault::invalid,
          fmt::format("the certificate authority given for {} is not PEM: {}", server, reason));
    case CURLE_COULDNT_RESOLVE_HOST:
      return Error(Fault::invalid, "the host name " + url.host + " is not known")
          .with_fix("Check the server's address, or the name servers of this machine.");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Error(Fault::invalid, "the proxy's host name is not known: " + reason);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Error(Fault::invalid,
                   fmt::format("{} cannot be reached by this URL: {}", server, reason));
    case CURLE_ABORTED_BY_CALLBACK:
      return Error(Fault::cancelled, "the request to " + server + " was stopped");
    case CURLE_OUT_OF_MEMORY:
      return Error(Fault::permanent, "no memory for the request to " + server);
    default:
      return Error(Fault::retryable, fmt::format("{}: {}", server, reason));
  }
}

}  // namespace tranship::net
