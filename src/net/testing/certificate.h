#pragma once
// For tests: certificates made on the spot, signed by an authority of the test. Header-only.

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <string>

namespace tranship::net::testing {

class TestCertificate {
 public:
  // `names`: subjectAltName, e.g. "DNS:localhost,IP:127.0.0.1"; empty for a client's or an authority's. No
  // issuer: signs itself and may sign others. Times are seconds from now.
  explicit TestCertificate(const std::string& common_name, const TestCertificate* issuer = nullptr,
                           const std::string& names = {}, long begins = -3600, long ends = 86400) {
    key_ = EVP_EC_gen("P-256");
    certificate_ = X509_new();
    X509_set_version(certificate_, 2);
    static long serial = std::time(nullptr);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), begins);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), ends);
    X509_set_pubkey(certificate_, key_);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate_), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
    const TestCertificate& signer = issuer == nullptr ? *this : *issuer;
    X509_set_issuer_name(certificate_, X509_get_subject_name(signer.certificate_));
    if (issuer == nullptr) extend(NID_basic_constraints, "critical,CA:TRUE");
    if (!names.empty()) extend(NID_subject_alt_name, names.c_str());
    X509_sign(certificate_, signer.key_, EVP_sha256());
  }
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;
  ~TestCertificate() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }

  std::string pem() const {
    return text([this](BIO* out) { PEM_write_bio_X509(out, certificate_); });
  }
  std::string key_pem() const {
    return text([this](BIO* out) { PEM_write_bio_PrivateKey(out, key_, nullptr, nullptr, 0, nullptr, nullptr); });
  }
  SSL_CTX* server_context() const {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context, certificate_);
    SSL_CTX_use_PrivateKey(context, key_);
    if (client_authority_ != nullptr) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context), client_authority_->certificate_);
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return context;
  }
  // Servers with this certificate demand clients' certificates signed by `authority`.
  void demand_client_of(const TestCertificate& authority) { client_authority_ = &authority; }

 private:
  void extend(int nid, const char* value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
    X509_add_ext(certificate_, extension, -1);
    X509_EXTENSION_free(extension);
  }
  template <class Write>
  static std::string text(Write write) {
    BIO* out = BIO_new(BIO_s_mem());
    write(out);
    char* data = nullptr;
    const auto length = BIO_get_mem_data(out, &data);
    std::string copy(data, static_cast<std::size_t>(length));
    BIO_free(out);
    return copy;
  }

  EVP_PKEY* key_ = nullptr;
  X509* certificate_ = nullptr;
  const TestCertificate* client_authority_ = nullptr;
};

}  // namespace tranship::net::testing
