#include "restore/put.h"

#include "app/pointer.h"
#include "restore/refusal.h"

namespace tranship::restore {
namespace {

void collect_dropped(const Json& sent, const Json& answer, const std::string& path, std::vector<std::string>& out) {
  constexpr std::size_t kPathsMax = 20;
  if (out.size() >= kPathsMax) return;
  if (sent.is_object() && answer.is_object()) {
    for (const auto& [key, value] : sent.items()) {
      const std::string at = path + "/" + app::pointer_token(key);
      const auto found = answer.find(key);
      if (found != answer.end()) {
        collect_dropped(value, *found, at, out);
      } else if (!value.is_null()) {
        out.push_back(at);
      }
    }
  } else if (sent.is_array() && answer.is_array() && sent.size() == answer.size()) {
    for (std::size_t i = 0; i < sent.size(); ++i) {
      collect_dropped(sent[i], answer[i], path + "/" + std::to_string(i), out);
    }
  }
}

Result<Json> put_otherwise(const Context& context, kube::Client& client, const kube::ResourceType& type,
                           const Json& object, const PutOptions& options) {
  const kube::WriteOptions write{.dry_run = options.dry_run};
  if (!options.exists) {
    auto created = client.create(context, type, object, write);
    if (created || created.error().code() != "kube.AlreadyExists") return created;
  }
  const auto reference = kube::ObjectReference::of(object);
  return client.patch(context, type, reference.name_space, reference.name, kube::PatchKind::merge, object, write);
}

}  // namespace

Result<Put> put(const Context& context, kube::Client& client, const kube::ResourceType& type, Json object,
                const PutOptions& options) {
  Put done;
  const kube::WriteOptions write{.dry_run = options.dry_run, .force = true};
  auto applied = client.apply(context, type, object, write);
  if (!applied && is_invalid(applied.error())) {
    if (std::string note = drop_refused_node_ports(object, applied.error()); !note.empty()) {
      done.notes.push_back(std::move(note));
      applied = client.apply(context, type, object, write);
    }
  }
  if (!applied && is_invalid(applied.error())) {
    auto other_way = put_otherwise(context, client, type, object, options);
    // The refusal of the merge says why it cannot be; that of the second way only that it cannot either.
    if (!other_way && options.exists) return fail(std::move(applied).error());
    applied = std::move(other_way);
  }
  if (!applied) return fail(std::move(applied).error());
  done.answer = *std::move(applied);
  return done;
}

std::vector<std::string> dropped_fields(const Json& sent, const Json& answer) {
  std::vector<std::string> paths;
  for (const auto& [key, value] : sent.items()) {
    if (key == "metadata" || key == "apiVersion" || key == "kind") continue;
    const auto found = answer.find(key);
    if (found == answer.end()) {
      if (!value.is_null() && !value.empty()) paths.push_back("/" + key);
    } else {
      collect_dropped(value, *found, "/" + key, paths);
    }
  }
  return paths;
}

}  // namespace tranship::restore
