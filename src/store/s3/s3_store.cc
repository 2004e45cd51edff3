#include "store/s3/s3_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "crypto/digest.h"
#include "store/key.h"
#include "store/s3/xml.h"

namespace tranship::store::s3 {
namespace {

std::optional<std::uint64_t> content_length(const net::Headers& headers) {
  const std::string text = net::header(headers, "content-length");
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || status != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Collects the body of a GET into the caller's buffer; never more than the caller can expect.
class BodyBuffer {
 public:
  BodyBuffer(Bytes& out, std::optional<ByteRange> range, std::uint64_t bytes_max)
      : out_(out), range_(range), bytes_max_(range ? range->length : bytes_max) {
    out_.clear();
  }

  void start(int status, const net::Headers& headers) {
    status_ = status;
    out_.clear();
    expected_ = content_length(headers);
    out_.reserve(std::min(expected_.value_or(0), bytes_max_));
  }

  bool append(ByteView piece) {
    if (piece.size() > bytes_max_ - out_.size()) return too_much_ = true, false;
    out_.insert(out_.end(), piece.begin(), piece.end());
    return true;
  }

  bool too_much() const { return too_much_; }

  Result<void> check(const std::string& name) const {
    if (range_ && status_ != 206 && out_.size() != range_->length) {
      return fail(Fault::permanent, fmt::format("{}: the server does not answer range requests", name));
    }
    const std::uint64_t expected = range_ ? range_->length : expected_.value_or(out_.size());
    if (range_ && expected_ && *expected_ < expected) {
      return fail(Fault::corrupt, fmt::format("{} is shorter than the {} bytes asked for at {}", name,
                                              range_->length, range_->offset));
    }
    if (out_.size() == expected) return {};
    return fail(Fault::retryable,
                fmt::format("{}: the answer ended after {} of {} bytes", name, out_.size(), expected));
  }

 private:
  Bytes& out_;
  const std::optional<ByteRange> range_;
  const std::uint64_t bytes_max_;
  std::optional<std::uint64_t> expected_;
  int status_ = 0;
  bool too_much_ = false;
};

}  // namespace

S3Store::S3Store(Location location, S3Options options)
    : options_(std::move(options)), client_(std::move(location), options_) {}

std::string S3Store::full_key(const std::string& key) const {
  const std::string& prefix = client_.location().prefix;
  return prefix.empty() ? key : prefix + "/" + key;
}

std::string S3Store::describe() const {
  const Location& location = client_.location();
  return location.endpoint.empty() ? location.address()
                                   : fmt::format("{} at {}", location.address(), location.endpoint);
}

Result<void> S3Store::put(const Context& context, const std::string& key, ByteView data, const Id* digest) {
  TRY(check_key(key));
  if (data.size() > options_.single_put_bytes_max) return put_parts(context, key, data);
  const Id computed = digest != nullptr ? *digest : crypto::sha256(data);
  Call call{"PUT", full_key(key), "s3:PutObject"};
  call.headers = {{"content-type", "application/octet-stream"},
                  {"x-amz-checksum-sha256", to_base64(computed.bytes)}};
  call.body = data;
  call.body_digest = &computed;
  TRY(client_.send(context, call));
  return {};
}

Result<void> S3Store::create(const Context& context, const std::string& key, ByteView data) {
  const std::string object = client_.object_name({"PUT", full_key(key), "s3:PutObject"});
  // Before and after, for servers that do not know the condition in between.
  const auto there = stat(context, key);
  if (there) return fail(exists_already(object));
  if (there.error().fault() != Fault::not_found) return fail(there.error());
  const Id digest = crypto::sha256(data);
  Call call{"PUT", full_key(key), "s3:PutObject"};
  call.headers = {{"content-type", "application/octet-stream"},
                  {"if-none-match", "*"},
                  {"x-amz-checksum-sha256", to_base64(digest.bytes)}};
  call.body = data;
  call.body_digest = &digest;
  const auto sent = client_.send(context, call);
  if (!sent && sent.error().fault() == Fault::conflict) return fail(exists_already(object));
  if (!sent && sent.error().code() != "store.not_implemented") return fail(sent.error());
  if (!sent) TRY(put(context, key, data, &digest));
  Bytes back;
  TRY(get(context, key, std::nullopt, back));
  if (!std::ranges::equal(back, data)) return fail(exists_already(object));
  return {};
}

Result<void> S3Store::get(const Context& context, const std::string& key, std::optional<ByteRange> range,
                          Bytes& out) {
  TRY(check_key(key));
  if (range && range->length == 0) {
    const ObjectInfo info = TRY(stat(context, key));
    out.clear();
    if (range->offset <= info.size) return {};
    return fail(Fault::corrupt, fmt::format("{} has {} bytes, none at {}", key, info.size, range->offset));
  }
  Call call{"GET", full_key(key), "s3:GetObject"};
  if (range) {
    const std::uint64_t last = range->offset + range->length - 1;
    if (last < range->offset || range->length > options_.object_bytes_max) {
      return fail(Fault::corrupt,
                  fmt::format("{}: no object has {} bytes at {}", key, range->length, range->offset));
    }
    call.headers = {{"range", fmt::format("bytes={}-{}", range->offset, last)}};
  }
  BodyBuffer body(out, range, options_.object_bytes_max);
  call.on_headers = [&](int status, const net::Headers& headers) { body.start(status, headers); };
  call.sink = [&](ByteView piece) { return body.append(piece); };
  auto response = client_.send(context, call);
  if (body.too_much()) {
    return fail(Fault::permanent, fmt::format("{}: the server sent more than was asked for or allowed", key));
  }
  if (!response) return fail(std::move(response).error());
  return body.check(client_.object_name(call));
}

Result<ObjectInfo> S3Store::stat(const Context& context, const std::string& key) {
  TRY(check_key(key));
  const auto response = TRY(client_.send(context, {"HEAD", full_key(key), "s3:GetObject"}));
  const auto size = content_length(response.headers);
  if (!size) return fail(Fault::permanent, key + ": the server does not tell the object's size");
  return ObjectInfo{key, *size};
}

Result<void> S3Store::list(const Context& context, const std::string& prefix,
                           const std::function<void(const ObjectInfo&)>& object) {
  const std::string base = full_key("");
  std::string token;
  do {
    Call call{"GET", "", "s3:ListBucket"};
    call.query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", base + prefix}};
    if (!token.empty()) call.query.emplace_back("continuation-token", token);
    const auto page = TRY(retry(context, options_.page_retry, [&]() -> Result<ListPage> {
      const auto response = TRY(client_.send(context, call));
      return parse_list(response.body);
    }));
    if (!page.next_token.empty() && page.next_token == token) {
      return fail(Fault::corrupt, describe() + ": the object list does not advance");
    }
    for (const ObjectInfo& info : page.objects) {
      // A key that ends with '/' is a folder made by some console; no object of ours.
      if (!info.key.starts_with(base) || info.key.ends_with('/')) continue;
      object({info.key.substr(base.size()), info.size});
    }
    token = page.next_token;
  } while (!token.empty());
  return {};
}

Result<void> S3Store::remove(const Context& context, const std::string& key) {
  TRY(check_key(key));
  auto response = client_.send(context, {"DELETE", full_key(key), "s3:DeleteObject"});
  if (!response && response.error().fault() != Fault::not_found) return fail(std::move(response).error());
  return {};
}

}  // namespace tranship::store::s3
