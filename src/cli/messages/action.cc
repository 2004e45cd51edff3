#include "cli/messages/action.h"

namespace tranship::cli {
namespace {

constexpr Message kMessages[] = {
    {"option.object_namespace",
     "Namespace of the objects; outside of the system namespace they are about that namespace alone",
     "对象所在的命名空间；在系统命名空间之外，对象只涉及该命名空间"},
    {"option.no_wait", "Do not wait for the outcome", "不等待结果"},

    {"action.begins", "{0} {1}", "{0} {1}"},
    {"action.silent",
     "Nothing happened for half a minute; does the controller run? kubectl get pods -A -l "
     "app.kubernetes.io/component=controller",
     "半分钟没有动静；控制器在运行吗？kubectl get pods -A -l app.kubernetes.io/component=controller"},
    {"action.exported", "Restore point {0} is in location {1}; {2} were new there",
     "还原点 {0} 已写入位置 {1}，新增 {2}"},
    {"action.imported", "Restore points: {0}, new here: {1}; the newest is {2}",
     "{0} 个还原点，其中 {1} 个为新增；最新的是 {2}"},
    {"action.restored", "Restore point {0} runs in namespace {1}", "还原点 {0} 已在命名空间 {1} 中运行"},
    {"action.restored.at", "Restore point {0} runs in namespace {1}, at {2}",
     "还原点 {0} 已在命名空间 {1} 中运行，地址 {2}"},
    {"action.done", "{0} {1} succeeded", "{0} {1} 已成功"},

    {"location.add.summary", "make a location for the controller of a cluster, and have it tried",
     "为集群的控制器创建位置并进行检查"},
    {"location.add.description",
     "Writes a Location of tranship.io and Secrets with its credentials and passphrase, and waits for what the "
     "controller finds by doing what the location is for: list, write, read, delete. When it does not work, what was "
     "made is removed again, unless --keep is given.\n\n"
     "The credentials are those that this program would use itself; the passphrase opens the repositories and is best "
     "kept at a second place too. A location that is only read (--read-only) needs none: transfer tokens bring a key "
     "of their own.",
     "写入 tranship.io 的 Location 以及保存账号密钥和密码的 Secret，并等待控制器实际尝试后的结果：列出、写入、读取、删除。"
     "如果不可用，已创建的内容会被删除，除非给出 --keep。\n\n"
     "账号密钥与本程序自己使用的相同；密码用于打开仓库，请在另一处也保存一份。只读的位置（--read-only）不需要密码：迁移凭据自带密钥。"},
    {"location.add.name", "What the location is called", "位置的名称"},
    {"location.add.location", "s3://bucket/prefix or nfs://server/path, as pods reach it",
     "s3://bucket/prefix 或 nfs://server/path，须能从 Pod 访问"},
    {"location.add.pod_identity", "No credentials: the controller's and the movers' pods have an identity of their own",
     "不写入账号密钥：控制器和搬运 Pod 使用自身的身份"},
    {"location.add.read_only", "Restore points are only read from it; nothing is ever written",
     "只读取还原点，从不写入"},
    {"location.add.shared", "Objects of all namespaces may name it", "允许所有命名空间的对象引用"},
    {"location.add.ready_timeout", "Wait so long for the controller's answer", "等待控制器答复的时长"},
    {"location.add.keep", "Leave it there although it does not work; the controller tries it again every minute",
     "即使不可用也保留；控制器每分钟重新检查"},
    {"location.add.passphrase", "Passphrase of location {0}: ", "位置 {0} 的密码："},
    {"location.add.passphrase.again", "Once more: ", "再次输入："},
    {"location.add.temporary",
     "These credentials are temporary: the location stops working when they end. Give others, or --pod-identity",
     "这些是临时账号密钥：到期后位置将不可用。请使用长期密钥，或 --pod-identity"},
    {"location.add.checking", "The controller tries location {0} ...", "控制器正在检查位置 {0}……"},
    {"location.add.done", "Location {0} is ready in namespace {1}.", "位置 {0} 已在命名空间 {1} 中就绪。"},
    {"location.add.would", "Would make location {0} in namespace {1}. Nothing was written.",
     "将在命名空间 {1} 中创建位置 {0}。未写入任何内容。"},
    {"location.add.stays", "Location {0} could not be removed again: {1}", "无法删除位置 {0}：{1}"},
    {"location.add.example.s3", "A bucket; keys from the environment, passphrase asked for",
     "存储桶；密钥取自环境，密码会询问"},
    {"location.add.example.read_only", "The same where only transfer tokens are used", "同一位置，仅通过迁移凭据使用"},
    {"location.add.example.nfs", "A share of an NFS server, as the folder's owner", "NFS 共享，以文件夹所有者的身份"},

    {"export.summary", "have the controller put an application into a location", "由控制器将应用写入位置"},
    {"export.description",
     "Makes an Export of tranship.io and shows how it goes, as migrate does. At its end the transfer token goes to "
     "standard output, alone, or into a file; with it another cluster imports this and later restore points. It is in "
     "a Secret of the cluster too.\n\n"
     "Ctrl-C ends the waiting, not the export.",
     "创建 tranship.io 的 Export，并像 migrate 一样显示进度。结束时迁移凭据单独输出到标准输出，或写入文件；"
     "另一个集群凭它导入此还原点以及以后的还原点。凭据也保存在集群的 Secret 中。\n\n"
     "Ctrl-C 只结束等待，不会结束导出。"},
    {"export.application", "The application: its namespace", "应用：其命名空间"},
    {"export.to", "Name of a Location of the cluster (tranship location add)",
     "集群中 Location 的名称（tranship location add）"},
    {"export.name", "What the Export is called; otherwise after the application and the time",
     "Export 的名称；缺省由应用和时间组成"},
    {"export.no_token", "Make no transfer token", "不创建迁移凭据"},
    {"export.token_expires", "The token ends after this time: 12h, 7d; otherwise it has no end",
     "凭据有效期：12h、7d；未给出时不到期"},
    {"export.token_file", "Write the token to this file (mode 0600) instead of printing it",
     "将凭据写入该文件（权限 0600），而不是输出"},
    {"export.would", "Would make export {0} in namespace {1}. Nothing was written.",
     "将在命名空间 {1} 中创建导出 {0}。未写入任何内容。"},
    {"export.begun", "Export {0} began in namespace {1}.", "导出 {0} 已在命名空间 {1} 中开始。"},
    {"export.token", "The transfer token is in Secret {0} of namespace {1} too: keep it like a password",
     "迁移凭据也保存在命名空间 {1} 的 Secret {0} 中：请像密码一样保管"},
    {"export.token.file", "The transfer token is in {0}: keep it like a password",
     "迁移凭据已写入 {0}：请像密码一样保管"},
    {"export.example.plain", "The transfer token goes into a file", "将迁移凭据写入文件"},
    {"export.example.file", "A token that ends after a week", "一周后到期的凭据"},
    {"export.example.no_wait", "Only begin it", "只启动，不等待"},

    {"import.summary", "have the controller take over what a transfer token opens", "由控制器导入迁移凭据所能打开的内容"},
    {"import.description",
     "Makes a Policy of tranship.io that imports, and a Secret with the transfer token: by a schedule (--every), or "
     "when it is asked to ('tranship policy run'). With --restore-into every restore point that is new is restored "
     "there too: a standby that is kept up to date. With --now it runs once at once, and the outcome is waited for.\n\n"
     "The location must be there (tranship location add); read access and no passphrase are enough.",
     "创建用于导入的 tranship.io Policy 以及保存迁移凭据的 Secret：按计划执行（--every），或在要求时执行（tranship policy run）。"
     "使用 --restore-into 时，每个新的还原点还会还原到该处，即持续更新的备用环境。使用 --now 时立即执行一次并等待结果。\n\n"
     "位置必须已存在（tranship location add）；只需读取权限，不需要密码。"},
    {"import.token_file", "Read the transfer token from this file, - for standard input; otherwise TRANSHIP_TOKEN",
     "从该文件读取迁移凭据，- 为标准输入；未给出时用 TRANSHIP_TOKEN"},
    {"import.location", "Name of a Location of this cluster on the same store", "本集群中指向同一存储的 Location 名称"},
    {"import.name", "What the policy is called; otherwise after the token's application",
     "策略的名称；缺省为凭据中的应用名称"},
    {"import.every", "hourly, daily, weekly, monthly, 15m, 6h, or \"cron:0 3 * * 1-5\" (UTC); otherwise by hand",
     "hourly、daily、weekly、monthly、15m、6h 或 \"cron:0 3 * * 1-5\"（UTC）；未给出时手动执行"},
    {"import.restore_into", "Also restore each new restore point into this namespace",
     "并将每个新的还原点还原到该命名空间"},
    {"import.now", "Run it once now, and wait for the outcome", "立即执行一次并等待结果"},
    {"import.would", "Would make policy {0} in namespace {1}, importing from {2}. Nothing was written.",
     "将在命名空间 {1} 中创建从 {2} 导入的策略 {0}。未写入任何内容。"},
    {"import.made", "Policy {0} of namespace {1} imports from {2}.", "命名空间 {1} 的策略 {0} 从 {2} 导入。"},
    {"import.by_hand", "It has no schedule: tranship policy run {0}", "没有计划：tranship policy run {0}"},
    {"import.example.plain", "What there is, at once", "立即导入现有内容"},
    {"import.example.standby", "A standby that is never older than a quarter of an hour", "落后不超过一刻钟的备用环境"},

    {"group.policy", "what the controller does by itself", "控制器自动执行的内容"},
    {"policy.name", "The policy", "策略"},
    {"policy.run.summary", "have a policy run at once", "立即执行策略"},
    {"policy.run.description",
     "Asks for one run besides its schedule and shows how it goes. Ctrl-C ends the waiting, not the run.",
     "在计划之外执行一次并显示进度。Ctrl-C 只结束等待，不会结束执行。"},
    {"policy.run.would", "Would have policy {0} run once. Nothing was written.", "将执行一次策略 {0}。未写入任何内容。"},
    {"policy.run.begun", "Policy {0} was asked to run.", "已要求执行策略 {0}。"},
    {"policy.run.nothing", "Policy {0} had nothing to do: no namespace is chosen at present.",
     "策略 {0} 没有可执行的内容：目前未选中任何命名空间。"},
    {"policy.run.example", "Export now what is exported every night", "立即执行每晚的导出"},
    {"policy.pause.summary", "have a policy do nothing until it is resumed", "暂停策略，直到恢复"},
    {"policy.pause.description", "What is under way ends; nothing new begins until 'tranship policy resume'.",
     "正在执行的会继续完成；在 tranship policy resume 之前不再开始新的执行。"},
    {"policy.pause.would", "Would pause policy {0}. Nothing was written.", "将暂停策略 {0}。未写入任何内容。"},
    {"policy.pause.done", "Policy {0} is paused.", "策略 {0} 已暂停。"},
    {"policy.pause.example", "While the source is being rebuilt", "来源重建期间"},
    {"policy.resume.summary", "have a paused policy go on", "恢复已暂停的策略"},
    {"policy.resume.description", "It goes on by its schedule; one run makes up for those that it missed.",
     "按计划继续；错过的执行会补一次。"},
    {"policy.resume.would", "Would resume policy {0}. Nothing was written.", "将恢复策略 {0}。未写入任何内容。"},
    {"policy.resume.done", "Policy {0} goes on.", "策略 {0} 已恢复。"},
    {"policy.resume.example", "Go on", "继续"},
};

}  // namespace

std::span<const Message> action_messages() { return kMessages; }

}  // namespace tranship::cli
