#include "volume/run_scope.h"

#include <fmt/format.h>

#include <thread>

#include "base/units.h"
#include "volume/mover_pod.h"

namespace tranship::volume {
namespace {

// FNV-1a: names only have to differ, not to withstand anybody.
std::uint32_t name_digest(std::string_view text) {
  std::uint32_t hash = 2166136261u;
  for (const unsigned char byte : text) hash = (hash ^ byte) * 16777619u;
  return hash;
}

std::string now() {
  return format_time(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

class BeatingScope final : public RunScope {
 public:
  BeatingScope(kube::Client& client, std::string name_space, std::string name)
      : client_(client), name_space_(std::move(name_space)), name_(std::move(name)) {
    thread_ = std::jthread([this](std::stop_token stop) { beat(Context(stop)); });
  }

 private:
  void beat(const Context& context) {
    while (context.sleep(kHeartbeatPeriod)) {
      const Json patch = {
          {"metadata", {{"annotations", {{std::string(kHeartbeatAnnotation), now()}}}}}};
      // A beat that is lost is made up for by the next one.
      (void)client_.patch(context.with_timeout(kHeartbeatPatience), kube::types::secret(),
                          name_space_, name_, kube::PatchKind::merge, patch);
    }
  }

  kube::Client& client_;
  const std::string name_space_, name_;
  std::jthread thread_;
};

}  // namespace

Json temporary_metadata(const std::string& name_space, const std::string& name,
                        const std::string& run, const std::string& role) {
  return {{"name", name},
          {"namespace", name_space},
          {"labels",
           {{std::string(kManagedByLabel), "tranship"},
            {std::string(kRunLabel), run},
            {std::string(kRoleLabel), role}}},
          {"annotations", {{std::string(kHeartbeatAnnotation), now()}}}};
}

std::string temporary_name(const std::string& kind, const std::string& subject,
                           const std::string& run) {
  constexpr std::size_t kNameMax = 63;
  const std::string whole = fmt::format("tranship-{}-{}-{}", kind, subject, run);
  // Dots are fine in claims' names but not in the host name that a pod's name becomes.
  const bool plain = whole.find('.') == std::string::npos;
  if (whole.size() <= kNameMax && plain) return whole;
  std::string cut = fmt::format("tranship-{}-{}", kind, subject).substr(0, kNameMax - 9);
  for (char& c : cut)
    if (c == '.') c = '-';
  return fmt::format("{}-{:08x}", cut, name_digest(whole));
}

std::string temporary_selector(const std::string& run) {
  const std::string ours = std::string(kManagedByLabel) + "=tranship," + std::string(kRunLabel);
  return run.empty() ? ours : ours + "=" + run;
}

Result<std::unique_ptr<RunScope>> RunScope::begin(const Context& context, kube::Client& client,
                                                  const std::string& name_space,
                                                  const std::string& run) {
  const std::string name = temporary_name("run", "of", run);
  const Json secret = {{"apiVersion", "v1"},
                       {"kind", "Secret"},
                       {"type", "tranship.io/run"},
                       {"metadata", temporary_metadata(name_space, name, run, "run")}};
  auto created = client.create(context, kube::types::secret(), secret);
  // The same run may work in a namespace more than once.
  if (!created && !kube::has_reason(created.error(), "AlreadyExists"))
    return std::unexpected(std::move(created).error());
  return std::make_unique<BeatingScope>(client, name_space, name);
}

}  // namespace tranship::volume
