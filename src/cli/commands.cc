#include "cli/commands.h"

namespace tranship::cli {

std::vector<std::unique_ptr<Command>> all_commands() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(make_migrate_command());
  commands.push_back(make_backup_command());
  commands.push_back(make_restore_command());
  commands.push_back(make_restore_points_command());
  commands.push_back(make_token_create_command());
  commands.push_back(make_token_inspect_command());
  commands.push_back(make_token_list_command());
  commands.push_back(make_token_revoke_command());
  commands.push_back(make_token_target_command());
  commands.push_back(make_export_command());
  commands.push_back(make_import_command());
  commands.push_back(make_policy_run_command());
  commands.push_back(make_policy_pause_command());
  commands.push_back(make_policy_resume_command());
  commands.push_back(make_location_add_command());
  commands.push_back(make_location_check_command());
  commands.push_back(make_install_command());
  commands.push_back(make_upgrade_command());
  commands.push_back(make_uninstall_command());
  commands.push_back(make_controller_command());
  commands.push_back(make_dashboard_command());
  commands.push_back(make_repository_init_command());
  commands.push_back(make_repository_backup_command());
  commands.push_back(make_repository_restore_command());
  commands.push_back(make_repository_list_command());
  commands.push_back(make_repository_check_command());
  commands.push_back(make_repository_forget_command());
  commands.push_back(make_repository_prune_command());
  commands.push_back(make_repository_key_list_command());
  commands.push_back(make_repository_key_add_command());
  commands.push_back(make_repository_key_remove_command());
  commands.push_back(make_cleanup_command());
  commands.push_back(make_mover_run_command());
  commands.push_back(make_mover_relay_command());
  commands.push_back(make_completion_command());
  commands.push_back(make_version_command());
  return commands;
}

}  // namespace tranship::cli
