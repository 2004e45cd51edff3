#include "store/s3/sign.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "crypto/digest.h"

namespace tranship::store::s3 {
namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// Trimmed, and runs of spaces as one.
std::string canonical_value(std::string_view value) {
  std::string result;
  for (const char c : value) {
    const bool space = c == ' ' || c == '\t';
    if (space && (result.empty() || result.back() == ' ')) continue;
    result += space ? ' ' : c;
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

struct CanonicalHeaders {
  std::string lines;         // "host:example\nx-amz-date:...\n"
  std::string signed_names;  // "host;x-amz-date"
};

CanonicalHeaders canonical_headers(const Pairs& headers) {
  Pairs sorted;
  for (const auto& [name, value] : headers) sorted.emplace_back(lower(name), canonical_value(value));
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  CanonicalHeaders result;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i].first == sorted[i - 1].first) {
      result.lines.back() = ',';
      result.lines += sorted[i].second + "\n";
      continue;
    }
    result.lines += fmt::format("{}:{}\n", sorted[i].first, sorted[i].second);
    result.signed_names += (i > 0 ? ";" : "") + sorted[i].first;
  }
  return result;
}

Id signing_key(const S3Credentials& credentials, std::string_view date, std::string_view region,
               std::string_view service) {
  const Secret seed("AWS4" + std::string(credentials.secret_access_key.reveal()));
  Id key = crypto::hmac_sha256(as_bytes(seed.reveal()), as_bytes(date));
  key = crypto::hmac_sha256(key.bytes, as_bytes(region));
  key = crypto::hmac_sha256(key.bytes, as_bytes(service));
  return crypto::hmac_sha256(key.bytes, as_bytes("aws4_request"));
}

}  // namespace

std::string uri_encode(std::string_view text, bool keep_slash) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slash && c == '/')) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return result;
}

std::string canonical_query(const Pairs& query) {
  Pairs encoded;
  for (const auto& [name, value] : query) encoded.emplace_back(uri_encode(name, false), uri_encode(value, false));
  std::sort(encoded.begin(), encoded.end());
  std::string result;
  for (const auto& [name, value] : encoded) {
    if (!result.empty()) result += '&';
    result += name + "=" + value;
  }
  return result;
}

std::string amz_time(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string authorization(const S3Credentials& credentials, std::string_view region, std::string_view service,
                          std::chrono::system_clock::time_point time, const SignInput& input) {
  const CanonicalHeaders headers = canonical_headers(input.headers);
  const std::string request =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", input.method, input.path, canonical_query(input.query), headers.lines,
                  headers.signed_names, input.payload_hash);
  const std::string timestamp = amz_time(time);
  const std::string date = timestamp.substr(0, 8);
  const std::string scope = fmt::format("{}/{}/{}/aws4_request", date, region, service);
  const std::string text =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", timestamp, scope, crypto::sha256(as_bytes(request)).hex());
  const Id key = signing_key(credentials, date, region, service);
  const std::string signature = crypto::hmac_sha256(key.bytes, as_bytes(text)).hex();
  return fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}", credentials.access_key_id,
                     scope, headers.signed_names, signature);
}

}  // namespace tranship::store::s3
