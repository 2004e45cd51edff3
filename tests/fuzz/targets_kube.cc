// src/kube: what API servers, kubeconfigs and credential plugins say.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/json.h"
#include "kube/access.h"
#include "kube/byte_stream.h"
#include "kube/discovery_parse.h"
#include "kube/exec_channels.h"
#include "kube/exec_credential.h"
#include "kube/list.h"
#include "kube/status.h"
#include "kube/watch_line.h"
#include "target.h"

namespace tranship::fuzz {
namespace {

// A file in memory, for parsers that take a path.
class MemoryFile {
 public:
  explicit MemoryFile(ByteView content) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    require(descriptor_ >= 0 &&
                ::write(descriptor_, content.data(), content.size()) == static_cast<ssize_t>(content.size()),
            "there is room for a file");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void kubeconfig(ByteView input) {
  // A path in it could name something that never ends or waits for ever: only what is in the file is of interest.
  if (as_text(input).find("/dev") != std::string_view::npos) return;
  if (as_text(input).find("/proc") != std::string_view::npos) return;
  const MemoryFile file(input);
  const auto access = kube::load_access({.context = {}, .files = {file.path()}, .impersonate = {}});
  if (!accepted(access)) return;
  require(access->server.starts_with("http"), "a server is a URL");
  require(!access->server.ends_with('/'), "a server has no slash at its end");
}

void exec_credential(ByteView input) {
  const auto credential = kube::parse_exec_credential(as_text(input), "client.authentication.k8s.io/v1");
  if (!accepted(credential)) return;
  require(!credential->token.empty() || !credential->identity.certificate_pem.empty(), "there is a credential");
}

// Messages, each with its length in one byte before it (times 257, so that limits are reached).
void exec_messages(ByteView input) {
  kube::ExecChannels channels;
  while (!input.empty()) {
    const std::size_t size = std::min<std::size_t>(input[0] * 257u, input.size() - 1);
    const ByteView message = input.subspan(1, size);
    const Bytes output = channels.take(Bytes(message.begin(), message.end()));
    require(output.size() <= size, "output is no more than what came");
    input = input.subspan(1 + size);
  }
  require(channels.standard_error().size() <= 64u << 10, "error output keeps the limit");
  (void)accepted(channels.exit_code("shop/web"));
}

void exec_status(ByteView input) {
  kube::ExecChannels channels;
  Bytes message{static_cast<std::uint8_t>(kube::Channel::status)};
  message.insert(message.end(), input.begin(), input.end());
  (void)channels.take(std::move(message));
  (void)accepted(channels.exit_code("shop/web"));
}

void watch_line(ByteView input) {
  const auto line = kube::parse_watch_line(as_text(input));
  if (accepted(line)) require(line->object.is_object(), "a watch gives objects");
}

void list_page(ByteView input) {
  const auto page = kube::parse_list_page(as_text(input), kube::types::pod());
  if (!accepted(page)) return;
  for (const Json& item : page->items) {
    require(json_string(item, {"kind"}) == "Pod", "an item has its kind");
    (void)kube::ObjectReference::of(item).to_string();
  }
}

// The first byte: pieces of how many bytes.
void lines(ByteView input) {
  if (input.empty()) return;
  const std::size_t step = 1u + input[0];
  const bool cut_long = (input[0] & 1) != 0;
  constexpr std::size_t kLineBytesMax = 100;
  kube::LineSplitter splitter(kLineBytesMax);
  std::size_t bytes = 0;
  for (ByteView rest = input.subspan(1); !rest.empty(); rest = rest.subspan(std::min(step, rest.size()))) {
    const auto outcome = splitter.feed(rest.first(std::min(step, rest.size())), cut_long, [&](std::string_view line) {
      require(line.size() <= kLineBytesMax, "a line keeps the limit");
      require(line.find('\n') == line.npos, "a line is one line");
      bytes += line.size();
      return true;
    });
    require(outcome != kube::LineSplitter::Outcome::stopped, "nobody stopped it");
    if (outcome == kube::LineSplitter::Outcome::too_long) {
      require(!cut_long, "long lines are cut when asked for");
      return;
    }
    require(splitter.rest().size() <= kLineBytesMax + 1, "what is kept keeps the limit");
  }
  require(bytes + splitter.rest().size() <= input.size() - 1, "lines are no longer than what came");
}

void discovery(ByteView input) {
  const auto document = parse_json(as_text(input));
  if (!document) return;
  for (const auto& groups : {kube::parse_aggregated(*document), kube::parse_group_list(*document)}) {
    if (!accepted(groups)) continue;
    for (const auto& group : *groups) {
      for (const auto& version : group.versions) require(!version.version.empty(), "a version has a name");
    }
  }
  if (const auto resources = kube::parse_resource_list(*document); accepted(resources)) {
    for (const auto& resource : *resources) require(!resource.plural.empty(), "a resource has a name");
  }
}

void refusal(ByteView input) {
  const kube::Attempted attempted{"create", "Pod shop/web", "pods", "shop", "east", "https://east:6443"};
  for (const int status : {400, 403, 404, 409, 410, 422, 429, 503}) {
    require_error(
        kube::refusal(attempted, {status, {{"Content-Type", "application/json"}}, std::string(as_text(input))}));
  }
}

constexpr const char* kKubeconfig =
    "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters:\n- name: c\n  cluster:\n"
    "    server: https://10.0.0.1:6443/\n    insecure-skip-tls-verify: true\n    proxy-url: http://proxy:8080\n"
    "users:\n- name: u\n  user:\n    token: abc\n    as: somebody\n    as-groups: [x]\n    as-user-extra: {k: [v]}\n"
    "- name: e\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: plugin\n"
    "      args: [a]\n      env: [{name: N, value: V}]\n      interactiveMode: Never\n      provideClusterInfo: true\n"
    "contexts:\n- name: a\n  context: {cluster: c, user: u, namespace: shop}\n";

}  // namespace

std::vector<Target> kube_targets() {
  const std::vector<std::string> object_words = {
      "kind",   "apiVersion",      "metadata", "name",   "namespace", "items",   "object", "type",
      "status", "resourceVersion", "continue", "reason", "message",   "details", "causes", "code"};
  const std::string config = kKubeconfig;
  std::string plugin_config = config;
  plugin_config.replace(plugin_config.find("user: u,"), 8, "user: e,");
  return {
      {"kubeconfig",
       kubeconfig,
       {config, plugin_config},
       {"client-certificate-data: ", "client-key-data: ", "certificate-authority-data: ", "token: ", "username: ",
        "password: ", "exec:", "auth-provider:", "tls-server-name: ", "\n  ", "- name: ", "&a ", "*a",
        "server: https://", "tokenFile: x", "extensions: "}},
      {"exec_credential",
       exec_credential,
       {R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t",
        "expirationTimestamp":"2026-11-24T03:14:00Z"}})"},
       {"status", "token", "clientCertificateData", "clientKeyData", "expirationTimestamp", "ExecCredential", "kind"},
       true},
      {"exec_messages",
       exec_messages,
       {std::string("\x01\x01hello\x01\x02oops\x01\x03{}", 17), std::string("\x00\xff\x00", 3)},
       {std::string("\x01\x02", 2), std::string("\x01\x03", 2), std::string("\xff\x02", 2),
        std::string("\xff\x03", 2)}},
      {"exec_status",
       exec_status,
       {R"({"status":"Success"})", R"({"status":"Failure","reason":"NonZeroExitCode","message":"m","details":{"causes":
        [{"reason":"ExitCode","message":"3"}]}})"},
       object_words,
       true},
      {"watch_line",
       watch_line,
       {R"({"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"web","resourceVersion":"12"}}})",
        R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}})",
        R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"13"}}})"},
       object_words,
       true},
      {"list_page",
       list_page,
       {R"({"kind":"PodList","metadata":{"continue":"c","resourceVersion":"1"},"items":[{"metadata":{"name":"a"}}]})",
        R"({"kind":"PodList","items":null})"},
       object_words,
       true},
      {"lines",
       lines,
       {"\x03one\r\ntwo\n\nthree", std::string("\x10") + std::string(300, 'x') + "\n"},
       {"\r\n", "\n", "\r"}},
      {"discovery",
       discovery,
       {R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"apps"},"versions":[{"version":"v1",
        "freshness":"Current",
        "resources":[{"resource":"deployments","responseKind":{"kind":"Deployment"},"scope":"Namespaced",
        "verbs":["list"],"subresources":[{"subresource":"scale"}]}]}]}]})",
        R"({"kind":"APIGroupList","groups":[{"name":"apps","versions":[{"version":"v1"}],
        "preferredVersion":{"version":"v1"}}]})",
        R"({"kind":"APIVersions","versions":["v1"]})",
        R"({"kind":"APIResourceList","resources":[{"name":"pods","kind":"Pod","namespaced":true,"verbs":["get"]},
        {"name":"pods/log"}]})"},
       {"items", "versions", "version", "resources", "resource", "responseKind", "verbs", "subresources", "groups",
        "name"},
       true},
      {"refusal",
       refusal,
       {R"({"kind":"Status","reason":"Forbidden","message":"pods is forbidden","details":{"kind":"pods","name":"web",
        "causes":[{"reason":"FieldValueInvalid","field":"spec","message":"bad"}],"retryAfterSeconds":3},"code":403})",
        "<html>no</html>"},
       object_words,
       true},
  };
}

}  // namespace tranship::fuzz
