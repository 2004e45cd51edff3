// What there is, live.

#include "api/access/site.h"
#include "api/operations/operations.h"
#include "api/operations/typed_location.h"
#include "api/routing/schema.h"

namespace tranship::api {
namespace {

// A namespace as the pages list it (api/access/application_view.h).
Json application_schema() {
  using schema::text, schema::integer, schema::boolean, schema::list, schema::object;
  const Json workload = object({{"kind", text()}, {"name", text()}, {"ready", integer()}, {"desired", integer()}});
  const Json volume = object({{"name", text()}, {"storageClass", text()}, {"capacity", text()}, {"phase", text()}});
  return schema::named(
      "ApplicationView",
      object({{"metadata", object({{"name", text()}})},
              {"namespace", text()},
              {"state", schema::named("ApplicationState", schema::one_of({"Running", "NotReady", "Stopped", "Empty"}))},
              {"system", boolean()},
              {"labels", schema::map(text())},
              {"workloads", list(workload)},
              {"volumes", list(volume)},
              {"addresses", list(text())},
              {"createdAt?", schema::time()}}));
}

// The data of an event. "removed" names the object; "denied" says why there are none.
Json event_schema() {
  using schema::text, schema::object;
  const Json item = schema::either({application_schema(), schema::any()});
  return schema::named("LiveEvent", object({{"kind", text()},
                                            {"items?", schema::list(item)},
                                            {"item?", item},
                                            {"namespace?", text()},
                                            {"name?", text()},
                                            {"error?", error_schema()}}));
}

}  // namespace

std::vector<Operation> event_operations(const Site&) {
  std::vector<Operation> all;
  all.push_back({.method = "GET",
                 .path = "/events",
                 .name = "events",
                 .summary = "Server-sent events: reset (all of a kind), changed, removed, denied.",
                 .query = {{"namespace", schema::text(63)}},
                 .answer = event_schema(),
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
