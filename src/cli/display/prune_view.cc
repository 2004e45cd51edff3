#include "cli/display/prune_view.h"

#include "base/units.h"
#include "cli/display/progress.h"
#include "cli/terminal.h"

namespace tranship::cli {
namespace {

Json json_of(const repo::PackTotal& total) { return {{"packs", total.packs}, {"bytes", total.bytes}}; }

}  // namespace

Result<repo::PruneResult> prune_with_progress(Session& session, repo::Repository& repository,
                                              const repo::PruneOptions& options) {
  repo::Progress progress;
  const ProgressDisplay display(session, progress);
  return repo::prune(session.context(), repository, options, progress);
}

Json prune_json(const repo::PruneResult& result) {
  return {{"snapshots", result.snapshots},
          {"before", json_of(result.before)},
          {"bytesUsed", result.bytes_used},
          {"removed", json_of(result.removed)},
          {"marked", json_of(result.marked)},
          {"waiting", json_of(result.waiting)},
          {"revived", json_of(result.revived)},
          {"copied", json_of(result.copied)},
          {"bytesCopied", result.bytes_copied},
          {"busy", json_of(result.busy)},
          {"next", result.next ? Json(format_time(*result.next)) : Json(nullptr)},
          {"holders", result.holders},
          {"hints", result.hints}};
}

void print_prune(Session& session, const repo::PruneResult& result) {
  session.print(session.text("repository.prune.before", result.snapshots, format_bytes(result.bytes_used),
                             format_bytes(result.before.bytes), result.before.packs));
  const auto line = [&](const char* key, const repo::PackTotal& total) {
    if (total.packs > 0) session.print(session.text(key, format_bytes(total.bytes), total.packs));
  };
  line("repository.prune.removed", result.removed);
  if (result.copied.packs > 0) {
    session.print(
        session.text("repository.prune.copied", format_bytes(result.bytes_copied), result.copied.packs));
  }
  line("repository.prune.marked", result.marked);
  line("repository.prune.revived", result.revived);
  line("repository.prune.waiting", result.waiting);
  line("repository.prune.busy", result.busy);
  for (const std::string& holder : result.holders) {
    session.print("  " + session.text("repository.prune.holder", printable(holder)));
  }
  if (result.next) session.print(session.text("repository.prune.next", format_time(*result.next).substr(0, 19) + "Z"));
  for (const std::string& hint : result.hints) {
    session.print(session.styled(Style::faint, session.text("repository.prune.hint")) + printable(hint));
  }
}

}  // namespace tranship::cli
