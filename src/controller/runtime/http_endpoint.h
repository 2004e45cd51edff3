#pragma once
// The few pages that probes and scrapes ask for: GET without a body, one small answer, and the connection ends. One
// thread serves all of them; a client that is slow or sends nonsense is dropped and disturbs nobody.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"

namespace tranship::controller {

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

class HttpEndpoint {
 public:
  // `path` without its query. Called on the endpoint's thread: be quick.
  using Handler = std::function<HttpAnswer(const std::string& path)>;
  // `address`: "0.0.0.0:8080", "[::]:8080", "127.0.0.1:0" (any free port). Fault::invalid when it is none, permanent
  // when it is taken.
  static Result<std::unique_ptr<HttpEndpoint>> listen(const std::string& address, Handler handler);
  ~HttpEndpoint();
  std::uint16_t port() const;

 private:
  struct Loop;
  explicit HttpEndpoint(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

}  // namespace tranship::controller
