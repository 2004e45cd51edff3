#include "cli/display/action.h"

#include <fmt/format.h>

#include "base/units.h"
#include "cli/command.h"
#include "cli/terminal.h"

namespace tranship::cli {
namespace {

namespace api = controller::api;

volume::VolumeProgress::State state_of(api::VolumeState state) {
  using To = volume::VolumeProgress::State;
  switch (state) {
    case api::VolumeState::waiting:
      return To::waiting;
    case api::VolumeState::snapshot:
      return To::snapshot;
    case api::VolumeState::starting:
      return To::starting;
    case api::VolumeState::running:
      return To::running;
    case api::VolumeState::restarting:
      return To::restarting;
    case api::VolumeState::done:
      return To::done;
    case api::VolumeState::failed:
      return To::failed;
  }
  return To::waiting;
}

volume::VolumeProgress progress_of(const api::VolumeProgress& volume) {
  volume::VolumeProgress progress;
  progress.claim = volume.name;
  progress.state = state_of(volume.state.value_or(api::VolumeState::waiting));
  progress.bytes.bytes_done = static_cast<std::uint64_t>(std::max<std::int64_t>(0, volume.bytes_done.value_or(0)));
  progress.bytes.bytes_total = static_cast<std::uint64_t>(std::max<std::int64_t>(0, volume.bytes_total.value_or(0)));
  progress.detail = volume.message.value_or("");
  return progress;
}

std::string kind_of(const Json& action) {
  return json_string(action, {"kind"});
}

std::string name_of(const Json& action) {
  return json_string(action, {"metadata", "name"});
}

}  // namespace

std::string action_text(const Session& session, const Json& action) {
  const auto text = [&](std::initializer_list<std::string_view> path) { return printable(json_string(action, path)); };
  const std::string name = name_of(action);
  if (kind_of(action) == "Export") {
    return session.text("action.exported", text({"status", "restorePoint", "name"}), text({"spec", "location", "name"}),
                        format_bytes(static_cast<std::uint64_t>(json_integer(action, {"status", "bytesStored"}))));
  }
  if (kind_of(action) == "Import") {
    return session.text("action.imported", json_integer(action, {"status", "restorePoints"}),
                        json_integer(action, {"status", "added"}), text({"status", "newest", "name"}));
  }
  if (kind_of(action) == "Restore") {
    const std::string target = text({"status", "targetNamespace"});
    const std::string address = text({"status", "address"});
    return address.empty() ? session.text("action.restored", text({"status", "restorePoint", "name"}), target)
                           : session.text("action.restored.at", text({"status", "restorePoint", "name"}), target,
                                          address);
  }
  return session.text("action.done", kind_of(action), name);
}

controller::setup::Follower ActionDisplay::follower() {
  return {.changed = [this](const Json& action) { show(action); },
          .silent = [this] { session_.warn(session_.text("action.silent")); }};
}

void ActionDisplay::show(const Json& action) {
  const auto status = api::from_json<api::ActionStatus>(json_at(action, {"status"}));
  if (!status) return;  // of a newer controller: its end is read all the same
  const std::string own = kind_of(action) + "/" + name_of(action);
  if (own != action_) {
    done();
    action_ = own;
    lines_.emplace(session_);
    session_.note(session_.text("action.begins", kind_of(action), name_of(action)));
  }
  if (status->step && api::name_of(*status->step) != step_) {
    step_ = api::name_of(*status->step);
    session_.note(session_.text("phase." + step_));
  }
  if (status->progress) {
    for (const auto& volume : status->progress->volumes) lines_->volume(progress_of(volume));
    lines_->objects(static_cast<std::size_t>(status->progress->objects_done.value_or(0)),
                    static_cast<std::size_t>(status->progress->objects_total.value_or(0)));
  }
  for (const auto& condition : status->conditions) {
    if (condition.type != "Complete" || condition.reason != "Waiting" || condition.message == waiting_) continue;
    waiting_ = condition.message;
    session_.note(session_.text("ready.waiting", printable(waiting_)));
  }
}

void ActionDisplay::done() {
  lines_.reset();
  action_.clear();
  step_.clear();
  waiting_.clear();
}

void print_action(Session& session, const Json& action) {
  if (!controller::setup::failure_of(action)) session.print(action_text(session, action));
}

Json action_json(const Json& action) {
  Json found{{"kind", kind_of(action)},
             {"name", name_of(action)},
             {"namespace", json_string(action, {"metadata", "namespace"})}};
  for (const char* field : {"phase", "restorePoint", "restorePoints", "added", "newest", "bytesStored", "address",
                            "targetNamespace", "tokenSecret", "error", "warnings"}) {
    const Json& value = json_at(action, {"status", field});
    if (!value.is_null()) found[field] = value;
  }
  return found;
}

int conclude(Session& session, const std::vector<Json>& actions) {
  int code = kExitSuccess;
  for (const Json& action : actions) {
    for (const Json& warning : json_at(action, {"status", "warnings"})) {
      if (warning.is_string()) session.warn(printable(warning.get<std::string>()));
    }
    const auto failure = controller::setup::failure_of(action);
    if (!failure) continue;
    session.print_error(*failure);
    if (code == kExitSuccess) code = failure->code() == "plan.blocked" ? kExitBlocked : exit_code_of(*failure);
  }
  return code;
}

}  // namespace tranship::cli
