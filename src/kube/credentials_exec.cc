#include "kube/credentials_exec.h"

#include <fmt/format.h>
#include <unistd.h>

#include <mutex>
#include <optional>

#include "kube/exec_credential.h"
#include "kube/subprocess.h"

namespace tranship::kube {
namespace {

constexpr std::string_view kV1 = "client.authentication.k8s.io/v1";
constexpr std::string_view kV1Beta1 = "client.authentication.k8s.io/v1beta1";
// Renewed a little before the end, so that it does not expire on its way.
constexpr auto kExpiryMargin = std::chrono::seconds(5);
// Several requests are refused at once when a credential ends: only the first of them runs the plugin again.
constexpr auto kFreshFor = std::chrono::seconds(5);

std::string last_line(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  const auto line = text.substr(text.rfind('\n') + 1);
  return std::string(line.substr(0, 500));
}

class ExecCredentials final : public Credentials {
 public:
  explicit ExecCredentials(ExecPlugin plugin) : plugin_(std::move(plugin)) {}

  Result<void> decorate(const Context& context, net::Headers& headers) override {
    const auto lock = TRY(acquire(context));
    TRY(refresh(context));
    if (!issued_->token.empty()) {
      headers.emplace_back("Authorization", "Bearer " + std::string(issued_->token.reveal()));
    }
    return {};
  }

  Result<ClientIdentity> identity(const Context& context) override {
    const auto lock = TRY(acquire(context));
    TRY(refresh(context));
    return issued_->identity;
  }

  bool renew() override {
    const std::lock_guard lock(mutex_);
    if (std::chrono::steady_clock::now() - issued_at_ >= kFreshFor) issued_.reset();
    return true;
  }

 private:
  using Lock = std::unique_lock<std::timed_mutex>;

  // Whoever holds it may be running the plugin: a caller that is told to stop must not wait for that.
  Result<Lock> acquire(const Context& context) {
    Lock lock(mutex_, std::defer_lock);
    while (!lock.try_lock_for(std::chrono::milliseconds(50))) TRY(context.check());
    return lock;
  }

  Result<void> refresh(const Context& context) {
    const bool valid =
        issued_ && (!issued_->expires || std::chrono::system_clock::now() + kExpiryMargin < *issued_->expires);
    if (valid) return {};
    issued_ = TRY(run(context));
    issued_at_ = std::chrono::steady_clock::now();
    return {};
  }

  Result<ExecCredential> run(const Context& context) const {
    const bool terminal = plugin_.interactive != Interactive::never && ::isatty(STDIN_FILENO) == 1;
    if (plugin_.interactive == Interactive::always && !terminal) {
      return fail(Error(Fault::auth,
                        fmt::format("{}: the credential plugin {} needs a terminal (interactiveMode: Always)",
                                    plugin_.where, plugin_.command))
                      .with_fix("Run the command at a terminal, or use a user with other credentials"));
    }
    Subprocess program;
    program.command = plugin_.command;
    program.arguments = plugin_.arguments;
    program.environment = plugin_.environment;
    program.environment.emplace_back("KUBERNETES_EXEC_INFO", exec_info(terminal));
    program.terminal = terminal;
    program.timeout = terminal ? plugin_.timeout * 10 : plugin_.timeout;
    const auto output = run_subprocess(context, program);
    if (!output) return fail(not_run(output.error()));
    if (output->exit_code != 0) {
      const std::string said = last_line(output->standard_error);
      return fail(Error(Fault::auth, fmt::format("{}: the credential plugin {} failed with exit code {}{}{}",
                                                 plugin_.where, plugin_.command, output->exit_code,
                                                 said.empty() ? "" : ": ", said))
                      .with_fix("Log in again with the cloud's own command line, then check that the plugin "
                                "runs by itself"));
    }
    return read_credential(output->standard_output);
  }

  Error not_run(const Error& error) const {
    if (error.fault() == Fault::cancelled) return error;
    if (error.fault() == Fault::not_found) {
      return Error(Fault::auth, fmt::format("{}: the credential plugin {} is not installed", plugin_.where,
                                            plugin_.command))
          .with_fix(plugin_.install_hint.empty() ? "Install it or put it in PATH" : plugin_.install_hint);
    }
    return Error(Fault::auth, fmt::format("{}: credential plugin: {}", plugin_.where, error.what()))
        .with_fix("Check that the plugin runs by itself");
  }

  std::string exec_info(bool terminal) const {
    Json spec = {{"interactive", terminal}};
    if (!plugin_.cluster.is_null()) spec["cluster"] = plugin_.cluster;
    return to_text(Json{{"apiVersion", plugin_.api_version}, {"kind", "ExecCredential"}, {"spec", spec}});
  }

  // Texts never repeat what the plugin printed: it may be the credential.
  Error unusable(const std::string& why) const {
    return Error(Fault::auth,
                 fmt::format("{}: the answer of the credential plugin {} cannot be used: {}", plugin_.where,
                             plugin_.command, why))
        .with_fix("Update the plugin, or correct the user's exec section");
  }

  Result<ExecCredential> read_credential(const std::string& text) const {
    auto credential = parse_exec_credential(text, plugin_.api_version);
    if (!credential) return fail(unusable(credential.error().what()));
    return credential;
  }

  const ExecPlugin plugin_;
  std::timed_mutex mutex_;
  std::optional<ExecCredential> issued_;
  std::chrono::steady_clock::time_point issued_at_{};
};

Result<Interactive> read_interactive(const Fields& exec, const std::string& api_version) {
  const std::string mode = TRY(exec.text("interactiveMode"));
  if (mode == "Never") return Interactive::never;
  if (mode == "Always") return Interactive::always;
  if (mode == "IfAvailable" || (mode.empty() && api_version == kV1Beta1)) return Interactive::if_available;
  if (mode.empty()) return fail(exec.invalid("interactiveMode is missing (Never, IfAvailable or Always)"));
  return fail(exec.invalid("interactiveMode is '" + mode + "' and not Never, IfAvailable or Always"));
}

// What provideClusterInfo passes on (type Cluster of client.authentication.k8s.io).
Result<Json> cluster_info(const Fields& cluster) {
  Json info = Json::object();
  info["server"] = TRY(cluster.text("server"));
  for (const auto* field : {"tls-server-name", "proxy-url"}) {
    if (auto value = TRY(cluster.text(field)); !value.empty()) info[field] = std::move(value);
  }
  if (TRY(cluster.boolean("insecure-skip-tls-verify"))) info["insecure-skip-tls-verify"] = true;
  const std::string authority = TRY(cluster.content("certificate-authority"));
  if (!authority.empty()) info["certificate-authority-data"] = to_base64(as_bytes(authority));
  for (const auto& extension : cluster.raw("extensions")) {
    if (json_string(extension, {"name"}) == "client.authentication.k8s.io/exec") {
      info["config"] = json_at(extension, {"extension"});
    }
  }
  return info;
}

}  // namespace

Result<ExecPlugin> read_exec_plugin(const Fields& user, const Fields& cluster) {
  if (!user.raw("exec").is_object()) return fail(user.invalid("exec is not a map of fields"));
  const Kubeconfig::Entry entry{user.raw("exec"), user.file()};
  const Fields exec(user.what() + " exec", entry);
  ExecPlugin plugin;
  plugin.where = user.where();
  plugin.command = TRY(exec.text("command"));
  if (plugin.command.empty()) return fail(exec.invalid("command is missing"));
  // With a slash it is a path relative to the kubeconfig; without one PATH finds it.
  if (plugin.command.find('/') != std::string::npos) plugin.command = TRY(exec.path("command"));
  plugin.arguments = TRY(exec.texts("args"));
  plugin.api_version = TRY(exec.text("apiVersion"));
  if (plugin.api_version != kV1 && plugin.api_version != kV1Beta1) {
    return fail(Error(exec.invalid(fmt::format("apiVersion '{}' is not supported", plugin.api_version)))
                    .with_fix(fmt::format("Use {} (a newer version of the plugin may be needed)", kV1)));
  }
  plugin.install_hint = TRY(exec.text("installHint"));
  plugin.interactive = TRY(read_interactive(exec, plugin.api_version));
  const Json& environment = exec.raw("env");
  if (!environment.is_null() && !environment.is_array()) return fail(exec.invalid("env is not a list"));
  for (const auto& variable : environment) {
    const auto name = json_string(variable, {"name"});
    if (name.empty()) return fail(exec.invalid("env has an entry without a name"));
    plugin.environment.emplace_back(name, json_string(variable, {"value"}));
  }
  if (TRY(exec.boolean("provideClusterInfo"))) plugin.cluster = TRY(cluster_info(cluster));
  return plugin;
}

std::shared_ptr<Credentials> exec_credentials(ExecPlugin plugin) {
  return std::make_shared<ExecCredentials>(std::move(plugin));
}

}  // namespace tranship::kube
