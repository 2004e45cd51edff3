#include "kube/access.h"

#include <fmt/format.h>

#include <filesystem>

#include "kube/credentials.h"
#include "kube/credentials_exec.h"
#include "kube/in_cluster.h"
#include "kube/kubeconfig.h"
#include "kube/kubeconfig_fields.h"
#include "net/certificate.h"
#include "net/url.h"

namespace tranship::kube {
namespace {

struct Chosen {
  Kubeconfig config;
  std::string context;
};

bool is_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

Result<Chosen> current_of(Kubeconfig config) {
  if (config.current_context.empty()) {
    return fail(Error(Fault::not_found, config.files.front() + " sets no current-context")
                    .with_fix("Name one of its contexts: " + names_of(config.contexts)));
  }
  std::string context = config.current_context;
  return Chosen{std::move(config), std::move(context)};
}

Error no_kubeconfig(const std::vector<std::string>& files) {
  std::string looked;
  for (const auto& file : files) looked += (looked.empty() ? "" : ", ") + file;
  return Error(Fault::not_found, "there is no kubeconfig: looked for " + (looked.empty() ? "none" : looked))
      .with_fix("Name a kubeconfig file, or set KUBECONFIG");
}

// Context names may hold slashes and colons (EKS), so a name that exists wins over a path.
Result<Chosen> choose(const KubeconfigOptions& options) {
  const auto files = options.files.empty() ? default_kubeconfig_files() : options.files;
  const std::string& wanted = options.context;
  const auto colon = wanted.rfind(':');
  const bool names_file = is_file(wanted);
  const bool names_both = colon != std::string::npos && is_file(wanted.substr(0, colon));
  auto merged = read_kubeconfig(files, !options.files.empty());
  const bool named = merged && merged->contexts.contains(wanted);
  if (!wanted.empty() && !named && (names_file || names_both)) {
    auto config = TRY(read_kubeconfig({names_file ? wanted : wanted.substr(0, colon)}, true));
    if (names_file) return current_of(std::move(config));
    return Chosen{std::move(config), wanted.substr(colon + 1)};
  }
  if (!merged) return std::unexpected(std::move(merged).error());
  if (merged->files.empty()) return fail(no_kubeconfig(files));
  if (wanted.empty()) return current_of(std::move(*merged));
  return Chosen{std::move(*merged), wanted};
}

Result<void> read_cluster(const Fields& cluster, ClusterAccess& access) {
  access.server = TRY(cluster.text("server"));
  if (access.server.empty()) return fail(cluster.invalid("server is missing"));
  while (access.server.ends_with('/')) access.server.pop_back();
  const auto url = net::parse_url(access.server);
  if (!url) return fail(cluster.invalid("server: " + url.error().what()));
  if (url->scheme != "https" && url->scheme != "http") {
    return fail(cluster.invalid("server does not begin with https:// or http://"));
  }
  auto& tls = access.http.tls;
  tls.ca_pem = TRY(cluster.content("certificate-authority"));
  tls.server_name = TRY(cluster.text("tls-server-name"));
  tls.insecure = TRY(cluster.boolean("insecure-skip-tls-verify"));
  if (tls.insecure && !tls.ca_pem.empty()) {
    return fail(cluster.invalid("certificate-authority and insecure-skip-tls-verify exclude each other"));
  }
  if (!tls.ca_pem.empty()) {
    const auto authority = net::inspect_certificates(tls.ca_pem);
    if (!authority) return fail(cluster.invalid("certificate-authority: " + authority.error().what()));
  }
  access.http.proxy = TRY(cluster.text("proxy-url"));
  if (!access.http.proxy.empty()) {
    const auto proxy = net::parse_url(access.http.proxy);
    if (!proxy) return fail(cluster.invalid("proxy-url: " + proxy.error().what()));
  }
  return {};
}

Result<Impersonation> read_impersonation(const Fields& user, const Impersonation& from_options) {
  Impersonation impersonation;
  impersonation.user = TRY(user.text("as"));
  impersonation.uid = TRY(user.text("as-uid"));
  impersonation.groups = TRY(user.texts("as-groups"));
  const Json& extra = user.raw("as-user-extra");
  if (!extra.is_null() && !extra.is_object()) return fail(user.invalid("as-user-extra is not a map of lists"));
  for (const auto& [key, values] : extra.items()) {
    for (const auto& value : values) {
      if (!value.is_string()) return fail(user.invalid("as-user-extra is not a map of lists of texts"));
      impersonation.extra.emplace_back(key, value.get<std::string>());
    }
  }
  if (!from_options.user.empty()) impersonation = from_options;
  const auto lacks_user = [](const Impersonation& one) {
    return one.user.empty() && !(one.uid.empty() && one.groups.empty() && one.extra.empty());
  };
  if (lacks_user(impersonation) || lacks_user(from_options)) {
    return fail(user.invalid("groups or a uid to impersonate need a user to impersonate (as)"));
  }
  return impersonation;
}

Result<std::shared_ptr<Credentials>> read_headers(const Fields& user, const Fields& cluster) {
  Secret token(TRY(user.text("token")));
  const std::string token_file = TRY(user.path("tokenFile"));
  const std::string name = TRY(user.text("username"));
  const Secret password(TRY(user.text("password")));
  if (!name.empty() && (!token.empty() || !token_file.empty())) {
    return fail(user.invalid("has a token and a username: use one of them"));
  }
  if (!token_file.empty()) return token_file_credentials(token_file, std::move(token));
  if (!token.empty()) return fixed_credentials(Secret("Bearer " + std::string(token.reveal())));
  if (!name.empty()) {
    const Secret pair(name + ":" + std::string(password.reveal()));
    return fixed_credentials(Secret("Basic " + to_base64(as_bytes(pair.reveal()))));
  }
  if (!user.raw("exec").is_null()) return exec_credentials(TRY(read_exec_plugin(user, cluster)));
  if (!user.raw("auth-provider").is_null()) {
    return fail(Error(user.invalid("auth-provider is no longer supported by Kubernetes clients"))
                    .with_fix("Fetch a fresh kubeconfig: it will have an exec plugin instead"));
  }
  return std::shared_ptr<Credentials>();
}

Result<void> read_user(const Fields& user, const Fields& cluster, const Impersonation& impersonate,
                       ClusterAccess& access) {
  access.credentials = TRY(read_headers(user, cluster));
  auto& tls = access.http.tls;
  tls.certificate_pem = TRY(user.content("client-certificate"));
  tls.key_pem = Secret(TRY(user.content("client-key")));
  if (tls.certificate_pem.empty() != tls.key_pem.empty()) {
    return fail(user.invalid(tls.key_pem.empty() ? "client-certificate without client-key"
                                                 : "client-key without client-certificate"));
  }
  if (!tls.certificate_pem.empty()) {
    TRY_IN(user.where(), check_identity({tls.certificate_pem, tls.key_pem}));
    if (user.is_file("client-certificate") && user.is_file("client-key")) {
      access.credentials = identity_file_credentials(TRY(user.path("client-certificate")),
                                                     TRY(user.path("client-key")), access.credentials);
    }
  }
  Impersonation impersonation = TRY(read_impersonation(user, impersonate));
  if (!impersonation.user.empty()) {
    access.credentials = impersonating_credentials(std::move(impersonation), access.credentials);
  }
  return {};
}

// The entry that a context names, or an error that lists the ones there are.
Result<const Kubeconfig::Entry*> named_entry(const Fields& context, const char* field,
                                             const Kubeconfig::Entries& entries) {
  const std::string name = TRY(context.text(field));
  if (name.empty()) return fail(context.invalid(fmt::format("names no {}", field)));
  const auto found = entries.find(name);
  if (found == entries.end()) {
    return fail(Error(context.invalid(fmt::format("its {} '{}' does not exist", field, name)))
                    .with_fix(fmt::format("The kubeconfig has: {}", names_of(entries))));
  }
  return &found->second;
}

Result<ClusterAccess> access_of(const Chosen& chosen, const Impersonation& impersonate) {
  const auto found = chosen.config.contexts.find(chosen.context);
  if (found == chosen.config.contexts.end()) {
    std::string files;
    for (const auto& file : chosen.config.files) files += (files.empty() ? "" : ", ") + file;
    return fail(Error(Fault::not_found, fmt::format("there is no context '{}' in {}", chosen.context, files))
                    .with_fix("The contexts are: " + names_of(chosen.config.contexts)));
  }
  const Fields context("context '" + chosen.context + "'", found->second);
  ClusterAccess access;
  access.name = chosen.context;
  if (auto name_space = TRY(context.text("namespace")); !name_space.empty()) {
    access.default_namespace = std::move(name_space);
  }
  const auto* cluster_entry = TRY(named_entry(context, "cluster", chosen.config.clusters));
  const Fields cluster("cluster '" + TRY(context.text("cluster")) + "'", *cluster_entry);
  TRY(read_cluster(cluster, access));
  // Behind a local proxy (kubectl proxy) nobody has to say who they are.
  static const Kubeconfig::Entry kNobody{Json::object(), {}};
  const std::string user_name = TRY(context.text("user"));
  const bool anonymous = user_name.empty() && access.server.starts_with("http://");
  const auto* user_entry = anonymous ? &kNobody : TRY(named_entry(context, "user", chosen.config.users));
  TRY(read_user(Fields("user '" + user_name + "'", *user_entry), cluster, impersonate, access));
  return access;
}

}  // namespace

Result<ClusterAccess> load_access(const KubeconfigOptions& options) {
  auto chosen = choose(options);
  if (chosen) return access_of(*chosen, options.impersonate);
  const bool nothing_named = options.context.empty() && options.files.empty();
  if (!nothing_named || chosen.error().fault() != Fault::not_found || !runs_in_cluster()) {
    return std::unexpected(std::move(chosen).error());
  }
  auto access = TRY(load_in_cluster_access());
  if (!options.impersonate.user.empty()) {
    access.credentials = impersonating_credentials(options.impersonate, access.credentials);
  }
  return access;
}

}  // namespace tranship::kube
