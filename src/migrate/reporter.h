#pragma once
// What a running backup, restore or migration tells whoever watches. Implementations are thread-safe and quick.

#include <string>

#include "restore/plan.h"
#include "restore/wait.h"
#include "volume/run.h"

namespace tranship::migrate {

enum class Phase { check, capture, volumes_out, save, plan, volumes_in, manifests, ready };
std::string_view phase_name(Phase phase);  // "check", "volumes-out" ...

class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void phase_begin(Phase) {}
  virtual void phase_end(Phase, std::chrono::milliseconds) {}
  virtual void volume(Phase, const volume::VolumeProgress&) {}
  virtual void objects(std::size_t /*done*/, std::size_t /*total*/) {}
  virtual void readiness(const restore::Readiness&) {}
  virtual void note(const std::string&) {}
};

// Reports a phase from construction to destruction and keeps its time.
class PhaseScope {
 public:
  PhaseScope(Reporter& reporter, Phase phase);
  ~PhaseScope();
  PhaseScope(const PhaseScope&) = delete;
  PhaseScope& operator=(const PhaseScope&) = delete;

 private:
  Reporter& reporter_;
  Phase phase_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace tranship::migrate
