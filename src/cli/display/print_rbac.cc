#include "cli/display/print_rbac.h"

#include "base/yaml.h"
#include "capture/capture.h"
#include "cli/command.h"

namespace tranship::cli {

Result<int> print_rbac(Session& session, const std::vector<capture::Right>& rights) {
  const Json role = capture::cluster_role("tranship", rights);
  if (session.json()) {
    session.print_json(role);
  } else {
    std::string text = to_yaml(role);
    if (text.ends_with('\n')) text.pop_back();
    session.print(text);
  }
  return kExitSuccess;
}

std::vector<capture::Right> migration_rights(const kube::Discovery& discovery, const std::string& name_space) {
  std::vector<capture::Right> rights = capture::backup_rights(discovery, name_space);
  std::vector<kube::ResourceType> types;
  for (const auto& type : discovery.types()) {
    if (capture::is_captured_kind(type)) types.push_back(type);
  }
  const auto writing = capture::restore_rights(types, name_space);
  rights.insert(rights.end(), writing.begin(), writing.end());
  return rights;
}

}  // namespace tranship::cli
