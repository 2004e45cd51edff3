#include "store/s3/credentials.h"

#include <fmt/format.h>

#include <cstdlib>
#include <mutex>

#include "base/file.h"
#include "store/s3/metadata.h"

namespace tranship::store::s3 {
namespace {

constexpr auto kRenewBefore = std::chrono::minutes(5);
constexpr std::size_t kFileBytesMax = 1u << 20;

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string profile_of(const ChainOptions& options) {
  std::string profile = options.environment("AWS_PROFILE");
  return profile.empty() ? "default" : profile;
}

Result<std::optional<FetchedCredentials>> file_credentials(const ChainOptions& options, std::string path,
                                                           bool required) {
  if (path.empty()) return std::nullopt;
  auto text = read_file(path, kFileBytesMax);
  if (!text) {
    if (!required && text.error().fault() == Fault::not_found) return std::nullopt;
    return fail(std::move(text).error().in("credentials file"));
  }
  const Secret content(std::move(*text));
  return FetchedCredentials{TRY(parse_credentials_file(content.reveal(), profile_of(options), path)), std::nullopt};
}

std::string shared_file(const ChainOptions& options) {
  std::string path = options.environment("AWS_SHARED_CREDENTIALS_FILE");
  if (!path.empty()) return path;
  const std::string home = options.environment("HOME");
  return home.empty() ? std::string() : home + "/.aws/credentials";
}

Result<std::optional<FetchedCredentials>> environment_credentials(const ChainOptions& options) {
  const std::string id = options.environment("AWS_ACCESS_KEY_ID");
  Secret secret(options.environment("AWS_SECRET_ACCESS_KEY"));
  if (id.empty() && secret.empty()) return std::nullopt;
  if (id.empty() || secret.empty()) {
    return fail(Error(Fault::auth, "only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set")
                    .with_code("store.no_credentials")
                    .with_fix("Set both or none"));
  }
  return FetchedCredentials{{id, std::move(secret), Secret(options.environment("AWS_SESSION_TOKEN"))},
                            std::nullopt};
}

class RenewingCredentials : public CredentialSource {
 public:
  RenewingCredentials(ChainOptions options, FetchedCredentials first)
      : options_(std::move(options)), current_(std::move(first)) {}

  // Others wait while one fetches: they would only ask for the same.
  Result<S3Credentials> get(const Context& context) override {
    std::lock_guard lock(mutex_);
    const auto now = std::chrono::system_clock::now();
    if (current_.expires && *current_.expires - kRenewBefore > now) return current_.credentials;
    auto fetched = fetch_credentials(context, options_);
    if (fetched) {
      current_ = std::move(*fetched);
      if (!current_.expires) current_.expires = std::chrono::system_clock::time_point::max();
      return current_.credentials;
    }
    // The service that gives them may be away for a moment while the old ones still serve.
    if (current_.expires && *current_.expires > now) return current_.credentials;
    return fail(std::move(fetched).error());
  }

  void expire() override {
    std::lock_guard lock(mutex_);
    current_.expires = std::chrono::system_clock::time_point{};
  }

 private:
  const ChainOptions options_;
  std::mutex mutex_;
  FetchedCredentials current_;
};

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
}

Result<S3Credentials> parse_credentials_file(std::string_view text, const std::string& profile,
                                             const std::string& path) {
  S3Credentials credentials;
  bool inside = false;
  bool found = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      std::string_view name = trim(line.substr(1, line.find(']') - 1));
      if (name.starts_with("profile ")) name = trim(name.substr(8));
      inside = name == profile;
      found = found || inside;
      continue;
    }
    const std::size_t equals = line.find('=');
    if (!inside || equals == line.npos) continue;
    const std::string_view name = trim(line.substr(0, equals));
    const std::string value(trim(line.substr(equals + 1)));
    if (name == "aws_access_key_id") credentials.access_key_id = value;
    if (name == "aws_secret_access_key") credentials.secret_access_key = Secret(value);
    if (name == "aws_session_token") credentials.session_token = Secret(value);
  }
  if (!found) {
    return fail(Error(Fault::auth, fmt::format("{} has no profile '{}'", path, profile))
                    .with_code("store.no_credentials")
                    .with_fix("Name one that it has in AWS_PROFILE"));
  }
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return fail(
        Error(Fault::auth,
              fmt::format("profile '{}' of {} has no aws_access_key_id and aws_secret_access_key", profile, path))
            .with_code("store.no_credentials")
            .with_fix("For a profile that takes a role or single sign-on, export its temporary credentials "
                      "(aws configure export-credentials --format env) and run the same again"));
  }
  return credentials;
}

Result<FetchedCredentials> fetch_credentials(const Context& context, const ChainOptions& options) {
  if (auto found = TRY(file_credentials(options, options.credentials_file, true))) return *found;
  if (auto found = TRY(environment_credentials(options))) return *found;
  if (auto found = TRY(web_identity_credentials(context, options))) return *found;
  if (auto found = TRY(file_credentials(options, shared_file(options), false))) return *found;
  if (auto found = TRY(container_credentials(context, options))) return *found;
  if (auto found = TRY(instance_credentials(context, options))) return *found;
  return fail(
      Error(Fault::auth, "no S3 credentials were found")
          .with_code("store.no_credentials")
          .with_fix("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --credentials-file, or run where an "
                    "AWS role is attached"));
}

std::shared_ptr<CredentialSource> renewing_credentials(ChainOptions options, FetchedCredentials first) {
  return std::make_shared<RenewingCredentials>(std::move(options), std::move(first));
}

}  // namespace tranship::store::s3
