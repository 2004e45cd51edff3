#include "cli/messages/controller.h"

namespace tranship::cli {
namespace {

constexpr Message kMessages[] = {
    {"install.summary", "put the controller into a cluster, or bring it up to date", "将控制器安装到集群，或升级"},
    {"install.description",
     "Writes the kinds of tranship.io, a namespace, a service account with its rights, and the controller's "
     "Deployment and Service, by server-side apply. Doing it again is harmless and is how an installation is "
     "upgraded. The rights are those on the kinds that the cluster serves; they are computed anew each time.\n\n"
     "With --print nothing is written: the manifests go to standard output, to be kept in a repository or looked at. "
     "With --rights any no cluster is asked for that.",
     "通过服务器端应用写入 tranship.io 的各类型、命名空间、带权限的服务账号，以及控制器的 Deployment 和 Service。"
     "可重复执行，升级也用同一命令。权限针对集群提供的各类型，每次重新计算。\n\n"
     "使用 --print 时不写入任何内容：清单输出到标准输出，可保存到仓库或查看。同时使用 --rights any 则无需连接集群。"},
    {"install.namespace", "The system namespace, where the controller runs", "系统命名空间，控制器在其中运行"},
    {"install.image", "Image of the controller and of the mover pods", "控制器和搬运 Pod 的镜像"},
    {"install.cluster_name",
     "What this cluster is called in restore points; otherwise as it was installed before, or after the context",
     "本集群在还原点中的名称；缺省沿用之前安装时的名称，否则取上下文名称"},
    {"install.replicas", "Pods of the controller; one leads, the others stand by",
     "控制器的 Pod 数量；一个主导，其余待命"},
    {"install.rights", "Rights on the kinds that the cluster serves now, or on any kind, also later ones",
     "针对集群当前提供的类型的权限，或任意（包括以后出现的）类型的权限"},
    {"install.ready_timeout", "Wait so long until the controller is ready; 0: do not wait",
     "等待控制器就绪的时长；0 表示不等待"},
    {"install.print", "Print the manifests and write nothing", "输出清单，不写入任何内容"},
    {"install.example.plain", "install or upgrade", "安装或升级"},
    {"install.example.print", "manifests to apply by other means", "输出清单，用其他方式应用"},
    {"install.change.created", "{0} created", "{0} 已创建"},
    {"install.change.updated", "{0} updated", "{0} 已更新"},
    {"install.change.unchanged", "{0} unchanged", "{0} 无变化"},
    {"install.change.removed", "{0} removed", "{0} 已删除"},
    {"install.change.absent", "{0} was not there", "{0} 不存在"},
    {"install.ready", "The controller is ready in namespace {0}.", "控制器已在命名空间 {0} 中就绪。"},
    {"install.done", "The controller is installed in namespace {0}.", "控制器已安装到命名空间 {0}。"},

    {"upgrade.summary", "bring the controller of a cluster up to this program's version",
     "将集群中的控制器升级到本程序的版本"},
    {"upgrade.description",
     "As install does, with the number of pods, the cluster's name and the image's registry as they are there: only "
     "the image's tag becomes this program's version. The kinds of tranship.io and the rights are written anew. "
     "Actions that run go on under the new controller. Without an installation nothing is written.",
     "与 install 相同，但保留现有的 Pod 数量、集群名称和镜像仓库：只把镜像标签换成本程序的版本。"
     "tranship.io 的各类型和权限会重新写入。正在执行的动作由新控制器继续。没有安装时不写入任何内容。"},
    {"upgrade.image", "Image of the controller and of the mover pods; otherwise the one that is there, of this version",
     "控制器和搬运 Pod 的镜像；缺省为现有镜像的本版本"},
    {"upgrade.example.plain", "the installed image's registry, this version", "沿用现有镜像仓库，升级到本版本"},
    {"upgrade.example.dry", "what would change", "查看会有哪些变化"},

    {"uninstall.summary", "take the controller out of a cluster", "从集群中卸载控制器"},
    {"uninstall.description",
     "Removes the Deployment, the Service, the service account and its rights. Locations, policies, restore points and "
     "the namespace stay, so that a later install goes on where this one ended; with --crds they go too. What is in "
     "locations (buckets, NFS) is never touched.",
     "删除 Deployment、Service、服务账号及其权限。位置、策略、还原点和命名空间会保留，以后再次安装可继续使用；"
     "使用 --crds 时一并删除。位置（存储桶、NFS）中的内容始终不受影响。"},
    {"uninstall.crds", "Also remove the kinds of tranship.io with every object of theirs, and the namespace",
     "同时删除 tranship.io 的各类型及其所有对象，以及命名空间"},
    {"uninstall.example.plain", "objects of tranship.io stay", "保留 tranship.io 的对象"},
    {"uninstall.example.all", "what removing everything would do", "查看全部删除会做什么"},
    {"uninstall.done", "The controller is gone; objects of tranship.io are still there.",
     "控制器已卸载；tranship.io 的对象仍保留。"},
    {"dashboard.summary", "serve the pages on this machine, as the kubeconfig's user",
     "在本机以 kubeconfig 的用户身份提供页面"},
    {"dashboard.description",
     "Serves the pages on an address of this machine alone and prints it; with the kubeconfig's own rights, so that "
     "one sees and may do there what one may do with kubectl. Nothing is opened in the cluster. The address holds a "
     "key: whoever has it acts as you while the command runs. Ends with Ctrl-C.\n\n"
     "What is shown are the objects of tranship.io; the controller (tranship install) does what they ask for. It "
     "serves the same pages inside the cluster, for people who log in with a token.",
     "在仅限本机的地址上提供页面并输出该地址；使用 kubeconfig 自身的权限，因此能看到和执行的与 kubectl 相同。"
     "不会在集群中开放任何端口。地址中含有密钥：命令运行期间，持有该地址者即可以您的身份操作。按 Ctrl-C 结束。\n\n"
     "页面显示 tranship.io 的对象；控制器（tranship install）执行其要求。控制器在集群内也提供相同的页面，使用令牌登录。"},
    {"dashboard.context", "Context or file of a kubeconfig; otherwise the current context",
     "kubeconfig 的上下文或文件；未给出时使用当前上下文"},
    {"dashboard.listen", "Address to serve on, of this machine alone; port 0 is any free one",
     "提供页面的地址，仅限本机；端口 0 表示任意空闲端口"},
    {"dashboard.example.plain", "the pages of one cluster", "查看某个集群的页面"},
    {"dashboard.address", "The pages of {0}: {1}", "{0} 的页面：{1}"},
    {"controller.summary", "run the controller: what the Deployment does", "运行控制器（由 Deployment 执行）"},
    {"controller.description",
     "Watches the objects of tranship.io and does what they ask for, until it is stopped. Of several in one namespace "
     "one leads and the others stand by. It can also run outside of the cluster, against a kubeconfig. The log goes to "
     "standard error: JSON lines, unless that is a terminal.",
     "监视 tranship.io 的对象并执行其要求，直到被停止。同一命名空间中有多个时，一个主导，其余待命。"
     "也可以在集群外使用 kubeconfig 运行。日志写到标准错误：除非是终端，否则为 JSON 行。"},
    {"controller.context", "Context or file of a kubeconfig; otherwise the pod's own access, or the current context",
     "kubeconfig 的上下文或文件；未给出时使用 Pod 自身的访问权限或当前上下文"},
    {"controller.cluster_name", "What this cluster is called in restore points; otherwise as its context",
     "本集群在还原点中的名称；缺省为上下文名称"},
    {"controller.only_namespace", "Look after the objects of this namespace alone; otherwise of all",
     "只处理该命名空间中的对象；未给出时处理所有命名空间"},
    {"controller.listen", "Address for the pages, /healthz, /readyz and /metrics",
     "提供页面、/healthz、/readyz 和 /metrics 的地址"},
    {"controller.actions_at_once", "Actions that run at the same time", "同时执行的动作数量"},
    {"controller.lease", "When the one that leads dies, another takes over after so long",
     "主导者中断后，其他实例接管前等待的时长"},
    {"controller.audit_log", "The audit record goes into this file, rather than among the lines of the log",
     "将审计记录写入此文件，而不是混在日志中"},
    {"controller.log_level", "What is logged", "日志级别"},
    {"controller.example.outside", "from a shell, on any free port", "在命令行中运行，使用任意空闲端口"},

    {"uninstall.done.all", "The controller and all objects of tranship.io are gone.",
     "控制器和 tranship.io 的所有对象均已删除。"},
};

}  // namespace

std::span<const Message> controller_messages() {
  return kMessages;
}

}  // namespace tranship::cli
