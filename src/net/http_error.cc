#include "net/http_error.h"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include <cstring>

#include "base/units.h"
#include "net/certificate.h"

namespace tranship::net {
namespace {

std::string detail_of(const Transfer& transfer) {
  return *transfer.curl_text() != '\0' ? transfer.curl_text() : curl_easy_strerror(transfer.code);
}

std::string via(const Transfer& transfer) {
  if (transfer.proxy().empty()) return {};
  const auto proxy = parse_url(transfer.proxy());
  return " through the proxy " + (proxy ? proxy->host_and_port() : std::string("of the settings"));
}

std::string trusted_authorities(const HttpOptions& options) {
  if (options.tls.ca_pem.empty()) return "the system's certificate authorities";
  const auto authorities = inspect_certificates(options.tls.ca_pem);
  if (!authorities) return "the certificate authority that was given";
  std::string text = "the certificate authority that was given (" + authorities->front().subject;
  if (authorities->size() > 1) text += fmt::format(" and {} more", authorities->size() - 1);
  return text + ")";
}

Error untrusted_text(const Transfer& transfer, const HttpOptions& options, const std::string& start) {
  const auto& refused = transfer.refused;
  const std::string peer =
      fmt::format("{}: the server's certificate ({}, issued by {})", start, refused.subject, refused.issuer);
  // Its signature was fine (OpenSSL), its names are not (libcurl).
  const bool wrong_name = detail_of(transfer).find("subject name") != std::string::npos;
  if (wrong_name || refused.reason == X509_V_OK) {
    return Error(Fault::auth, fmt::format("{}: {}", start, detail_of(transfer)))
        .with_fix(
            "Use a host name or address that the server's certificate has, or set the TLS server name "
            "(tls-server-name in a kubeconfig) to one that it has");
  }
  switch (refused.reason) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Error(Fault::auth, fmt::format("{} expired at {}", peer, refused.not_after))
          .with_fix("Renew the server's certificate, and check this machine's clock");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Error(Fault::auth, fmt::format("{} is not valid yet", peer))
          .with_fix("Check this machine's clock and the server's");
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return Error(Fault::auth, fmt::format("{} is not signed by {}", peer, trusted_authorities(options)))
          .with_fix(
              "Give the certificate of the authority that issued it; if it was the right one before, the "
              "address leads to another server now");
    default:
      return Error(Fault::auth, fmt::format("{} is not trusted: {}", peer, refused.reason_text))
          .with_fix("Give a certificate authority that fits the server's certificate");
  }
}

Error untrusted(const Transfer& transfer, const HttpOptions& options, const std::string& start) {
  return untrusted_text(transfer, options, start).with_code(std::string(kUntrustedCode));
}

Error not_connected(const Transfer& transfer, const std::string& start) {
  long number = 0;
  curl_easy_getinfo(transfer.easy(), CURLINFO_OS_ERRNO, &number);
  const std::string why = number != 0 ? std::strerror(static_cast<int>(number)) : detail_of(transfer);
  return Error(Fault::retryable,
               fmt::format("{}: cannot connect to {}{}: {}", start, transfer.url().host_and_port(), via(transfer), why))
      .with_fix("Check that the server runs, and that no firewall is in between")
      .with_code(std::string(kUnreachableCode));
}

Error unknown_host(const Transfer& transfer, const std::string& start, bool host_was_reached) {
  if (host_was_reached) {
    return Error(Fault::retryable,
                 fmt::format("{}: the name {} cannot be looked up just now", start, transfer.url().host))
        .with_code(std::string(kUnreachableCode));
  }
  return Error(Fault::invalid, fmt::format("{}: no address is known for the host {}", start, transfer.url().host))
      .with_fix("Check the spelling of the host name and this machine's DNS");
}

Error tls_broken(const Transfer& transfer, const std::string& start) {
  const std::string detail = detail_of(transfer);
  const auto has = [&](std::string_view word) { return detail.find(word) != std::string::npos; };
  if (has("wrong version number") || has("http request")) {
    return Error(Fault::invalid, fmt::format("{}: the server does not speak TLS on this port", start))
        .with_fix("Use http:// or another port");
  }
  // The names of TLS alerts by which a server turns a client certificate down (RFC 8446 section 6.2).
  for (const auto* alert : {"alert bad certificate", "alert certificate", "certificate required", "alert unknown ca",
                            "alert access denied", "alert unsupported certificate"}) {
    if (!has(alert)) continue;
    return Error(Fault::auth, fmt::format("{}: the server refused the client certificate: {}", start, detail))
        .with_fix("Use a client certificate that the server's authority issued and that has not expired");
  }
  return Error(Fault::retryable, fmt::format("{}: the TLS connection failed: {}", start, detail));
}

Error proxy_refused(const Transfer& transfer, const std::string& start, long status) {
  const bool rights = status == 401 || status == 403 || status == 407;
  return Error(rights ? Fault::auth : Fault::retryable,
               fmt::format("{}: refused{} with status {}", start, via(transfer), status))
      .with_fix(rights ? "Check the proxy's user and rules, or exempt the host with NO_PROXY"
                       : "Check that the proxy can reach the server");
}

Error curl_error(const Transfer& transfer, const HttpOptions& options, bool host_was_reached,
                 const std::string& start) {
  long proxy_status = 0;
  curl_easy_getinfo(transfer.easy(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status >= 300) return proxy_refused(transfer, start, proxy_status);
  switch (transfer.code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return untrusted(transfer, options, start);
    case CURLE_COULDNT_RESOLVE_HOST:
      return unknown_host(transfer, start, host_was_reached);
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Error(Fault::invalid, fmt::format("{}: no address is known for the proxy's host", start))
          .with_fix("Check the proxy's URL (the kubeconfig's proxy-url, HTTPS_PROXY)");
    case CURLE_COULDNT_CONNECT:
      return not_connected(transfer, start);
    case CURLE_OPERATION_TIMEDOUT:
      return Error(Fault::retryable,
                   fmt::format("{}: no connection to {}{} within {}", start, transfer.url().host_and_port(),
                               via(transfer), format_duration(options.connect_timeout)))
          .with_fix("Check the address, and that no firewall is in between")
          .with_code(std::string(kUnreachableCode));
    case CURLE_SSL_CERTPROBLEM:
      return Error(Fault::auth,
                   fmt::format("{}: the client certificate or its key cannot be used: {}", start, detail_of(transfer)));
    case CURLE_SSL_CACERT_BADFILE:
      return Error(Fault::invalid,
                   fmt::format("{}: the certificate authority cannot be used: {}", start, detail_of(transfer)))
          .with_fix("Give certificates in PEM");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Error(Fault::invalid, fmt::format("{}: {}", start, detail_of(transfer)));
    case CURLE_OUT_OF_MEMORY:
      return Error(Fault::permanent, start + ": no memory left");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR: {
      if (detail_of(transfer).find("SSL") != std::string::npos) return tls_broken(transfer, start);
      [[fallthrough]];
    }
    default:
      return Error(Fault::retryable, fmt::format("{}: the connection was cut: {}", start, detail_of(transfer)));
  }
}

}  // namespace

Error transfer_error(const Transfer& transfer, const HttpOptions& options, bool host_was_reached) {
  const auto& request = transfer.request();
  const std::string start = request.method + " " + transfer.url().shown();
  switch (transfer.ending) {
    case Transfer::Ending::cancelled:
      return Error(Fault::cancelled, start + ": stopped on request");
    case Transfer::Ending::by_sink:
      return Error(Fault::cancelled, start + ": ended by its reader");
    case Transfer::Ending::body_too_large:
      return Error(Fault::permanent, fmt::format("{}: the answer is larger than the {} that were allowed for", start,
                                                 format_bytes(request.body_bytes_max)))
          .with_code(std::string(kTooLargeCode));
    case Transfer::Ending::idle:
      return Error(Fault::retryable,
                   fmt::format("{}: nothing came or went for {}", start, format_duration(request.idle_timeout)));
    case Transfer::Ending::none:
      break;
  }
  return curl_error(transfer, options, host_was_reached, start);
}

}  // namespace tranship::net
