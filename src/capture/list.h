#pragma once
// Lists every kind of a namespace side by side, and says when all that was listed held at one instant.

#include <set>
#include <string>
#include <vector>

#include "capture/filter.h"
#include "capture/rbac.h"

namespace tranship::capture {

struct Listing {
  std::vector<KindList> kinds;
  std::vector<Right> missing;  // lists that were refused
  std::vector<std::string> warnings;
  bool settled = false;
  std::string settled_at;  // RFC 3339; of the last comparing pass
};

// Every captured kind of discovery in the namespace. Refused lists are in `missing`, not errors.
Result<Listing> list_kinds(const Context& context, kube::Client& client, const kube::Discovery& discovery,
                           const std::string& name_space, const CaptureOptions& options);

// Compares what was chosen with what the server has now, lists changed kinds again, until a pass finds no
// change that counts (capture.h) or passes_max is reached.
Result<void> settle(const Context& context, kube::Client& client, const app::Application& application,
                    const CaptureOptions& options, Listing& listing);

}  // namespace tranship::capture
