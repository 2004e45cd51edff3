#pragma once
// The list of all commands. One line here and one in commands.cc for each.

#include <memory>
#include <vector>

#include "cli/command.h"

namespace tranship::cli {

std::unique_ptr<Command> make_backup_command();
std::unique_ptr<Command> make_cleanup_command();
std::unique_ptr<Command> make_completion_command();
std::unique_ptr<Command> make_controller_command();
std::unique_ptr<Command> make_dashboard_command();
std::unique_ptr<Command> make_export_command();
std::unique_ptr<Command> make_import_command();
std::unique_ptr<Command> make_install_command();
std::unique_ptr<Command> make_location_add_command();
std::unique_ptr<Command> make_location_check_command();
std::unique_ptr<Command> make_migrate_command();
std::unique_ptr<Command> make_mover_relay_command();
std::unique_ptr<Command> make_mover_run_command();
std::unique_ptr<Command> make_policy_pause_command();
std::unique_ptr<Command> make_policy_resume_command();
std::unique_ptr<Command> make_policy_run_command();
std::unique_ptr<Command> make_repository_backup_command();
std::unique_ptr<Command> make_repository_check_command();
std::unique_ptr<Command> make_repository_forget_command();
std::unique_ptr<Command> make_repository_prune_command();
std::unique_ptr<Command> make_repository_init_command();
std::unique_ptr<Command> make_repository_key_add_command();
std::unique_ptr<Command> make_repository_key_list_command();
std::unique_ptr<Command> make_repository_key_remove_command();
std::unique_ptr<Command> make_repository_list_command();
std::unique_ptr<Command> make_repository_restore_command();
std::unique_ptr<Command> make_restore_command();
std::unique_ptr<Command> make_restore_points_command();
std::unique_ptr<Command> make_token_create_command();
std::unique_ptr<Command> make_token_inspect_command();
std::unique_ptr<Command> make_token_list_command();
std::unique_ptr<Command> make_token_revoke_command();
std::unique_ptr<Command> make_token_target_command();
std::unique_ptr<Command> make_uninstall_command();
std::unique_ptr<Command> make_upgrade_command();
std::unique_ptr<Command> make_version_command();

// In the order --help lists them.
std::vector<std::unique_ptr<Command>> all_commands();

}  // namespace tranship::cli
