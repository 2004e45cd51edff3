#include <cstdlib>

#include "base/file.h"
#include "kube/access.h"
#include "kube/credentials.h"
#include "kube/in_cluster.h"
#include "net/certificate.h"
#include "net/url.h"

namespace tranship::kube {
namespace {

constexpr const char* kServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool runs_in_cluster() { return !environment("KUBERNETES_SERVICE_HOST").empty(); }

Result<ClusterAccess> in_cluster_access(const std::string& directory) {
  const std::string host = environment("KUBERNETES_SERVICE_HOST");
  std::string port = environment("KUBERNETES_SERVICE_PORT");
  if (host.empty()) {
    return fail(Error(Fault::not_found, "this program does not run in a pod: KUBERNETES_SERVICE_HOST is not set")
                    .with_fix("Name a kubeconfig"));
  }
  if (port.empty()) port = "443";
  ClusterAccess access;
  access.name = "in-cluster";
  access.server = "https://" + (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port;
  TRY_IN("KUBERNETES_SERVICE_HOST and _PORT", net::parse_url(access.server));
  const auto mounted = [&](const char* file) -> Result<std::string> {
    auto text = read_file(directory + "/" + file);
    if (text) return text;
    return fail(Error(text.error())
                    .in("the pod's service account")
                    .with_fix("Give the pod a service account and do not set automountServiceAccountToken: false"));
  };
  access.http.tls.ca_pem = TRY(mounted("ca.crt"));
  TRY_IN(directory + "/ca.crt", net::inspect_certificates(access.http.tls.ca_pem));
  TRY(mounted("token"));
  access.credentials = token_file_credentials(directory + "/token", {});
  if (const auto name_space = read_file(directory + "/namespace"); name_space && !name_space->empty()) {
    access.default_namespace = *name_space;
  }
  return access;
}

ClusterAccess access_with_token(const ClusterAccess& access, const Secret& token) {
  ClusterAccess other = access;
  other.http.tls.certificate_pem.clear();
  other.http.tls.key_pem = {};
  other.credentials = fixed_credentials(Secret("Bearer " + std::string(token.reveal())));
  return other;
}

Result<ClusterAccess> load_in_cluster_access() { return in_cluster_access(kServiceAccountDirectory); }

}  // namespace tranship::kube
