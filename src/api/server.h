#pragma once
// The API of the pages as a handler of HTTP requests: sessions, checks, operations. The same for the controller in a
// cluster and for `tranship dashboard` on somebody's machine.

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "api/router.h"
#include "api/sessions.h"

namespace tranship::api {

// Where the API stands, for its operations. Outlives them.
struct Site {
  Context context;  // stops when the program ends
  std::string system_namespace = "tranship";
  std::string cluster;  // its name, for people
  bool local = false;   // `tranship dashboard`
  // Reads what callers may not read themselves although they may use it: Secrets of shared locations. Null: callers
  // read them, with their own rights.
  std::shared_ptr<kube::Client> own_client;
  std::unique_ptr<Sessions> sessions;

  kube::Client& client_for(const Caller& caller) const { return own_client ? *own_client : *caller.client; }
};

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
