#pragma once
// RestorePoint objects: the view of what is in repositories. Removable and made again at any time.

#include <string>

#include "app/restore_point.h"
#include "controller/api/types.h"
#include "kube/client.h"
#include "repo/format/snapshot.h"

namespace tranship::controller {

inline constexpr std::string_view kApplicationLabel = "tranship.io/application";

// "shop-3f2a1b9c": the same for the same snapshot, whoever makes it.
std::string restore_point_name(const std::string& application, const repo::Snapshot& snapshot);

// What a description says, whatever kind of restore point it is of: application, labels, status without its time.
void show_point(api::RestorePoint& view, const app::RestorePoint& point);
// As the API shows what a snapshot holds. Its namespace, location and kind are the caller's to fill in.
api::RestorePoint restore_point_view(const repo::Snapshot& snapshot, const app::RestorePoint& point);

// Makes it or brings it up to date, with its status.
Result<void> put_restore_point(const Context& context, kube::Client& client, const api::RestorePoint& view);
// Success when it is not there.
Result<void> remove_restore_point(const Context& context, kube::Client& client, const std::string& name_space,
                                  const std::string& name);

}  // namespace tranship::controller
