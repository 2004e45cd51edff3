#include "cli/messages/messages.h"

namespace tranship::cli {
namespace {

constexpr Message kMessages[] = {
    {"label.error", "error: ", "错误："},
    {"label.warning", "warning: ", "警告："},
    {"signal.stopping", "Stopping cleanly; press Ctrl-C again to end at once.", "正在安全停止；再按一次 Ctrl-C 立即结束。"},

    {"group", "move, copy and recover Kubernetes applications", "迁移、复制和恢复 Kubernetes 应用"},

    {"option.output", "How results are printed; with json, progress is JSON lines on standard error",
     "结果的输出格式；为 json 时，进度以 JSON 行写到标准错误"},
    {"option.language", "Language of the texts; otherwise LC_ALL, LC_MESSAGES or LANG says",
     "文字的语言；未给出时由 LC_ALL、LC_MESSAGES 或 LANG 决定"},
    {"option.quiet", "No progress and no notes", "不显示进度和提示"},
    {"option.help", "Show this help", "显示本帮助"},
    {"option.version", "Show the version", "显示版本"},

    {"usage.unknown_command", "there is no command \"{0}\"", "没有命令“{0}”"},
    {"usage.unknown_option", "there is no option {0}", "没有选项 {0}"},
    {"usage.extra_argument", "argument \"{0}\" is one too many", "多余的参数“{0}”"},
    {"usage.required", "{0} is required", "缺少 {0}"},
    {"usage.suggestion", "Did you mean \"{0}\"?", "是否想输入“{0}”？"},
    {"usage.see_help", "See: tranship{0} --help", "请看：tranship{0} --help"},

    {"help.usage", "USAGE", "用法"},
    {"help.description", "DESCRIPTION", "说明"},
    {"help.arguments", "ARGUMENTS", "参数"},
    {"help.options", "OPTIONS", "选项"},
    {"help.common_options", "COMMON OPTIONS", "通用选项"},
    {"help.commands", "COMMANDS", "命令"},
    {"help.examples", "EXAMPLES", "示例"},
    {"help.environment", "ENVIRONMENT", "环境变量"},
    {"help.exit_codes", "EXIT CODES", "退出码"},
    {"help.more", "MORE", "更多"},
    {"help.default", "[default: {0}]", "[默认：{0}]"},
    {"help.repeatable", "[repeatable]", "[可重复]"},
    {"help.from_environment", "[environment: {0}]", "[环境变量：{0}]"},

    {"exit.0", "Done", "成功"},
    {"exit.1", "Failed", "失败"},
    {"exit.2", "Wrong arguments; nothing was done", "参数错误；什么也没有做"},
    {"exit.3", "Done, but not whole: some files or objects failed, or damage was found",
     "已完成但不完整：部分文件或对象失败，或发现损坏"},
    {"exit.4", "The plan has blockers; nothing was written", "计划中有阻碍项；什么也没有写入"},
    {"exit.5", "Wrong password or credentials, or no rights", "密码或凭据错误，或没有权限"},
    {"exit.130", "Stopped by Ctrl-C or SIGTERM", "被 Ctrl-C 或 SIGTERM 停止"},

    {"version.summary", "show the version", "显示版本"},
    {"version.description",
     "Prints the version of this program and of the repository format it writes (with --output json).",
     "显示本程序的版本，以及它写入的仓库格式版本（--output json 时）。"},

    {"completion.summary", "print a completion script for a shell", "输出 shell 的补全脚本"},
    {"completion.description",
     "Prints a script that completes commands, options and their values. Load it into the running shell, or put it "
     "where the shell looks for completions.",
     "输出补全命令、选项及其取值的脚本。可在当前 shell 中加载，或放到 shell 查找补全的目录。"},
    {"completion.shell", "The shell", "shell 名称"},
    {"completion.example.now", "In the running bash:", "在当前 bash 中："},
    {"completion.example.bash", "For every bash of this machine:", "对本机所有 bash："},
    {"completion.example.zsh", "For zsh:", "对 zsh："},
    {"completion.example.fish", "For fish:", "对 fish："},
};

}  // namespace

std::span<const Message> common_messages() { return kMessages; }

}  // namespace tranship::cli
