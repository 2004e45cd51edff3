#include "kube/watch_line.h"

namespace tranship::kube {
namespace {

Error status_error(const Json& status) {
  const auto code = json_integer(status, {"code"});
  const std::string reason = json_string(status, {"reason"});
  const Fault fault = code == 410 || reason == "Expired" || reason == "Gone" ? Fault::conflict
                      : code == 401 || code == 403                           ? Fault::auth
                      : code == 429 || code >= 500                           ? Fault::retryable
                                                                             : Fault::permanent;
  return Error(fault, "the watch ended: " + json_string(status, {"message"})).with_code("kube." + reason);
}

WatchLineType type_of(const std::string& name) {
  if (name == "ADDED") return WatchLineType::added;
  if (name == "MODIFIED") return WatchLineType::modified;
  if (name == "DELETED") return WatchLineType::deleted;
  return WatchLineType::other;
}

}  // namespace

Result<WatchLine> parse_watch_line(std::string_view line) {
  // A connection cut inside a line leaves JSON that ends early: the same as any cut.
  auto event = parse_json(line);
  if (!event) return fail(Fault::retryable, "a watch event was cut");
  const std::string type = json_string(*event, {"type"});
  if (type == "ERROR") return fail(status_error(json_at(*event, {"object"})));
  if (!json_at(*event, {"object"}).is_object()) return fail(Fault::retryable, "a watch event without an object");
  WatchLine result{type_of(type), json_string(*event, {"object", "metadata", "resourceVersion"}), {}};
  result.object = std::move((*event)["object"]);
  return result;
}

}  // namespace tranship::kube
