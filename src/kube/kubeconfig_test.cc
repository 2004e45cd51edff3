// Kubeconfigs: merging, every kind of credential, and a clear error for each thing that can be wrong in one.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "base/json.h"
#include "kube/access.h"
#include "kube/in_cluster.h"
#include "net/testing/certificate.h"

namespace tranship::kube {
namespace {

using net::testing::TestCertificate;

constexpr const char* kTwoContexts = R"(
apiVersion: v1
kind: Config
current-context: east
clusters:
- name: one
  cluster: {server: "https://one:6443/"}
- name: two
  cluster: {server: "https://two:6443", tls-server-name: inner, insecure-skip-tls-verify: true,
            proxy-url: "http://proxy:3128"}
users:
- name: admin
  user: {token: abc}
- name: basic
  user: {username: jane, password: secret}
contexts:
- name: east
  context: {cluster: one, user: admin, namespace: shop}
- name: west
  context: {cluster: two, user: basic}
)";

class KubeconfigTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() /
                 ("kubeconfig-test-" + std::to_string(::getpid()) + "-" +
                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_);
    for (const char* name : {"KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"}) ::unsetenv(name);
    ::setenv("HOME", directory_.c_str(), 1);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string write(const std::string& name, std::string_view text) {
    const auto path = directory_ / name;
    std::filesystem::create_directories(path.parent_path());
    EXPECT_TRUE(write_file(path, text));
    return path.string();
  }
  std::string write_program(const std::string& name, std::string_view text) {
    const auto path = write(name, text);
    ::chmod(path.c_str(), 0700);
    return path;
  }
  // A kubeconfig of one context with these fields of its cluster and user (YAML flow maps without braces).
  std::string write_one(const std::string& cluster, const std::string& user) {
    return write("one", "clusters: [{name: c, cluster: {server: 'https://c:6443', " + cluster +
                            "}}]\nusers: [{name: u, user: {" + user +
                            "}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n");
  }
  static net::Headers headers_of(const ClusterAccess& access) {
    net::Headers headers;
    if (access.credentials != nullptr) {
      const auto decorated = access.credentials->decorate({}, headers);
      EXPECT_TRUE(decorated) << decorated.error().text();
    }
    return headers;
  }

  std::filesystem::path directory_;
};

std::string base64(const std::string& text) { return to_base64(as_bytes(text)); }

TEST_F(KubeconfigTest, ContextsByNameFileAndBoth) {
  const auto file = write("config", kTwoContexts);
  ::setenv("KUBECONFIG", file.c_str(), 1);
  const auto current = load_access({});
  ASSERT_TRUE(current) << current.error().text();
  EXPECT_EQ(current->name, "east");
  EXPECT_EQ(current->server, "https://one:6443");
  EXPECT_EQ(current->default_namespace, "shop");
  EXPECT_EQ(net::header(headers_of(*current), "Authorization"), "Bearer abc");
  const auto west = load_access({.context = "west"});
  ASSERT_TRUE(west) << west.error().text();
  EXPECT_EQ(west->default_namespace, "default");
  EXPECT_EQ(west->http.tls.server_name, "inner");
  EXPECT_TRUE(west->http.tls.insecure);
  EXPECT_EQ(west->http.proxy, "http://proxy:3128");
  EXPECT_EQ(net::header(headers_of(*west), "Authorization"), "Basic " + base64("jane:secret"));
  ::setenv("KUBECONFIG", "/no/such/file", 1);
  EXPECT_EQ(load_access({.context = file})->name, "east");
  EXPECT_EQ(load_access({.context = file + ":west"})->name, "west");
}

TEST_F(KubeconfigTest, DefaultFileIsTheHomesAndMissingFilesOfTheListAreSkipped) {
  write(".kube/config", kTwoContexts);
  EXPECT_EQ(load_access({})->name, "east");
  const auto second = write("second", "current-context: west\n");
  ::setenv("KUBECONFIG", ("/no/such::" + second + ":" + (directory_ / ".kube/config").string()).c_str(), 1);
  EXPECT_EQ(load_access({})->name, "west") << "the first file that sets it gives the current context";
}

TEST_F(KubeconfigTest, MergeTakesWholeEntriesFromTheFirstFile) {
  const auto first = write("first", "users: [{name: admin, user: {token: first}}]\n");
  const auto second = write("second", kTwoContexts);
  const auto access = load_access({.files = {first, second}});
  ASSERT_TRUE(access) << access.error().text();
  EXPECT_EQ(net::header(headers_of(*access), "Authorization"), "Bearer first");
  const auto third = write("third", "users: [{name: admin, user: {as: other}}]\n");
  EXPECT_TRUE(headers_of(*load_access({.files = {first, third, second}})).size() == 1) << "nothing of the later one";
}

TEST_F(KubeconfigTest, PathsAreRelativeToTheFileThatHoldsThem) {
  const TestCertificate authority("authority");
  const TestCertificate client("client", &authority);
  write("sub/pki/ca.crt", authority.pem());
  write("sub/pki/client.crt", client.pem());
  write("sub/pki/client.key", client.key_pem());
  const auto file = write("sub/config", R"(
clusters: [{name: c, cluster: {server: 'https://c', certificate-authority: pki/ca.crt}}]
users: [{name: u, user: {client-certificate: pki/client.crt, client-key: pki/client.key}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
)");
  const auto access = load_access({.files = {file}});
  ASSERT_TRUE(access) << access.error().text();
  EXPECT_EQ(access->http.tls.ca_pem, authority.pem());
  EXPECT_EQ(access->http.tls.certificate_pem, client.pem());
  // Rotated on disk: the next request shows the new one once the server refused the old.
  const TestCertificate renewed("client", &authority);
  write("sub/pki/client.crt", renewed.pem());
  write("sub/pki/client.key", renewed.key_pem());
  ASSERT_NE(access->credentials, nullptr);
  EXPECT_TRUE(access->credentials->renew());
  EXPECT_EQ(access->credentials->identity({})->certificate_pem, renewed.pem());
  EXPECT_FALSE(access->credentials->renew()) << "nothing newer";
}

TEST_F(KubeconfigTest, TokenFilesAreReadAgain) {
  write("token", "one\n");
  const auto access = load_access({.files = {write_one("", "tokenFile: token")}});
  ASSERT_TRUE(access) << access.error().text();
  EXPECT_EQ(net::header(headers_of(*access), "Authorization"), "Bearer one");
  EXPECT_FALSE(access->credentials->renew());
  write("token", "two");
  EXPECT_TRUE(access->credentials->renew());
  EXPECT_EQ(net::header(headers_of(*access), "Authorization"), "Bearer two");
}

TEST_F(KubeconfigTest, Impersonation) {
  const auto file = write_one("", "token: t, as: jane, as-uid: '7', as-groups: [a, b], "
                                  "as-user-extra: {'example.com/team': [x, y]}");
  const auto headers = headers_of(*load_access({.files = {file}}));
  const net::Headers expected = {{"Authorization", "Bearer t"},     {"Impersonate-User", "jane"},
                                 {"Impersonate-Group", "a"},        {"Impersonate-Group", "b"},
                                 {"Impersonate-Uid", "7"},          {"Impersonate-Extra-example.com%2Fteam", "x"},
                                 {"Impersonate-Extra-example.com%2Fteam", "y"}};
  EXPECT_EQ(headers, expected);
  const auto other = headers_of(*load_access({.files = {file}, .impersonate = {.user = "joe", .groups = {"g"}}}));
  EXPECT_EQ(net::header(other, "Impersonate-User"), "joe");
  EXPECT_EQ(net::header(other, "Impersonate-Uid"), "");
}

TEST_F(KubeconfigTest, EachMistakeHasItsError) {
  const TestCertificate authority("authority");
  const TestCertificate client("client", &authority);
  const TestCertificate expired("old client", &authority, "", -7200, -3600);
  const auto data = [](const std::string& field, const std::string& text) { return field + "-data: " + base64(text); };
  struct Case {
    std::string cluster;
    std::string user;
    Fault fault;
    std::string text;
  };
  for (const auto& [cluster, user, fault, text] : {
           Case{"certificate-authority: no.crt", "token: t", Fault::not_found, "certificate-authority: open"},
           Case{"certificate-authority-data: '%%%'", "token: t", Fault::invalid, "data is not base64"},
           Case{data("certificate-authority", "hello"), "token: t", Fault::invalid, "no certificate in PEM"},
           Case{"insecure-skip-tls-verify: true, " + data("certificate-authority", authority.pem()), "token: t",
                Fault::invalid, "exclude each other"},
           Case{"insecure-skip-tls-verify: 'yes'", "token: t", Fault::invalid, "neither true nor false"},
           Case{"proxy-url: 'nonsense'", "token: t", Fault::invalid, "proxy-url: not a URL"},
           Case{"", "token: 12345", Fault::invalid, "token is not text"},
           Case{"", "token: t, username: u", Fault::invalid, "a token and a username"},
           Case{"", data("client-certificate", client.pem()), Fault::invalid, "without client-key"},
           Case{"", data("client-key", client.key_pem()), Fault::invalid, "without client-certificate"},
           Case{"", data("client-certificate", client.pem()) + ", " + data("client-key", authority.key_pem()),
                Fault::invalid, "does not belong to the client certificate"},
           Case{"", data("client-certificate", expired.pem()) + ", " + data("client-key", expired.key_pem()),
                Fault::auth, "(CN=old client) expired at 20"},
           Case{"", "as-groups: [a]", Fault::invalid, "need a user to impersonate"},
           Case{"", "auth-provider: {name: gcp}", Fault::invalid, "no longer supported"},
           Case{"", "exec: {apiVersion: client.authentication.k8s.io/v1}", Fault::invalid, "command is missing"},
           Case{"", "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}", Fault::invalid,
                "apiVersion 'client.authentication.k8s.io/v1alpha1' is not supported"},
           Case{"", "exec: {apiVersion: client.authentication.k8s.io/v1, command: x}", Fault::invalid,
                "interactiveMode is missing"},
           Case{"", "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Maybe}",
                Fault::invalid, "interactiveMode is 'Maybe'"},
       }) {
    const auto access = load_access({.files = {write_one(cluster, user)}});
    ASSERT_FALSE(access) << cluster << " | " << user;
    EXPECT_EQ(access.error().fault(), fault) << access.error().text();
    EXPECT_NE(access.error().text().find(text), std::string::npos) << access.error().text();
    EXPECT_NE(access.error().text().find("/one"), std::string::npos) << "names the file: " << access.error().text();
  }
}

TEST_F(KubeconfigTest, WholeFilesThatAreWrong) {
  struct Case {
    const char* content;
    Fault fault;
    const char* text;
  };
  for (const auto& [content, fault, text] : {
           Case{"clusters: [\n  {name: c\n", Fault::invalid, "line "},
           Case{"just words", Fault::invalid, "not a kubeconfig"},
           Case{"kind: Pod", Fault::invalid, "its kind is Pod"},
           Case{"clusters: {}", Fault::invalid, "clusters is not a list"},
           Case{"users: [{user: {}}]", Fault::invalid, "an entry of users has no name"},
           Case{"users: [{name: a, user: {}}, {name: a, user: {}}]", Fault::invalid, "two users are named 'a'"},
           Case{"contexts: [{name: a, context: {}}]", Fault::not_found, "contexts: a"},
           Case{"current-context: b\ncontexts: [{name: a, context: {}}]", Fault::not_found, "The contexts are: a"},
           Case{"current-context: a\ncontexts: [{name: a, context: {}}]", Fault::invalid, "names no cluster"},
           Case{"current-context: a\ncontexts: [{name: a, context: {cluster: z}}]\nclusters: [{name: y}]",
                Fault::invalid, "its cluster 'z' does not exist. The kubeconfig has: y"},
           Case{"current-context: a\ncontexts: [{name: a, context: {cluster: y}}]\nclusters: [{name: y}]",
                Fault::invalid, "server is missing"},
           Case{"current-context: a\ncontexts: [{name: a, context: {cluster: y, user: u}}]\n"
                "clusters: [{name: y, cluster: {server: 'https://y'}}]",
                Fault::invalid, "its user 'u' does not exist. The kubeconfig has: none"},
           Case{"current-context: a\ncontexts: [{name: a, context: {cluster: y, user: u}}]\n"
                "clusters: [{name: y, cluster: {server: 'y:6443'}}]",
                Fault::invalid, "server: not a URL"},
           Case{"current-context: a\ncontexts: [{name: a, context: {cluster: y}}]\n"
                "clusters: [{name: y, cluster: {server: 'https://y'}}]",
                Fault::invalid, "names no user"},
       }) {
    const auto access = load_access({.files = {write("bad", content)}});
    ASSERT_FALSE(access) << content;
    EXPECT_EQ(access.error().fault(), fault) << access.error().text();
    EXPECT_NE(access.error().text().find(text), std::string::npos) << access.error().text();
  }
}

TEST_F(KubeconfigTest, NoKubeconfigAtAll) {
  const auto none = load_access({});
  EXPECT_EQ(none.error().fault(), Fault::not_found);
  EXPECT_NE(none.error().text().find(".kube/config"), std::string::npos) << none.error().text();
  const auto named = load_access({.files = {"/no/such"}});
  EXPECT_EQ(named.error().fault(), Fault::not_found);
  EXPECT_NE(named.error().text().find("/no/such does not exist"), std::string::npos);
  const auto unknown = load_access({.context = "east", .files = {write("config", kTwoContexts + std::string("#"))}});
  ASSERT_TRUE(unknown);
  const auto wrong = load_access({.context = "north", .files = {write("config", kTwoContexts)}});
  EXPECT_NE(wrong.error().text().find("no context 'north'"), std::string::npos);
  EXPECT_NE(wrong.error().text().find("The contexts are: east, west"), std::string::npos) << wrong.error().text();
}

TEST_F(KubeconfigTest, PodsUseTheirServiceAccount) {
  const TestCertificate authority("authority");
  write("account/ca.crt", authority.pem());
  write("account/token", "pod-token");
  write("account/namespace", "shop");
  EXPECT_EQ(in_cluster_access((directory_ / "account").string()).error().fault(), Fault::not_found);
  ::setenv("KUBERNETES_SERVICE_HOST", "fd00::1", 1);
  ::setenv("KUBERNETES_SERVICE_PORT", "443", 1);
  const auto access = in_cluster_access((directory_ / "account").string());
  ASSERT_TRUE(access) << access.error().text();
  EXPECT_EQ(access->server, "https://[fd00::1]:443");
  EXPECT_EQ(access->default_namespace, "shop");
  EXPECT_EQ(net::header(headers_of(*access), "Authorization"), "Bearer pod-token");
  std::filesystem::remove(directory_ / "account/token");
  const auto without = in_cluster_access((directory_ / "account").string());
  EXPECT_NE(without.error().text().find("service account"), std::string::npos) << without.error().text();
}

class ExecPluginTest : public KubeconfigTest {
 protected:
  Result<ClusterAccess> with_plugin(const std::string& script, const std::string& more = "",
                                    const std::string& cluster = "") {
    write_program("bin/plugin", "#!/bin/sh\n" + script);
    return load_access({.files = {write_one(cluster, "exec: {apiVersion: client.authentication.k8s.io/v1, "
                                                     "command: bin/plugin, interactiveMode: Never" +
                                                         more + "}")}});
  }
  static std::string credential(const std::string& status) {
    return R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{)" + status + "}}";
  }
  // Prints a token that counts the runs.
  std::string counting(const std::string& more_status = "") {
    return "echo run >> " + (directory_ / "runs").string() + "; n=$(wc -l < " + (directory_ / "runs").string() +
           ")\ncat <<END\n" + credential("\"token\":\"t$n\"" + more_status) + "\nEND\n";
  }
};

TEST_F(ExecPluginTest, TokenIsKeptUntilItExpiresOrIsRefused) {
  const auto lasting = with_plugin(counting(R"(,"expirationTimestamp":"2999-01-01T00:00:00Z")"));
  ASSERT_TRUE(lasting) << lasting.error().text();
  EXPECT_EQ(net::header(headers_of(*lasting), "Authorization"), "Bearer t1");
  EXPECT_EQ(net::header(headers_of(*lasting), "Authorization"), "Bearer t1");
  const auto expired = with_plugin(counting(R"(,"expirationTimestamp":"2001-01-01T00:00:00Z")"));
  EXPECT_EQ(net::header(headers_of(*expired), "Authorization"), "Bearer t2");
  EXPECT_EQ(net::header(headers_of(*expired), "Authorization"), "Bearer t3");
}

TEST_F(ExecPluginTest, GetsItsArgumentsEnvironmentAndTheCluster) {
  const auto access = with_plugin(
      "echo \"$@\" > " + (directory_ / "arguments").string() + "\nprintf %s \"$KUBERNETES_EXEC_INFO\" > " +
          (directory_ / "info").string() + "\ncat <<END\n" + credential("\"token\":\"$REGION\"") + "\nEND\n",
      ", args: [get, --x], env: [{name: REGION, value: eu}], provideClusterInfo: true",
      "insecure-skip-tls-verify: true, extensions: [{name: client.authentication.k8s.io/exec, extension: {a: 1}}]");
  ASSERT_TRUE(access) << access.error().text();
  EXPECT_EQ(net::header(headers_of(*access), "Authorization"), "Bearer eu");
  EXPECT_EQ(*read_file(directory_ / "arguments"), "get --x\n");
  const auto info = parse_json(*read_file(directory_ / "info"));
  ASSERT_TRUE(info);
  EXPECT_EQ(*info, Json::parse(R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":
      {"interactive":false,"cluster":{"server":"https://c:6443","insecure-skip-tls-verify":true,"config":{"a":1}}}})"));
}

TEST_F(ExecPluginTest, GivesClientCertificates) {
  const TestCertificate authority("authority");
  const TestCertificate client("client", &authority);
  const auto status = Json{{"clientCertificateData", client.pem()}, {"clientKeyData", client.key_pem()}}.dump();
  const auto access =
      with_plugin("cat <<'END'\n" + credential(status.substr(1, status.size() - 2)) + "\nEND\n");
  ASSERT_TRUE(access) << access.error().text();
  EXPECT_TRUE(headers_of(*access).empty());
  const auto identity = access->credentials->identity({});
  ASSERT_TRUE(identity) << identity.error().text();
  EXPECT_EQ(identity->certificate_pem, client.pem());
}

TEST_F(ExecPluginTest, EachFailureHasItsError) {
  const TestCertificate one("one");
  const TestCertificate two("two");
  const auto mixed = Json{{"clientCertificateData", one.pem()}, {"clientKeyData", two.key_pem()}}.dump();
  struct Case {
    std::string script;
    std::string text;
  };
  for (const auto& [script, text] : {
           Case{"echo first >&2; echo 'please log in' >&2; exit 3", "failed with exit code 3: please log in"},
           Case{"kill -9 $$", "failed with exit code 137"},
           Case{"echo hello-secret", "not JSON"},
           Case{"echo '{}'", "not an ExecCredential"},
           Case{"echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\"}'",
                "its apiVersion is client.authentication.k8s.io/v1beta1"},
           Case{"echo '" + credential("") + "'", "neither a token nor a client certificate"},
           Case{"echo '" + credential(R"("clientKeyData":"x")") + "'", "without the other"},
           Case{"echo '" + credential(R"("token":"x","expirationTimestamp":"soon")") + "'", "not a time"},
           Case{"cat <<'END'\n" + credential(mixed.substr(1, mixed.size() - 2)) + "\nEND\n", "does not belong"},
           Case{"head -c 2000000 /dev/zero", "more than 1 MiB"},
       }) {
    const auto access = with_plugin(script);
    ASSERT_TRUE(access);
    net::Headers headers;
    const auto decorated = access->credentials->decorate({}, headers);
    ASSERT_FALSE(decorated) << script;
    EXPECT_EQ(decorated.error().fault(), Fault::auth);
    EXPECT_NE(decorated.error().text().find(text), std::string::npos) << decorated.error().text();
    EXPECT_EQ(decorated.error().text().find("hello-secret"), std::string::npos) << "it may be the credential";
  }
}

TEST_F(ExecPluginTest, NotInstalledSaysHowToInstallIt) {
  const auto access = load_access(
      {.files = {write_one("", "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: no-such-plugin, "
                               "installHint: 'Fetch it from the cloud.'}")}});
  ASSERT_TRUE(access) << access.error().text();
  net::Headers headers;
  const auto decorated = access->credentials->decorate({}, headers);
  ASSERT_FALSE(decorated);
  EXPECT_NE(decorated.error().text().find("no-such-plugin is not installed. Fetch it from the cloud."),
            std::string::npos)
      << decorated.error().text();
}

TEST_F(ExecPluginTest, IsStoppedWithTheContextAndLeavesNothingBehind) {
  const auto access = with_plugin("echo $$ > " + (directory_ / "pid").string() + "; sleep 100");
  ASSERT_TRUE(access);
  net::Headers headers;
  const auto before = std::chrono::steady_clock::now();
  const auto decorated =
      access->credentials->decorate(Context().with_timeout(std::chrono::milliseconds(500)), headers);
  EXPECT_EQ(decorated.error().fault(), Fault::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(3));
  const int pid = std::stoi(*read_file(directory_ / "pid"));
  EXPECT_NE(::kill(pid, 0), 0) << "the plugin still runs";
}

}  // namespace
}  // namespace tranship::kube
