#include "cli/options/store.h"

namespace tranship::cli {

void add_store_options(Options& options, store::LocationOptions& location) {
  options.value("--endpoint", "URL", location.endpoint, "option.endpoint");
  options.value("--region", "REGION", location.region, "option.region");
  options.value("--path-style", "BOOLEAN", location.path_style, "option.path_style").choices({"true", "false"});
  options.value("--credentials-file", "FILE", location.credentials_file, "option.credentials_file").files();
  options.value("--ca-file", "FILE", location.ca_file, "option.ca_file").files();
  options.flag("--insecure", location.insecure, "option.insecure");
}

}  // namespace tranship::cli
