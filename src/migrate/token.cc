#include "migrate/token.h"

#include <fmt/format.h>

#include "base/units.h"
#include "crypto/digest.h"

namespace tranship::migrate {
namespace {

constexpr std::string_view kTokenName = "tranship", kTargetName = "transhiptarget";
constexpr int kVersion = 1;
constexpr std::size_t kLengthBytes = 4, kChecksumBytes = 8;
constexpr const char* kFixAgain = "Copy the whole token once more; 'tranship token create' makes a new one";

Error refusal(std::string code, std::string what, std::string fix = kFixAgain) {
  return Error(Fault::invalid, std::move(what)).with_code(std::move(code)).with_fix(std::move(fix));
}

std::string url_alphabet(std::string base64) {
  while (base64.ends_with('=')) base64.pop_back();
  for (char& c : base64) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return base64;
}

// NAME VERSION _ base64url(length || content || checksum)
std::string wrap(std::string_view name, ByteView content) {
  Bytes body;
  for (int shift = 24; shift >= 0; shift -= 8) body.push_back(static_cast<std::uint8_t>(content.size() >> shift));
  body.insert(body.end(), content.begin(), content.end());
  const Id digest = crypto::sha256(content);
  body.insert(body.end(), digest.bytes.begin(), digest.bytes.begin() + kChecksumBytes);
  return fmt::format("{}{}_{}", name, kVersion, url_alphabet(to_base64(body)));
}

std::string without_space(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t' && c != '"' && c != '\'') out += c;
  }
  return out;
}

// The digits of the version behind the name; nothing when the text is of another kind.
std::optional<int> version_of(std::string_view text, std::string_view name) {
  if (!text.starts_with(name)) return std::nullopt;
  text.remove_prefix(name.size());
  int version = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digits < 4 && text[digits] >= '0' && text[digits] <= '9') {
    version = version * 10 + (text[digits++] - '0');
  }
  if (digits == 0 || digits == text.size() || text[digits] != '_') return std::nullopt;
  return version;
}

Result<Bytes> unwrap(std::string_view pasted, std::string_view name, std::string_view called) {
  const std::string text = without_space(pasted);
  const auto version = version_of(text, name);
  if (!version) {
    return fail(refusal("token.none", fmt::format("this is not a {}: one begins with {}{}_", called, name, kVersion)));
  }
  if (*version > kVersion) {
    return fail(
        refusal("token.version",
                fmt::format("this {} has version {}; this Tranship knows version {}", called, *version, kVersion),
                "Update tranship on this side, or have it made by the version that runs here"));
  }
  const auto cut = [&](std::size_t there, std::size_t whole) {
    return fail(
        refusal("token.cut", fmt::format("the {} is cut short: {} of {} bytes are there", called, there, whole)));
  };
  std::string_view encoded = text;
  encoded.remove_prefix(encoded.find('_') + 1);
  // One letter left over is half of a byte: the rest was cut off.
  if (encoded.size() % 4 == 1) encoded.remove_suffix(1);
  const auto body = from_base64(encoded);
  if (!body) return fail(refusal("token.changed", fmt::format("the {} has characters that do not belong", called)));
  if (body->size() < kLengthBytes) return cut(body->size(), kLengthBytes);
  std::size_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) length = length << 8 | (*body)[i];
  const std::size_t whole = kLengthBytes + length + kChecksumBytes;
  if (length > kTokenBytesMax) return fail(refusal("token.changed", fmt::format("the {} was changed", called)));
  if (body->size() < whole) return cut(body->size(), whole);
  const Bytes content(body->begin() + kLengthBytes, body->begin() + kLengthBytes + static_cast<std::ptrdiff_t>(length));
  const Id digest = crypto::sha256(content);
  const bool same = std::equal(digest.bytes.begin(), digest.bytes.begin() + kChecksumBytes,
                               body->begin() + kLengthBytes + static_cast<std::ptrdiff_t>(length));
  if (!same || body->size() > whole) {
    return fail(refusal("token.changed", fmt::format("the {} was changed: its checksum does not fit", called)));
  }
  return content;
}

Json content_json(const TransferToken& token) {
  Json location = store::to_json(token.location);
  if (!token.has_credentials()) location.erase("credentials");
  Json content = {{"application", token.application}, {"cluster", token.cluster},
                  {"created", token.created},         {"key", token.key},
                  {"folder", token.folder},           {"location", std::move(location)}};
  content["password"] = std::string(token.password.reveal());
  if (!token.expires.empty()) content["expires"] = token.expires;
  return content;
}

Result<TransferToken> token_from_json(const Json& content) {
  TransferToken token;
  token.application = json_string(content, {"application"});
  token.cluster = json_string(content, {"cluster"});
  token.created = json_string(content, {"created"});
  token.expires = json_string(content, {"expires"});
  token.key = json_string(content, {"key"});
  token.folder = json_string(content, {"folder"});
  token.password = Secret(json_string(content, {"password"}));
  const Json& location = json_at(content, {"location"});
  if (token.application.empty() || token.password.empty() || token.folder.empty() || !location.is_object()) {
    return fail(refusal("token.changed", "the token lacks the application, its key or its location"));
  }
  token.location = TRY_IN("location of the token", store::location_from_json(location));
  if (!token.expires.empty()) TRY_IN("end of the token", parse_time(token.expires));
  return token;
}

}  // namespace

std::string target_text(const crypto::BoxPublicKey& key) {
  return wrap(kTargetName, key);
}

Result<crypto::BoxPublicKey> parse_target(std::string_view text) {
  const Bytes content = TRY(unwrap(text, kTargetName, "target's name"));
  crypto::BoxPublicKey key;
  if (content.size() != key.size()) return fail(refusal("token.changed", "the target's name was changed"));
  std::copy(content.begin(), content.end(), key.begin());
  return key;
}

std::string target_name(const crypto::BoxPublicKey& key) {
  return to_hex(ByteView(key).first(6));
}

Result<Secret> token_text(const TransferToken& token, const std::optional<crypto::BoxPublicKey>& target) {
  std::string content = to_text(content_json(token));
  if (target) {
    const Bytes box = TRY(crypto::seal_box(*target, as_bytes(content)));
    content = to_text({{"target", target_name(*target)}, {"box", to_base64(box)}});
  }
  if (content.size() > kTokenBytesMax) {
    return fail(Fault::invalid, fmt::format("a token of {} is too long to be pasted", format_bytes(content.size())));
  }
  return Secret(wrap(kTokenName, as_bytes(content)));
}

Result<TransferToken> parse_token(const Secret& text, const crypto::BoxKeyPair* own) {
  const Bytes content = TRY(unwrap(text.reveal(), kTokenName, "transfer token"));
  const auto unreadable = [] { return fail(refusal("token.changed", "the token's content is not readable")); };
  const auto parsed = parse_json(as_text(content));
  if (!parsed || !parsed->is_object()) return unreadable();
  if (!parsed->contains("box")) return token_from_json(*parsed);
  const std::string target = json_string(*parsed, {"target"});
  const auto box = from_base64(json_string(*parsed, {"box"}));
  if (!box) return unreadable();
  const auto plain = own != nullptr ? crypto::open_box(*own, *box) : Result<Bytes>(fail(Fault::auth, "no key"));
  if (!plain) {
    const std::string here =
        own != nullptr ? "this is target " + target_name(own->public_key) : "this target has no key";
    return fail(Error(Fault::auth, fmt::format("the token is sealed for target {}; {}", target, here))
                    .with_code("token.sealed")
                    .with_fix("Run 'tranship token target' here and have a token made for what it prints"));
  }
  const auto opened = parse_json(as_text(*plain));
  if (!opened || !opened->is_object()) return unreadable();
  return token_from_json(*opened);
}

Result<void> check_not_expired(const TransferToken& token, std::chrono::system_clock::time_point now) {
  if (token.expires.empty()) return {};
  const auto end = TRY(parse_time(token.expires));
  if (now < end) return {};
  return fail(Error(Fault::auth, fmt::format("the transfer token of {} ended on {}", token.application, token.expires))
                  .with_code("token.expired")
                  .with_fix("Have a new one made where the application was exported: tranship token create"));
}

}  // namespace tranship::migrate
