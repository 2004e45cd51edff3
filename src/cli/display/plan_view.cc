#include "cli/display/plan_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "cli/terminal.h"

namespace tranship::cli {
namespace {

Style style_of(restore::Action action) {
  switch (action) {
    case restore::Action::create:
    case restore::Action::update: return Style::good;
    case restore::Action::blocked: return Style::bad;
    case restore::Action::conflict: return Style::warning;
    case restore::Action::unchanged:
    case restore::Action::skip: return Style::faint;
  }
  return Style::plain;
}

void print_object(Session& session, const restore::PlanItem& line) {
  const std::string action = session.text(fmt::format("plan.action.{}", restore::action_name(line.action)));
  std::string text =
      fmt::format("  {} {}", session.styled(style_of(line.action), action), line.item.reference().to_string());
  if (!line.reason.empty()) text += ": " + line.reason;
  session.print(text);
  if (!line.fix.empty()) session.print("      " + session.text("plan.fix", line.fix));
}

void print_volume(Session& session, const migrate::VolumePlan& line) {
  const bool blocked = line.action == "blocked";
  std::string text = fmt::format("  {} {} {}", session.styled(blocked ? Style::bad : Style::good,
                                                              session.text("plan.action." + line.action)),
                                 session.text("plan.volume", line.claim), line.capacity);
  if (!line.storage_class.empty()) text += fmt::format(" [{}]", line.storage_class);
  if (line.bytes > 0) text += ", " + format_bytes(line.bytes);
  if (!line.reason.empty()) text += ": " + printable(line.reason);
  session.print(text);
  if (!line.fix.empty()) session.print("      " + session.text("plan.fix", line.fix));
}

}  // namespace

void print_plan(Session& session, const migrate::RestorePlan& plan, bool every_object) {
  session.print(session.styled(Style::strong, session.text("plan.title", plan.target_namespace)));
  for (const auto& line : plan.volumes) print_volume(session, line);
  for (const auto& blocker : plan.blockers) {
    session.print(fmt::format("  {} {}: {}", session.styled(Style::bad, session.text("plan.action.blocked")),
                              blocker.object, blocker.reason));
    session.print("      " + session.text("plan.fix", blocker.fix));
  }
  for (const auto& line : plan.objects.items) {
    const bool decision = line.action == restore::Action::blocked || line.action == restore::Action::conflict;
    if (every_object || decision) print_object(session, line);
  }
  for (const auto* notes : {&plan.notes, &plan.objects.notes}) {
    for (const auto& note : *notes) session.print("  " + session.styled(Style::warning, "! ") + note);
  }
  const auto& objects = plan.objects;
  session.print("  " + session.text("plan.counts", objects.count(restore::Action::create),
                                    objects.count(restore::Action::update), objects.count(restore::Action::unchanged),
                                    objects.count(restore::Action::skip), objects.count(restore::Action::conflict),
                                    objects.count(restore::Action::blocked)));
}

void print_outcome(Session& session, const migrate::RestoreOutcome& outcome, const std::string& target_namespace) {
  for (const auto& note : outcome.objects.notes) session.warn(note);
  for (const auto& failure : outcome.objects.failures) {
    session.warn(fmt::format("{}: {}", failure.object.to_string(), failure.error.text()));
  }
  for (const auto& line : outcome.readiness.waiting) {
    session.warn(
        fmt::format("{}: {}{}", line.object.to_string(), line.reason, line.fix.empty() ? "" : ". " + line.fix));
  }
  const auto& objects = outcome.objects;
  session.print(session.text("restore.objects", objects.created, objects.updated, objects.unchanged, objects.skipped,
                             objects.failures.size()));
  if (outcome.waited) {
    session.print(session.text("restore.ready", outcome.readiness.ready, outcome.readiness.total, target_namespace));
  }
}

std::string format_volume(const app::VolumeRecord& volume) {
  return fmt::format("{}, {} files, {}", format_bytes(volume.bytes), volume.files,
                     app::consistency_name(volume.consistency));
}

Json outcome_json(const migrate::RestoreOutcome& outcome) {
  Json failures = Json::array();
  for (const auto& failure : outcome.objects.failures) {
    failures.push_back({{"object", failure.object.to_string()},
                        {"error", failure.error.what()},
                        {"fix", failure.error.fix()},
                        {"code", failure.error.code()}});
  }
  Json waiting = Json::array();
  for (const auto& line : outcome.readiness.waiting) {
    waiting.push_back({{"object", line.object.to_string()}, {"reason", line.reason}, {"fix", line.fix}});
  }
  Json volumes = Json::array();
  for (const auto& line : outcome.volumes) {
    volumes.push_back({{"claim", line.claim},
                       {"kept", line.kept},
                       {"files", line.files},
                       {"filesUnchanged", line.files_unchanged},
                       {"bytes", line.bytes}});
  }
  return {{"created", outcome.objects.created},
          {"updated", outcome.objects.updated},
          {"unchanged", outcome.objects.unchanged},
          {"skipped", outcome.objects.skipped},
          {"failures", failures},
          {"notReady", waiting},
          {"ready", outcome.readiness.ready},
          {"workloads", outcome.readiness.total},
          {"volumes", volumes},
          {"notes", outcome.objects.notes},
          {"moverPeakMemoryBytes", outcome.mover_peak_memory_bytes},
          {"whole", outcome.whole()}};
}

}  // namespace tranship::cli
