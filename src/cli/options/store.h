#pragma once
// Options of every command that opens a location: how its store is reached.

#include "cli/options.h"
#include "store/location.h"

namespace tranship::cli {

// --endpoint, --region, --path-style, --credentials-file, --ca-file, --insecure.
void add_store_options(Options& options, store::LocationOptions& location);

}  // namespace tranship::cli
