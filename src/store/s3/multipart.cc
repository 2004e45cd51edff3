// Large objects in parts: several at once, all or nothing.

#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "crypto/digest.h"
#include "store/s3/error.h"
#include "store/s3/s3_store.h"

namespace tranship::store::s3 {
namespace {

// A failed upload keeps its parts, and their cost, until it is aborted: try even when the caller's time is over.
constexpr auto kAbortTimeout = std::chrono::seconds(10);

}  // namespace

Result<void> S3Store::put_parts(const Context& context, const std::string& key, ByteView data) {
  Call start{"POST", full_key(key), "s3:PutObject"};
  start.query = {{"uploads", ""}};
  start.headers = {{"content-type", "application/octet-stream"}, {"x-amz-checksum-algorithm", "SHA256"}};
  const auto response = TRY(client_.send(context, start));
  const std::string upload_id = TRY_IN(client_.object_name(start), parse_upload_id(response.body));
  auto parts = upload_parts(context, key, upload_id, data);
  Result<void> done;
  if (parts) {
    done = complete_upload(context, key, upload_id, *parts);
  } else {
    done = fail(std::move(parts).error());
  }
  if (done) return done;
  Call abort{"DELETE", full_key(key), "s3:AbortMultipartUpload"};
  abort.query = {{"uploadId", upload_id}};
  const auto aborted = client_.send(Context().with_timeout(kAbortTimeout), abort);
  if (!aborted && aborted.error().fault() != Fault::not_found) {
    Error error = std::move(done).error();
    std::string fix = error.fix() + (error.fix().empty() ? "" : ". ") +
                      "Parts already sent could not be removed: abort incomplete multipart uploads of the bucket";
    return fail(std::move(error).with_fix(std::move(fix)));
  }
  return done;
}

Result<std::vector<Part>> S3Store::upload_parts(const Context& context, const std::string& key,
                                                const std::string& upload_id, ByteView data) {
  const std::size_t count = (data.size() + options_.part_bytes - 1) / options_.part_bytes;
  std::vector<Part> parts(count);
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Error> failure;
  std::stop_source stop;
  const Context all = context.with_stop(stop.get_token());

  const auto upload_one = [&](std::size_t index) -> Result<void> {
    const ByteView body =
        data.subspan(index * options_.part_bytes,
                     std::min<std::size_t>(options_.part_bytes, data.size() - index * options_.part_bytes));
    const Id digest = crypto::sha256(body);
    Part& part = parts[index];
    part.number = static_cast<int>(index) + 1;
    part.checksum = to_base64(digest.bytes);
    Call call{"PUT", full_key(key), "s3:PutObject"};
    call.query = {{"partNumber", std::to_string(part.number)}, {"uploadId", upload_id}};
    call.headers = {{"x-amz-checksum-sha256", part.checksum}};
    call.body = body;
    call.body_digest = &digest;
    const auto response = TRY(retry(all, options_.page_retry, [&] { return client_.send(all, call); }));
    part.etag = net::header(response.headers, "etag");
    if (part.etag.empty()) return fail(Fault::permanent, "the server gave no ETag for a part of " + key);
    return {};
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < options_.parts_parallel; ++i) {
      workers.emplace_back([&] {
        for (std::size_t index = next++; index < count; index = next++) {
          auto result = upload_one(index);
          if (result) continue;
          std::lock_guard lock(mutex);
          if (!failure) failure = std::move(result).error();
          stop.request_stop();
          return;
        }
      });
    }
  }
  if (failure) return fail(std::move(*failure));
  return parts;
}

Result<void> S3Store::complete_upload(const Context& context, const std::string& key, const std::string& upload_id,
                                      const std::vector<Part>& parts) {
  const std::string body = complete_upload_xml(parts);
  Call call{"POST", full_key(key), "s3:PutObject"};
  call.query = {{"uploadId", upload_id}};
  call.headers = {{"content-type", "application/xml"}};
  call.body = as_bytes(body);
  const auto response = TRY(client_.send(context, call));
  // S3 sends the status before it joins the parts, so that a failure comes as a body.
  if (const auto error = parse_error(response.body)) {
    return fail(
        code_error(client_.location(), {call.action, client_.object_name(call)}, error->code, error->message));
  }
  return {};
}

}  // namespace tranship::store::s3
