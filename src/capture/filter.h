#pragma once
// Which of the listed objects belong in a restore point: not those that a controller, the API server or this
// program makes again. Pure functions over what was listed.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "capture/capture.h"

namespace tranship::capture {

// One kind and what a list of it gave.
struct KindList {
  kube::ResourceType type;
  std::vector<Json> items;
  bool listed = true;  // false: left out by the options; its objects may be there all the same
};

class Filter {
 public:
  // Learns which owners, Services and ServiceAccounts there are. `lists` must outlive the filter.
  Filter(const std::vector<KindList>& lists, const CaptureOptions& options);

  // Empty: capture it. Else why not: "made again by ReplicaSet web-5d8f" ...
  std::string reason_to_leave_out(const Json& object) const;

 private:
  std::string made_by_owner(const Json& object, const kube::GroupVersionKind& type) const;
  std::string made_by_control_plane(const Json& object, const kube::GroupVersionKind& type) const;
  bool is_automatic_token(const Json& secret) const;

  const CaptureOptions& options_;
  std::set<std::string> uids_;
  std::set<std::pair<std::string, std::string>> unlisted_;  // group and kind
  std::set<std::string> services_with_selector_;
  std::map<std::string, std::set<std::string>> account_secrets_;
};

// The objects to capture: what the filter lets through, and with a label selection only those it chooses,
// what these use and what owns them. Sorted by group, kind and name.
std::vector<const Json*> choose_objects(const std::vector<KindList>& lists,
                                        const app::Application& application, const CaptureOptions& options);

}  // namespace tranship::capture
