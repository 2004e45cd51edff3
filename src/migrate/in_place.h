#pragma once
// Existing volumes brought up to date: what has to be done around the movers. Workloads stand still from begin() to
// start(). What the volumes held before is kept until the restore is whole: as snapshots, where the driver can; or,
// when claims are made anew, as the volumes themselves, kept aside (volume/aside.h). All of it is in the cluster, so
// that a run that was killed is gone on with by the next one.

#include "migrate/reporter.h"
#include "migrate/restore.h"
#include "volume/aside.h"
#include "volume/claim.h"

namespace tranship::migrate {

class InPlaceUpdate {
 public:
  // `plan` and the others outlive it.
  InPlaceUpdate(const Context& context, kube::Client& client, const RestorePlan& plan, std::string restore_point,
                Reporter& reporter, bool claims_anew);

  // Whether there is a claim to be updated.
  bool any() const { return !claims().empty(); }
  // Stops what uses the claims, waits until nobody has them, and takes snapshots and marks the claims, or sets their
  // volumes aside. Nothing to do, and quick, when no claim is updated in place. What fails before anything was written,
  // by an earlier run either, starts the workloads again.
  Result<void> begin();
  // A failure after begin(), with what can be done about it: going on, or going back.
  Error explain(Error error) const;
  // Starts what stands still, as the restored manifests say.
  Result<void> start(const restore::Plan& objects);
  // The restore is whole: the way back is no longer needed. Answers what could not be removed.
  std::vector<std::string> forget_way_back();
  // For a restore that is not whole: where the data from before is.
  std::vector<std::string> way_back_notes() const;

 private:
  Result<void> look();
  Result<void> stop();
  Result<void> take_snapshots();
  Result<void> set_volumes_aside();
  std::vector<std::string> let_volumes_go();
  std::vector<volume::AsideVolume> aside() const;
  std::set<std::string> claims() const;
  void tell(const std::string& claim, const std::string& detail) const;

  const Context& context_;
  kube::Client& client_;
  const RestorePlan& plan_;
  const std::string restore_point_;
  Reporter& reporter_;
  const bool claims_anew_;
  std::vector<volume::Claim> found_;  // those to be updated
  bool half_written_ = false;         // one of them, by an earlier run
  std::vector<std::string> kept_;  // claims with a snapshot from before
  std::vector<std::string> notes_;
};

}  // namespace tranship::migrate
