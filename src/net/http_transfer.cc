#include "net/http_transfer.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>

#include "net/proxy.h"
#include "net/verify.h"

namespace tranship::net {
namespace {

// A peer that vanished without a word is noticed after this long, also by watches that expect no bytes.
constexpr long kKeepAliveIdleSeconds = 15;
constexpr long kKeepAliveIntervalSeconds = 10;
constexpr unsigned kUnacknowledgedMsMax = 45'000;
constexpr long kStreamBufferBytes = 256 * 1024;
constexpr std::size_t kHeadersBytesMax = 1u << 20;

// Close-on-exec: credential plugins are started from this process.
curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int prepare_socket(void*, curl_socket_t descriptor, curlsocktype) {
  const unsigned timeout = kUnacknowledgedMsMax;
  // Fails on sockets that are not TCP, which need none.
  (void)::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
  return CURL_SOCKOPT_OK;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' ||
                           text.back() == '\n')) {
    text.remove_suffix(1);
  }
  return text;
}

curl_blob blob_of(std::string_view text) {
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
}

CURLcode on_tls_context(CURL*, void* tls_context, void* refused) {
  explain_refusals(static_cast<ssl_ctx_st*>(tls_context), *static_cast<RefusedCertificate*>(refused));
  return CURLE_OK;
}

}  // namespace

Result<std::unique_ptr<Transfer>> Transfer::make(const HttpOptions& options, const HttpRequest& request) {
  Url url = TRY(parse_url(request.url));
  std::unique_ptr<Transfer> transfer(new Transfer(options, request, std::move(url)));
  TRY_IN(request.method + " " + transfer->url_.shown(), transfer->set_up());
  return transfer;
}

Transfer::Transfer(const HttpOptions& options, const HttpRequest& request, Url url)
    : options_(options), request_(request), url_(std::move(url)), last_move_(Clock::now()) {}

Transfer::~Transfer() {
  if (easy_ != nullptr) curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
  curl_slist_free_all(connect_to_);
}

Result<void> Transfer::set_up() {
  easy_ = curl_easy_init();
  if (easy_ == nullptr) return fail(Fault::permanent, "libcurl has no memory for another request");
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, curl_text_);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  // Without it the end of a cancelled request waits for its DNS look-up.
  curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPIDLE, kKeepAliveIdleSeconds);
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy_, CURLOPT_SOCKOPTFUNCTION, prepare_socket);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, on_connected);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (options_.http2) {
    curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
    // Wait for a connection that may turn out to multiplex instead of opening one per request.
    curl_easy_setopt(easy_, CURLOPT_PIPEWAIT, url_.secure() ? 1L : 0L);
  } else {
    curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  }
  if (request_.accept_compressed) curl_easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "gzip");
  if (request_.sink) curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, kStreamBufferBytes);
  proxy_ = choose_proxy(options_, url_);
  curl_easy_setopt(easy_, CURLOPT_PROXY, proxy_.c_str());
  curl_easy_setopt(easy_, CURLOPT_NOPROXY, "");
  set_tls();
  set_method();
  return set_headers();
}

void Transfer::set_tls() {
  std::string address = request_.url;
  const auto& tls = options_.tls;
  if (url_.secure() && !tls.server_name.empty() && tls.server_name != url_.host) {
    // The URL gets the name that SNI and the verification shall use; the connection goes where it went before.
    Url named = url_;
    named.host = tls.server_name;
    address = named.scheme + "://" + named.host_and_port() + named.target;
    connect_to_ = curl_slist_append(nullptr, ("::" + url_.host_and_port()).c_str());
    curl_easy_setopt(easy_, CURLOPT_CONNECT_TO, connect_to_);
  }
  curl_easy_setopt(easy_, CURLOPT_URL, address.c_str());
  if (!url_.secure()) return;
  if (tls.insecure) {
    curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 0L);
  } else if (!tls.ca_pem.empty()) {
    curl_blob blob = blob_of(tls.ca_pem);
    curl_easy_setopt(easy_, CURLOPT_CAINFO_BLOB, &blob);
    // libcurl would go on trusting the system's directory beside the blob.
    curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
  }
  if (!tls.certificate_pem.empty()) {
    curl_blob certificate = blob_of(tls.certificate_pem);
    curl_blob key = blob_of(tls.key_pem.reveal());
    curl_easy_setopt(easy_, CURLOPT_SSLCERTTYPE, "PEM");
    curl_easy_setopt(easy_, CURLOPT_SSLCERT_BLOB, &certificate);
    curl_easy_setopt(easy_, CURLOPT_SSLKEYTYPE, "PEM");
    curl_easy_setopt(easy_, CURLOPT_SSLKEY_BLOB, &key);
  }
}

void Transfer::verify_into(RefusedCertificate& last_refused) {
  if (!url_.secure() || options_.tls.insecure) return;
  curl_easy_setopt(easy_, CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
  curl_easy_setopt(easy_, CURLOPT_SSL_CTX_DATA, &last_refused);
}

void Transfer::set_method() {
  const auto& method = request_.method;
  const bool wants_length = method == "POST" || method == "PUT" || method == "PATCH";
  if (!request_.body.empty() || wants_length) {
    // Not copied by libcurl; sent again from the start when a kept connection turns out to be dead.
    const char* data = request_.body.empty() ? "" : reinterpret_cast<const char*>(request_.body.data());
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, data);
    if (request_.body.size() > static_cast<std::size_t>(kStreamBufferBytes)) {
      curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, kStreamBufferBytes);
    }
    if (method != "POST") curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, method.c_str());
  } else if (method == "HEAD") {
    curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  } else {
    curl_easy_setopt(easy_, CURLOPT_HTTPGET, 1L);
    if (method != "GET") curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
}

Result<void> Transfer::set_headers() {
  bool has_type = false;
  bool has_host = false;
  const auto append = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_, line.c_str());
    if (longer != nullptr) headers_ = longer;
  };
  for (const auto& [name, value] : request_.headers) {
    const auto broken = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
    if (name.empty() || std::any_of(name.begin(), name.end(), broken) ||
        std::any_of(value.begin(), value.end(), broken)) {
      return fail(Fault::invalid, "the value of the header '" + std::string(trim(name)) +
                                      "' has a line break in it");
    }
    has_type = has_type || same_name(name, "Content-Type");
    has_host = has_host || same_name(name, "Host");
    // "Name;" is how libcurl is told to send a header without a value.
    append(value.empty() ? name + ";" : name + ": " + value);
  }
  if (!has_type) append("Content-Type:");
  if (!has_host && connect_to_ != nullptr) append("Host: " + url_.host_and_port());
  append("Expect:");
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  return {};
}

bool Transfer::idle_too_long(Clock::time_point now) {
  curl_off_t received = 0;
  curl_off_t sent = 0;
  curl_easy_getinfo(easy_, CURLINFO_SIZE_DOWNLOAD_T, &received);
  curl_easy_getinfo(easy_, CURLINFO_SIZE_UPLOAD_T, &sent);
  long header_bytes = 0;
  curl_easy_getinfo(easy_, CURLINFO_HEADER_SIZE, &header_bytes);
  const curl_off_t moved = received + sent + header_bytes;
  // While it waits for a free connection nobody is to blame; connecting has a time-out of its own.
  if (moved != bytes_moved_ || !connected_) {
    bytes_moved_ = moved;
    last_move_ = now;
  }
  return request_.idle_timeout.count() > 0 && now - last_move_ >= request_.idle_timeout;
}

bool Transfer::refused_and_cut() const {
  const bool cut = code == CURLE_PARTIAL_FILE || code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM ||
                   code == CURLE_RECV_ERROR;
  return cut && headers_complete_ && response.status >= 400 && response.status < 500;
}

int Transfer::on_connected(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.connected_ = true;
  transfer.last_move_ = Clock::now();
  return CURL_PREREQFUNC_OK;
}

void Transfer::take_header(std::string_view line) {
  if (headers_complete_) return;  // trailers
  if (line.starts_with("HTTP/")) {
    response.headers.clear();
    response.status = 0;
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos) return;
    const auto digits = line.substr(blank + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), response.status);
    return;
  }
  const std::string_view text = trim(line);
  if (text.empty()) {
    if (response.status < 200) return;  // an interim answer; the real one follows
    headers_complete_ = true;
    if (request_.on_headers) request_.on_headers(response.status, response.headers);
    return;
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return;
  response.headers.emplace_back(std::string(trim(text.substr(0, colon))),
                                std::string(trim(text.substr(colon + 1))));
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    long so_far = 0;
    curl_easy_getinfo(transfer.easy_, CURLINFO_HEADER_SIZE, &so_far);
    if (static_cast<std::size_t>(so_far) > kHeadersBytesMax) {
      transfer.ending = Ending::body_too_large;
      return 0;
    }
    transfer.take_header({data, size * count});
  } catch (...) {
    transfer.exception = std::current_exception();
    return 0;
  }
  return size * count;
}

bool Transfer::take_body(ByteView data) {
  if (request_.sink && response.status >= 200 && response.status < 300) {
    if (request_.sink(data)) return true;
    ending = Ending::by_sink;
    return false;
  }
  if (response.body.size() + data.size() > request_.body_bytes_max) {
    ending = Ending::body_too_large;
    return false;
  }
  response.body.append(as_text(data));
  return true;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    const ByteView piece{reinterpret_cast<const std::uint8_t*>(data), size * count};
    return transfer.take_body(piece) ? piece.size() : 0;
  } catch (...) {
    transfer.exception = std::current_exception();
    return 0;
  }
}

}  // namespace tranship::net
