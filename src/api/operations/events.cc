// What there is, live.

#include "api/access/site.h"
#include "api/operations/operations.h"
#include "api/routing/schema.h"

namespace tranship::api {

std::vector<Operation> event_operations(const Site&) {
  std::vector<Operation> all;
  all.push_back({.method = "GET",
                 .path = "/events",
                 .name = "events",
                 .summary = "Server-sent events: reset (all of a kind), changed, removed, denied.",
                 .query = {{"namespace", schema::text(63)}},
                 .content_type = "text/event-stream",
                 .run = [](Call& call) -> Result<net::ServerResponse> {
                   const auto live = call.caller.live;
                   const std::string name_space = call.in_query("namespace");
                   return net::ServerResponse{
                       .content_type = "text/event-stream",
                       .headers = {{"X-Accel-Buffering", "no"}},
                       .stream = [live, name_space](const std::shared_ptr<net::ServerStream>& stream) {
                         stream->offer(": hello\n\n");
                         live->add(name_space, stream);
                       }};
                 }});
  return all;
}

}  // namespace tranship::api
