#pragma once
// Writes one line of a plan: the object with its owners' new UIDs, then what belongs to it (status, a definition being
// served). Written twice it changes nothing. Thread-safe.

#include <string>
#include <vector>

#include "restore/plan.h"
#include "restore/uids.h"

namespace tranship::restore {

struct WriteOptions {
  bool replace = false;  // delete and make again what cannot be changed in place; never claims
};

class Writer {
 public:
  Writer(const Context& context, kube::Client& client, UidMap& uids, const WriteOptions& options)
      : context_(context), client_(client), uids_(uids), options_(options) {}

  // Notes: what a person should know of this object. Errors for which passes() holds may be tried again.
  Result<std::vector<std::string>> write(const PlanItem& line) const;

 private:
  Result<Json> send(const PlanItem& line, const Json& object, std::vector<std::string>& notes) const;
  Result<Json> make_again(const PlanItem& line, const Json& object, std::vector<std::string>& notes) const;
  Result<void> send_status(const PlanItem& line, const Json& written) const;
  Result<void> wait_established(const PlanItem& line) const;

  const Context& context_;
  kube::Client& client_;
  UidMap& uids_;
  const WriteOptions options_;
};

}  // namespace tranship::restore
