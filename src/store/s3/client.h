#pragma once
// One signed S3 request: where the bucket is, the signature, the credentials' renewal, and the answer's errors.

#include <chrono>
#include <functional>
#include <string>

#include "net/http.h"
#include "store/location.h"
#include "store/retry.h"
#include "store/s3/sign.h"

namespace tranship::store::s3 {

struct S3Options {
  std::uint64_t single_put_bytes_max = 64u << 20;  // larger objects go in parts
  std::uint64_t part_bytes = 32u << 20;
  int parts_parallel = 4;
  std::uint64_t object_bytes_max = 1u << 30;  // of an object read whole
  RetryPolicy page_retry;                     // of each page of list(), and of each part
  std::chrono::milliseconds idle_timeout{30'000};
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
};

struct Call {
  std::string method;
  std::string key;     // whole key in the bucket, not encoded; empty: the bucket
  std::string action;  // the right it needs: "s3:PutObject"
  Pairs query;
  net::Headers headers;
  ByteView body;
  const Id* body_digest = nullptr;  // SHA-256 of `body`; computed when null
  std::function<bool(ByteView)> sink;
  std::function<void(int, const net::Headers&)> on_headers;
};

// Thread-safe.
class Client {
 public:
  Client(Location location, const S3Options& options);
  // A 2xx answer; everything else is an error (see store/s3/error.h). `call` is sent once, twice when credentials were
  // renewed.
  Result<net::HttpResponse> send(const Context& context, const Call& call);
  const Location& location() const { return location_; }
  // "s3://bucket/key"
  std::string object_name(const Call& call) const;

 private:
  Result<net::HttpResponse> send_once(const Context& context, const Call& call, const S3Credentials& credentials,
                                      const Id& digest);

  const Location location_;
  const std::function<std::chrono::system_clock::time_point()> now_;
  const std::chrono::milliseconds idle_timeout_;
  std::string scheme_and_host_;  // "https://bucket.s3.eu-central-1.amazonaws.com"
  std::string host_;             // as the Host header has it
  std::string path_;             // before the key, encoded: "/" or "/bucket/"
  net::HttpClient http_;
};

}  // namespace tranship::store::s3
