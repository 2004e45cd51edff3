#include "api/access/sessions.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/access/cookies.h"
#include "base/bytes.h"
#include "crypto/digest.h"

namespace tranship::api {
namespace {

constexpr std::chrono::minutes kTrusted{5};  // a token that was good is asked about again after so long
constexpr std::chrono::minutes kKept{15};    // a caller that asks nothing
constexpr std::size_t kCallersMax = 256;
constexpr std::size_t kTokenBytesMax = 2900;  // sealed and as text it has to fit into a cookie

// Browsers keep cookies by host alone: several dashboards on one machine need names of their own.
std::string cookie_name(ByteView key) {
  return "tranship_" + crypto::sha256(key).hex().substr(0, 12);
}

net::Headers cookie_header(const std::string& cookie, const std::string& value, bool secure) {
  return {set_cookie(cookie, value, {.secure = secure})};
}

std::unexpected<Error> nobody() {
  return fail(Error(Fault::auth, "there is no session").with_code("api.session").with_fix("Log in"));
}

// Takes as long whatever is wrong with the text.
bool equal(std::string_view given, std::string_view expected) {
  if (given.size() != expected.size()) return false;
  unsigned different = 0;
  for (std::size_t i = 0; i < given.size(); ++i) different |= static_cast<unsigned>(given[i] ^ expected[i]);
  return different == 0;
}

bool is_loopback(std::string host) {
  host = host.substr(0, host.rfind(':'));
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

class LocalSessions : public Sessions {
 public:
  LocalSessions(std::shared_ptr<Caller> caller, Secret key)
      : caller_(std::move(caller)), key_(std::move(key)), cookie_(cookie_name(as_bytes(key_.reveal()))) {}

  Result<std::shared_ptr<Caller>> caller_of(const Context&, const net::ServerRequest& request) override {
    if (!is_loopback(net::header(request.headers, "host"))) {
      return fail(Error(Fault::auth, "the address is not this machine's").with_code("api.host"));
    }
    if (!equal(find_cookie(request, cookie_), key_.reveal())) {
      return fail(Error(Fault::auth, "there is no session")
                      .with_code("api.session")
                      .with_fix("Open the address that tranship dashboard printed"));
    }
    return caller_;
  }

  // The key of the printed address in place of a token.
  Result<BegunSession> log_in(const Context&, const net::ServerRequest&, const Secret& token) override {
    if (!equal(token.reveal(), key_.reveal())) return nobody();
    return BegunSession{cookie_header(cookie_, std::string(key_.reveal()), false), caller_};
  }
  net::Headers log_out() override { return cookie_header(cookie_, "", false); }
  bool takes_tokens() const override { return false; }
  void tidy() override { caller_->live->tidy(); }

 private:
  const std::shared_ptr<Caller> caller_;
  const Secret key_;
  const std::string cookie_;
};

class ClusterSessions : public Sessions {
 public:
  ClusterSessions(const Context& context, std::shared_ptr<kube::Client> own_client, kube::ClusterAccess cluster,
                  const crypto::SealKey& seal, std::string system_namespace)
      : context_(context),
        own_client_(std::move(own_client)),
        cluster_(std::move(cluster)),
        seal_(seal),
        cookie_(cookie_name(seal.encrypt)),
        system_namespace_(std::move(system_namespace)) {}

  Result<std::shared_ptr<Caller>> caller_of(const Context& context, const net::ServerRequest& request) override {
    const std::string given = net::header(request.headers, "authorization");
    if (given.starts_with("Bearer ")) return known(context, Secret(given.substr(7)));
    const std::string cookie = find_cookie(request, cookie_);
    if (cookie.empty()) return nobody();
    const auto sealed = from_base64(cookie);
    if (!sealed) return nobody();
    auto token = crypto::Sealer(seal_).open(*sealed);
    if (!token) return nobody();
    return known(context, Secret(std::string(as_text(*token))));
  }

  Result<BegunSession> log_in(const Context& context, const net::ServerRequest& request, const Secret& token) override {
    if (token.reveal().size() > kTokenBytesMax) {
      return fail(Error(Fault::invalid, "the token is too long").with_code("api.token"));
    }
    auto caller = TRY(known(context, token));
    const Bytes sealed = crypto::Sealer(seal_).seal(as_bytes(token.reveal()));
    return BegunSession{cookie_header(cookie_, to_base64(sealed), is_secure(request)), std::move(caller)};
  }
  net::Headers log_out() override { return cookie_header(cookie_, "", false); }
  bool takes_tokens() const override { return true; }

  void tidy() override {
    std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(callers_, [&](auto& each) {
      const bool idle = each.second.caller->live->tidy() && now - each.second.used > kKept;
      return idle;
    });
  }

 private:
  struct Known {
    std::shared_ptr<Caller> caller;
    std::chrono::steady_clock::time_point asked, used;
  };

  Result<std::shared_ptr<Caller>> known(const Context& context, const Secret& token) {
    const auto now = std::chrono::steady_clock::now();
    const Id key = crypto::sha256(as_bytes(token.reveal()));
    std::shared_ptr<Caller> caller;
    {
      std::lock_guard lock(mutex_);
      if (const auto found = callers_.find(key); found != callers_.end()) {
        found->second.used = now;
        if (now - found->second.asked < kTrusted) return found->second.caller;
        caller = found->second.caller;
      }
    }
    if (!caller) {
      caller = std::make_shared<Caller>();
      caller->client = TRY(kube::Client::connect(kube::access_with_token(cluster_, token)));
      caller->live = std::make_shared<LiveViews>(context_, LiveClients{caller->client, own_client_}, system_namespace_);
    }
    auto user = user_of(context, *caller->client);
    std::lock_guard lock(mutex_);
    if (!user) {
      callers_.erase(key);
      return fail(std::move(user).error());
    }
    caller->user = *user;
    if (callers_.size() >= kCallersMax && !callers_.contains(key)) {
      return fail(Error(Fault::retryable, "too many users at once").with_code("api.busy"));
    }
    callers_[key] = {caller, now, now};
    return caller;
  }

  const Context context_;
  const std::shared_ptr<kube::Client> own_client_;
  const kube::ClusterAccess cluster_;
  const crypto::SealKey seal_;
  const std::string cookie_;
  const std::string system_namespace_;
  std::mutex mutex_;
  std::map<Id, Known> callers_;  // by the token's digest
};

}  // namespace

std::unique_ptr<Sessions> local_sessions(const Context& context, std::string user, std::shared_ptr<kube::Client> client,
                                         const Secret& key, const std::string& system_namespace) {
  auto caller = std::make_shared<Caller>();
  caller->user = std::move(user);
  caller->live = std::make_shared<LiveViews>(context, LiveClients{client, client}, system_namespace);
  caller->client = std::move(client);
  return std::make_unique<LocalSessions>(std::move(caller), key);
}

std::unique_ptr<Sessions> cluster_sessions(const Context& context, std::shared_ptr<kube::Client> own_client,
                                           const kube::ClusterAccess& cluster, const crypto::SealKey& seal,
                                           const std::string& system_namespace) {
  return std::make_unique<ClusterSessions>(context, std::move(own_client), cluster, seal, system_namespace);
}

Result<std::string> user_of(const Context& context, kube::Client& client) {
  const Json question{{"apiVersion", "authentication.k8s.io/v1"}, {"kind", "SelfSubjectReview"}};
  auto review = client.request(context, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", &question);
  if (!review && review.error().code() == "kube.Unauthorized") {
    return fail(Error(Fault::auth, "the cluster does not know this token")
                    .with_code("api.token")
                    .with_fix("Get a new one: kubectl create token NAME -n NAMESPACE"));
  }
  return json_string(TRY(std::move(review)), {"status", "userInfo", "username"});
}

}  // namespace tranship::api
