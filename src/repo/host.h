#pragma once
// Who writes: the host and user names that keys, locks and snapshots record.

#include <string>

namespace tranship::repo {

std::string local_host_name();
std::string local_user_name();  // empty when the uid has no name

}  // namespace tranship::repo
