#pragma once
// The API of the pages as a handler of HTTP requests: sessions, checks, operations. The same for the controller in a
// cluster and for `tranship dashboard` on somebody's machine.

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "api/access/site.h"
#include "api/routing/router.h"

namespace tranship::api {

// Every operation, in one table.
std::vector<Operation> all_operations(const Site& site);

class Server {
 public:
  using Pages = std::function<net::ServerResponse(const net::ServerRequest&)>;
  // `pages`: what answers GETs outside of /api.
  Server(Site site, Pages pages);
  ~Server();
  net::ServerResponse answer(const net::ServerRequest& request);

 private:
  // The address that `tranship dashboard` prints: its key becomes a cookie and leaves the address.
  net::ServerResponse enter(const net::ServerRequest& request);
  net::ServerResponse answer_api(const net::ServerRequest& request);
  Result<net::ServerResponse> run(const net::ServerRequest& request);
  Result<void> check_rights(const Context& context, Caller& caller, const Route& route);

  const Site site_;
  const Pages pages_;
  const Router router_;
  std::jthread tidier_;
};

}  // namespace tranship::api
