#pragma once
// An NFS location as people write it and as tasks and tokens carry it:
//   nfs://server[:port]/path[?version=3|4&mountport=N&uid=N&gid=N]
// The path is taken as it stands (no %-codes). NFSv3 by default, for which libnfs writes in large requests; v4 needs
// one open port only. Without uid and gid the caller is who runs this process, also where another process uses the
// location later: the files belong to one user.

#include <string>
#include <string_view>

#include "base/json.h"
#include "store/location.h"

namespace tranship::store::nfs {

// Fault::invalid with what is accepted.
Result<Location> parse_address(std::string_view address);
std::string address_of(const Location& location);

Json to_location_json(const Location& location);
// Checked like an address. Fault::invalid.
Result<Location> from_location_json(const Json& value);

// What every NFS location must be, wherever its parts come from. Fault::invalid.
Result<void> check(const Location& location);

}  // namespace tranship::store::nfs
