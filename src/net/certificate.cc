#include "net/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "base/units.h"

namespace tranship::net {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIO> open_text(std::string_view text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string name_text(const X509_NAME* name) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, (XN_FLAG_ONELINE & ~XN_FLAG_SPC_EQ) & ~ASN1_STRFLGS_ESC_MSB);
  char* data = nullptr;
  const auto length = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(length)};
}

std::chrono::system_clock::time_point time_of(const ASN1_TIME* time) {
  tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return time_of_unix(timegm(&parts));
}

// An encrypted key must not make OpenSSL ask for a passphrase on the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace

Result<std::vector<CertificateInfo>> inspect_certificates(std::string_view pem) {
  std::vector<CertificateInfo> found;
  const auto text = open_text(pem);
  for (;;) {
    ERR_clear_error();
    const Owned<X509> certificate(PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr));
    if (certificate == nullptr) {
      const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
      ERR_clear_error();
      if (!at_end) return fail(Fault::invalid, "a certificate in PEM that cannot be read");
      if (found.empty()) return fail(Fault::invalid, "no certificate in PEM (-----BEGIN CERTIFICATE-----)");
      return found;
    }
    found.push_back({name_text(X509_get_subject_name(certificate.get())),
                     name_text(X509_get_issuer_name(certificate.get())),
                     time_of(X509_get0_notBefore(certificate.get())),
                     time_of(X509_get0_notAfter(certificate.get()))});
  }
}

Result<void> check_key_pair(std::string_view certificate_pem, const Secret& key_pem) {
  const auto certificate_text = open_text(certificate_pem);
  const Owned<X509> certificate(PEM_read_bio_X509(certificate_text.get(), nullptr, no_passphrase, nullptr));
  if (certificate == nullptr) return fail(Fault::invalid, "the client certificate is not a certificate in PEM");
  const auto key_text = open_text(key_pem.reveal());
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    return fail(Fault::invalid, "the client key is not an unencrypted private key in PEM");
  }
  const bool match = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!match) return fail(Fault::invalid, "the client key does not belong to the client certificate");
  return {};
}

}  // namespace tranship::net
