// Texts of migrate, backup, restore, restore-points and cleanup.

#include "cli/messages/migrate.h"

namespace tranship::cli {
namespace {

constexpr Message kMessages[] = {
    {"option.from", "Source cluster: a kubeconfig context, a kubeconfig file, or FILE:CONTEXT",
     "源集群：kubeconfig 上下文、kubeconfig 文件，或 文件:上下文"},
    {"option.to", "Target cluster, in the same forms", "目标集群，形式同上"},
    {"option.context",
     "Cluster: a kubeconfig context, a kubeconfig file, or FILE:CONTEXT; otherwise the current context",
     "集群：kubeconfig 上下文、kubeconfig 文件，或 文件:上下文；未给出时用当前上下文"},
    {"option.selector", "Only objects with these labels: app=web,tier!=cache",
     "只包含具有这些标签的对象：app=web,tier!=cache"},
    {"option.location",
     "Where restore points are kept: s3://bucket/prefix, nfs://server/path or dir:/path; otherwise a directory of your "
     "own",
     "还原点的位置：s3://bucket/prefix、nfs://server/path 或 dir:/path；未给出时用您自己的一个目录"},
    {"option.mover_image", "Image of the mover pods", "搬运 Pod 的镜像"},
    {"option.mover_memory", "Memory limit of a mover pod", "每个搬运 Pod 的内存上限"},
    {"option.volumes_at_once", "Volumes moved at the same time", "同时搬运的卷数"},
    {"option.relayed", "Let movers reach the location through the Kubernetes API and this machine",
     "让搬运 Pod 经 Kubernetes API 和本机访问位置"},
    {"option.target_namespace", "Namespace on the target; otherwise the source's name",
     "目标命名空间；未给出时与源同名"},
    {"option.storage_class", "Use another StorageClass on the target: standard=fast",
     "在目标上改用另一个 StorageClass：standard=fast"},
    {"option.existing",
     "What exists already: keep it, update it (also the data of volumes that a restore made), or replace what cannot "
     "be updated (and the data of any volume)",
     "已存在的内容：保留（keep）、更新（update，包括由还原创建的卷的数据），"
     "或替换无法更新的（replace，以及任何卷的数据）"},
    {"option.carry",
     "Bring along objects of this kind from outside the namespace (CustomResourceDefinition ...), or all",
     "一并带上命名空间之外该种类的对象（CustomResourceDefinition 等），或 all"},
    {"option.without", "Knowingly leave out objects of this kind from outside the namespace",
     "明知而不带命名空间之外该种类的对象"},
    {"option.transforms",
     "Change manifests by the rules of the TransformSets in this file (YAML; may be given several times)",
     "按此文件中 TransformSet 的规则修改清单（YAML，可多次指定）"},
    {"option.keep_node_ports", "Keep node ports the source chose automatically, where they are free",
     "端口空闲时，保留源自动分配的节点端口"},
    {"option.ready_timeout", "How long to wait until workloads are ready, in seconds; 0 does not wait",
     "等待工作负载就绪的秒数；0 为不等待"},
    {"option.no_snapshots", "Read volumes live even where CSI snapshots could be taken",
     "即使可用 CSI 快照也直接读取运行中的卷"},
    {"option.fresh", "Take a new restore point although an unfinished run could go on with its own",
     "即使未完成的运行可以继续，也新建还原点"},
    {"option.print_rbac", "Print the least ClusterRole this needs, and do nothing", "只输出所需的最小 ClusterRole"},

    {"environment.kubeconfig", "Kubeconfig files, divided by colons; otherwise ~/.kube/config",
     "kubeconfig 文件，以冒号分隔；否则为 ~/.kube/config"},
    {"environment.cluster_name", "The cluster's name, as --cluster-name", "集群名称，同 --cluster-name"},
    {"environment.mover_image", "Image of the mover pods, as --mover-image", "搬运 Pod 的镜像，同 --mover-image"},

    {"migrate.summary", "move an application with its data into another cluster", "把应用及其数据迁移到另一个集群"},
    {"migrate.description",
     "Checks both clusters and shows a plan before anything is written. Then takes a restore point of the application "
     "(CSI "
     "snapshots where the storage can, a live read otherwise; the result says which), restores it on the target and "
     "waits until its workloads are ready.\n\n"
     "Nothing has to be installed in either cluster: mover pods are started for the volumes and removed at the end. "
     "Without --location the data passes through a directory on this machine.\n\n"
     "Stopped or failed half-way, the same command goes on where it was. The source is never changed.",
     "先检查两个集群并给出计划，然后才写入。接着为应用建立还原点（存储支持时用 CSI 快照，否则直接读取；结果会说明），"
     "在目标上恢复，并等待工作负载就绪。\n\n"
     "两个集群都无需安装任何东西：为卷启动搬运 Pod，结束时删除。未给出 --location 时，数据经由本机的一个目录。\n\n"
     "中途停止或失败时，再次运行同一命令即可继续。源不会被改动。"},
    {"migrate.application", "The application: its namespace on the source", "应用：它在源集群上的命名空间"},
    {"migrate.example.plain", "the whole namespace, through a directory on this machine",
     "整个命名空间，经由本机的目录"},
    {"migrate.example.plan", "show what would happen, write nothing", "只显示将要做什么，不写入"},
    {"migrate.example.location", "through an object store both clusters reach", "经由两个集群都能访问的对象存储"},
    {"migrate.example.carry", "another StorageClass, and all it needs outside its namespace",
     "换一个 StorageClass，并带上命名空间之外所需的一切"},

    {"backup.summary", "take a restore point of an application", "为应用建立还原点"},
    {"backup.description",
     "Captures all manifests and the data of all volumes into the location, encrypted with its passphrase, "
     "in restic's open format. Only what changed since the last restore point is stored.",
     "把全部清单和全部卷的数据存入位置，以其密码加密，采用 restic 的开放格式。只存储上一还原点以来的变化。"},
    {"migrate.complete",
     "This migration is complete: namespace {0} has restore point {1} since {2}. Nothing was changed.",
     "该迁移已完成：命名空间 {0} 自 {2} 起为还原点 {1} 的内容。什么也没有改动。"},
    {"migrate.complete.same",
     "The source's objects are as they were when it was taken ({0}); its volumes were not compared.",
     "源的对象与创建还原点时（{0}）相同；未比较卷的数据。"},
    {"migrate.complete.changed",
     "Changed in the source since the restore point was taken ({0}), and not brought over: {1}",
     "创建还原点（{0}）之后源中有改动，未带到目标：{1}"},
    {"migrate.complete.gone",
     "Restore point {0} is not in this location: what changed in the source since then is not known",
     "该位置没有还原点 {0}：无法得知源此后的改动"},
    {"migrate.complete.newer",
     "To bring newer changes over, migrate into another namespace (--namespace NAME), or delete namespace {0} on the "
     "target and run the same command again: data that is stored already is not stored again.",
     "要带来较新的改动，请迁移到另一命名空间（--namespace NAME），或删除目标上的命名空间 {0} 后再次运行同一命令："
     "已存储的数据不会重复存储。"},
    {"backup.application", "The application: its namespace", "应用：它的命名空间"},
    {"backup.example.plain", "into an object store", "存入对象存储"},
    {"backup.example.dry_run", "only check, and say how each volume would be read", "只检查，并说明每个卷将如何读取"},
    {"backup.plan.volume", "volume {0}, {1}: {2}", "卷 {0}，{1}：{2}"},
    {"backup.done", "Restore point {0}, {1} stored", "还原点 {0}，存储了 {1}"},

    {"restore.summary", "restore an application from a restore point", "从还原点恢复应用"},
    {"restore.description",
     "Shows a plan, then fills the volumes, writes the manifests in parallel, and waits until the workloads are ready. "
     "What exists, data of volumes above all, is kept unless --existing says otherwise.",
     "先给出计划，再写入卷数据、并行写入清单，并等待工作负载就绪。"
     "已存在的内容（首先是卷的数据）会保留，除非 --existing 另有说明。"},
    {"restore.what", "The application and which restore point: its id's beginning, or latest",
     "应用及还原点：id 的开头，或 latest"},
    {"restore.example.plain", "the newest restore point", "最新的还原点"},
    {"restore.example.plan", "what an older one would do in another namespace", "较早的还原点在另一命名空间会做什么"},
    {"restore.objects", "Objects: {0} created, {1} updated, {2} unchanged, {3} skipped, {4} failed",
     "对象：新建 {0}，更新 {1}，不变 {2}，跳过 {3}，失败 {4}"},
    {"restore.ready", "Ready: {0} of {1} workloads in namespace {2}", "就绪：{2} 命名空间中 {1} 个工作负载的 {0} 个"},
    {"restore.not_whole", "The restore is not whole: see above. The same command again goes on.",
     "恢复不完整：见上文。再次运行同一命令可继续。"},

    {"restore_points.summary", "list the restore points of a location", "列出位置中的还原点"},
    {"restore_points.description",
     "One line each: application and id, time, source cluster, size of its volumes, and how consistent they are.",
     "每行一个：应用和 id、时间、源集群、卷的大小，以及一致性。"},
    {"restore_points.application", "Only of this application", "只列出该应用的"},
    {"restore_points.example.all", "of all applications", "所有应用的"},
    {"restore_points.example.one", "of one, for a script", "一个应用的，供脚本使用"},
    {"restore_points.none", "{0} holds no restore points", "{0} 中没有还原点"},

    {"cleanup.summary", "remove what runs that died left in a cluster", "删除中断的运行留在集群中的东西"},
    {"cleanup.description",
     "Finds mover pods, their Secrets, clones and snapshots by their label and removes those whose run no longer "
     "lives. "
     "Restored objects and restore points are not touched.",
     "按标签查找搬运 Pod、其 Secret、克隆和快照，并删除其运行已不存在的。不会触碰已恢复的对象和还原点。"},
    {"cleanup.namespace", "Only in this namespace; otherwise in all", "只在该命名空间；未给出时为全部"},
    {"cleanup.also_running", "Also of runs that still live: they will fail", "也删除仍在进行的运行的：它们会失败"},
    {"cleanup.example.look", "only look", "只查看"},
    {"cleanup.example.one", "in one namespace", "在一个命名空间中"},
    {"cleanup.dead", "{0}: left by run {1}", "{0}：运行 {1} 遗留"},
    {"cleanup.alive", "{0}: run {1} still works with it", "{0}：运行 {1} 仍在使用"},
    {"cleanup.removed", "{0} removed", "已删除 {0} 个"},

    {"plan.title", "Plan for namespace {0}:", "命名空间 {0} 的计划："},
    {"plan.volume", "volume {0}", "卷 {0}"},
    {"plan.fix", "Fix: {0}", "解决办法：{0}"},
    {"plan.blocked", "The plan has blockers; nothing was written. [plan.blocked]", "计划中有阻碍项；什么也没有写入。[plan.blocked]"},
    {"plan.counts", "{0} to create, {1} to update, {2} unchanged, {3} skipped, {4} in conflict, {5} blocked",
     "新建 {0}，更新 {1}，不变 {2}，跳过 {3}，冲突 {4}，阻碍 {5}"},
    {"plan.action.create", "create", "新建"},
    {"plan.action.update", "update", "更新"},
    {"plan.action.unchanged", "unchanged", "不变"},
    {"plan.action.skip", "skip", "跳过"},
    {"plan.action.conflict", "conflict", "冲突"},
    {"plan.action.blocked", "blocked", "阻碍"},
    {"plan.action.continue", "continue", "继续"},

    {"phase.check", "Checking rights and volumes ...", "正在检查权限和卷……"},
    {"phase.capture", "Capturing manifests ...", "正在采集清单……"},
    {"phase.volumes-out", "Reading volumes ...", "正在读取卷……"},
    {"phase.save", "Saving the restore point ...", "正在保存还原点……"},
    {"phase.plan", "Planning ...", "正在制定计划……"},
    {"phase.volumes-in", "Filling volumes ...", "正在写入卷……"},
    {"phase.manifests", "Writing manifests ...", "正在写入清单……"},
    {"phase.ready", "Waiting until workloads are ready ...", "正在等待工作负载就绪……"},
    {"phase.name.check", "check", "检查"},
    {"phase.name.capture", "capture", "采集"},
    {"phase.name.volumes-out", "volumes out", "读出卷"},
    {"phase.name.save", "save", "保存"},
    {"phase.name.plan", "plan", "计划"},
    {"phase.name.volumes-in", "volumes in", "写入卷"},
    {"phase.name.manifests", "manifests", "清单"},
    {"phase.name.ready", "ready", "就绪"},
    {"phases", "Times: {0}", "用时：{0}"},
    {"volume.state.waiting", "waiting", "等待中"},
    {"volume.state.snapshot", "taking a snapshot", "正在创建快照"},
    {"volume.state.starting", "starting a mover", "正在启动搬运 Pod"},
    {"volume.state.running", "running", "进行中"},
    {"volume.state.restarting", "the mover is started again", "正在重新启动搬运 Pod"},
    {"volume.state.done", "done", "完成"},
    {"volume.state.failed", "failed", "失败"},
    {"volume.through", "  {0}: {1} in {2}", "  {0}：{1}，用时 {2}"},
    {"volume.detail", "  {0}: {1}: {2}", "  {0}：{1}：{2}"},
    {"objects.progress", "{0} of {1} objects", "{0} / {1} 个对象"},
    {"ready.waiting", "Not ready yet: {0}", "尚未就绪：{0}"},
    {"volume.line", "Volume {0}: {1}", "卷 {0}：{1}"},
};

}  // namespace

std::span<const Message> migrate_messages() { return kMessages; }

}  // namespace tranship::cli
