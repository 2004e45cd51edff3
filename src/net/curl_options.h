#pragma once
// HttpOptions as settings of a libcurl easy handle, and libcurl's results as errors: what the HTTP
// client and the WebSocket client share, so that proxies and TLS behave the same in both.

#include <curl/curl.h>

#include <memory>

#include "net/http.h"
#include "net/url.h"

namespace tranship::net {

struct CurlListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, CurlListDeleter>;

// Sets URL, TLS, proxy and time-outs. With a server name other than the host, the name goes into
// the URL and the connection to the real host: `connect_to` must live as long as the handle.
Result<void> set_connection_options(CURL* handle, const HttpOptions& options, const Url& url,
                                    CurlList& connect_to);

// `detail`: the handle's CURLOPT_ERRORBUFFER. The host is named, never path or query.
Error curl_error(CURLcode code, const Url& url, const char* detail);

}  // namespace tranship::net
