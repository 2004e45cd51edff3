#pragma once
// What an S3 answer that is not a success means: the fault, one sentence and the fix.

#include <chrono>
#include <string>

#include "net/http.h"
#include "store/location.h"

namespace tranship::store::s3 {

// What was asked, for the texts and for the right that is missing.
struct Asked {
  std::string action;  // "s3:PutObject"
  std::string object;  // "s3://bucket/key", or the bucket's address
};

Error answer_error(const Location& location, const Asked& asked, const net::HttpResponse& response,
                   std::chrono::system_clock::time_point now);
// The same for an error that came inside a 200 answer (CompleteMultipartUpload).
Error code_error(const Location& location, const Asked& asked, const std::string& code, const std::string& message);

}  // namespace tranship::store::s3
