#pragma once
// Which proxy a request goes through, by the rules Go programs (kubectl among them) follow, so that one
// environment means the same to both. Thread-safe as long as nobody changes the environment.

#include <functional>
#include <string>

#include "net/http.h"
#include "net/url.h"

namespace tranship::net {

// The proxy's URL, or empty for a direct connection. options.proxy wins; else HTTPS_PROXY (https, wss) or
// HTTP_PROXY (http, ws), in capitals or not, unless NO_PROXY names the host (host names with their
// sub-domains, ".domain", IP addresses, CIDR ranges, each with an optional port, or "*"). Loopback hosts never
// use the environment's proxy.
std::string choose_proxy(const HttpOptions& options, const Url& url);

// True when the value of a NO_PROXY variable covers the host.
bool no_proxy_covers(std::string_view no_proxy, const std::string& host, std::uint16_t port);

}  // namespace tranship::net
