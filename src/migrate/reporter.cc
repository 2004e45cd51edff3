#include "migrate/reporter.h"

namespace tranship::migrate {

std::string_view phase_name(Phase phase) {
  switch (phase) {
    case Phase::check: return "check";
    case Phase::capture: return "capture";
    case Phase::volumes_out: return "volumes-out";
    case Phase::save: return "save";
    case Phase::plan: return "plan";
    case Phase::volumes_in: return "volumes-in";
    case Phase::manifests: return "manifests";
    case Phase::ready: return "ready";
  }
  return "check";
}

PhaseScope::PhaseScope(Reporter& reporter, Phase phase)
    : reporter_(reporter), phase_(phase), began_(std::chrono::steady_clock::now()) {
  reporter_.phase_begin(phase_);
}

PhaseScope::~PhaseScope() {
  const auto took = std::chrono::steady_clock::now() - began_;
  reporter_.phase_end(phase_, std::chrono::duration_cast<std::chrono::milliseconds>(took));
}

}  // namespace tranship::migrate
