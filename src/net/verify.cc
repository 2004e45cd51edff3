#include "net/verify.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "base/units.h"

namespace tranship::net {
namespace {

std::string name_of(const X509_NAME* name) {
  char* text = X509_NAME_oneline(name, nullptr, 0);
  std::string copy = text == nullptr ? "" : text;
  OPENSSL_free(text);
  if (copy.starts_with('/')) copy.erase(0, 1);
  for (char& c : copy) {
    if (c == '/') c = ',';
  }
  return copy.substr(0, 200);
}

int on_verify(int trusted, X509_STORE_CTX* store) {
  if (trusted == 1) return 1;
  const auto* tls = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* refused = static_cast<RefusedCertificate*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls)));
  const X509* certificate = X509_STORE_CTX_get_current_cert(store);
  if (refused == nullptr || certificate == nullptr) return trusted;
  refused->reason = X509_STORE_CTX_get_error(store);
  refused->reason_text = X509_verify_cert_error_string(refused->reason);
  refused->subject = name_of(X509_get_subject_name(certificate));
  refused->issuer = name_of(X509_get_issuer_name(certificate));
  tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) == 1) {
    refused->not_after = format_time(time_of_unix(timegm(&parts)));
  }
  return trusted;
}

}  // namespace

void explain_refusals(ssl_ctx_st* tls_context, RefusedCertificate& refused) {
  SSL_CTX_set_app_data(tls_context, &refused);
  SSL_CTX_set_verify(tls_context, SSL_CTX_get_verify_mode(tls_context), on_verify);
}

}  // namespace tranship::net
