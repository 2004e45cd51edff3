#include "kube/credentials.h"

#include <fmt/format.h>

#include <filesystem>
#include <mutex>

#include "base/file.h"
#include "base/units.h"
#include "net/certificate.h"
#include "net/url.h"

namespace tranship::kube {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kRereadInterval = std::chrono::seconds(10);
constexpr std::size_t kTokenBytesMax = 1u << 20;

class FixedCredentials final : public Credentials {
 public:
  explicit FixedCredentials(Secret authorization) : authorization_(std::move(authorization)) {}
  Result<void> decorate(const Context&, net::Headers& headers) override {
    headers.emplace_back("Authorization", authorization_.reveal());
    return {};
  }

 private:
  const Secret authorization_;
};

class TokenFileCredentials final : public Credentials {
 public:
  TokenFileCredentials(std::string path, Secret fallback) : path_(std::move(path)), token_(std::move(fallback)) {}

  Result<void> decorate(const Context&, net::Headers& headers) override {
    const std::lock_guard lock(mutex_);
    if (Clock::now() >= next_read_) {
      auto fresh = read();
      if (!fresh && token_.empty()) return std::unexpected(std::move(fresh).error());
      if (fresh) token_ = std::move(*fresh);
      next_read_ = Clock::now() + kRereadInterval;
    }
    headers.emplace_back("Authorization", "Bearer " + std::string(token_.reveal()));
    return {};
  }

  bool renew() override {
    const std::lock_guard lock(mutex_);
    auto fresh = read();
    if (!fresh || *fresh == token_) return false;
    token_ = std::move(*fresh);
    return true;
  }

 private:
  Result<Secret> read() const {
    std::string text = TRY_IN("token file", read_file(path_, kTokenBytesMax));
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.pop_back();
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.erase(0, 1);
    if (text.empty()) return fail(Fault::auth, "the token file " + path_ + " is empty");
    return Secret(std::move(text));
  }

  const std::string path_;
  std::mutex mutex_;
  Secret token_;
  Clock::time_point next_read_{};
};

class IdentityFileCredentials final : public Credentials {
 public:
  IdentityFileCredentials(std::string certificate_path, std::string key_path, std::shared_ptr<Credentials> inner)
      : certificate_path_(std::move(certificate_path)), key_path_(std::move(key_path)), inner_(std::move(inner)) {}

  Result<void> decorate(const Context& context, net::Headers& headers) override {
    if (inner_ != nullptr) return inner_->decorate(context, headers);
    return {};
  }

  Result<ClientIdentity> identity(const Context&) override {
    const std::lock_guard lock(mutex_);
    if (Clock::now() < next_read_) return identity_;
    auto fresh = read();
    // Half-written files: what held before still holds.
    if (!fresh && identity_.certificate_pem.empty()) return fresh;
    if (fresh) identity_ = std::move(*fresh);
    next_read_ = Clock::now() + kRereadInterval;
    return identity_;
  }

  bool renew() override {
    bool renewed = inner_ != nullptr && inner_->renew();
    const std::lock_guard lock(mutex_);
    if (auto fresh = read(); fresh && *fresh != identity_) {
      identity_ = std::move(*fresh);
      renewed = true;
    }
    return renewed;
  }

 private:
  Result<ClientIdentity> read() const {
    ClientIdentity identity;
    identity.certificate_pem = TRY_IN("client certificate", read_file(certificate_path_));
    identity.key_pem = Secret(TRY_IN("client key", read_file(key_path_)));
    TRY_IN(certificate_path_, check_identity(identity));
    return identity;
  }

  const std::string certificate_path_;
  const std::string key_path_;
  const std::shared_ptr<Credentials> inner_;
  std::mutex mutex_;
  ClientIdentity identity_;
  Clock::time_point next_read_{};
};

class ImpersonatingCredentials final : public Credentials {
 public:
  ImpersonatingCredentials(Impersonation impersonation, std::shared_ptr<Credentials> inner)
      : impersonation_(std::move(impersonation)), inner_(std::move(inner)) {}

  Result<void> decorate(const Context& context, net::Headers& headers) override {
    if (inner_ != nullptr) TRY(inner_->decorate(context, headers));
    headers.emplace_back("Impersonate-User", impersonation_.user);
    for (const auto& group : impersonation_.groups) headers.emplace_back("Impersonate-Group", group);
    if (!impersonation_.uid.empty()) headers.emplace_back("Impersonate-Uid", impersonation_.uid);
    for (const auto& [key, value] : impersonation_.extra) {
      // Keys are often domains with a path; what a header name cannot hold is escaped.
      headers.emplace_back("Impersonate-Extra-" + net::percent_encode(key), value);
    }
    return {};
  }
  Result<ClientIdentity> identity(const Context& context) override {
    return inner_ != nullptr ? inner_->identity(context) : ClientIdentity{};
  }
  bool renew() override { return inner_ != nullptr && inner_->renew(); }

 private:
  const Impersonation impersonation_;
  const std::shared_ptr<Credentials> inner_;
};

}  // namespace

std::shared_ptr<Credentials> fixed_credentials(Secret authorization) {
  return std::make_shared<FixedCredentials>(std::move(authorization));
}

std::shared_ptr<Credentials> token_file_credentials(std::string path, Secret fallback) {
  return std::make_shared<TokenFileCredentials>(std::move(path), std::move(fallback));
}

std::shared_ptr<Credentials> identity_file_credentials(std::string certificate_path, std::string key_path,
                                                       std::shared_ptr<Credentials> inner) {
  return std::make_shared<IdentityFileCredentials>(std::move(certificate_path), std::move(key_path),
                                                   std::move(inner));
}

std::shared_ptr<Credentials> impersonating_credentials(Impersonation impersonation,
                                                       std::shared_ptr<Credentials> inner) {
  return std::make_shared<ImpersonatingCredentials>(std::move(impersonation), std::move(inner));
}

Result<void> check_identity(const ClientIdentity& identity) {
  const auto certificates = TRY_IN("the client certificate", net::inspect_certificates(identity.certificate_pem));
  TRY(net::check_key_pair(identity.certificate_pem, identity.key_pem));
  const auto& own = certificates.front();
  const auto now = std::chrono::system_clock::now();
  if (now >= own.not_after) {
    return fail(Error(Fault::auth, fmt::format("the client certificate ({}) expired at {}", own.subject,
                                               format_time(own.not_after)))
                    .with_fix("Renew it: fetch a fresh kubeconfig, or have the cluster's administrator sign a new "
                              "certificate"));
  }
  if (now + std::chrono::minutes(5) < own.not_before) {
    return fail(Error(Fault::auth, fmt::format("the client certificate ({}) is not valid before {}", own.subject,
                                               format_time(own.not_before)))
                    .with_fix("Check this machine's clock"));
  }
  return {};
}

}  // namespace tranship::kube
