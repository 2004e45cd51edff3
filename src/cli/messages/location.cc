#include "cli/messages/location.h"

namespace tranship::cli {
namespace {

constexpr Message kMessages[] = {
    {"option.endpoint",
     "URL of the S3 endpoint; otherwise AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or AWS of the region",
     "S3 端点的 URL；未给出时用 AWS_ENDPOINT_URL_S3、AWS_ENDPOINT_URL，或该区域的 AWS"},
    {"option.region", "Region of the bucket; otherwise AWS_REGION, AWS_DEFAULT_REGION, or us-east-1",
     "存储桶所在区域；未给出时用 AWS_REGION、AWS_DEFAULT_REGION，或 us-east-1"},
    {"option.path_style", "Name the bucket in the path instead of the host; otherwise what fits the endpoint",
     "在路径而不是主机名中给出存储桶；未给出时按端点选择"},
    {"option.credentials_file",
     "AWS credentials file (profile: AWS_PROFILE); otherwise the environment and the AWS chain",
     "AWS 凭据文件（配置名：AWS_PROFILE）；未给出时用环境变量和 AWS 凭据链"},
    {"option.ca_file", "Certificate authorities of the endpoint (PEM); otherwise AWS_CA_BUNDLE or the system's",
     "端点的证书颁发机构（PEM）；未给出时用 AWS_CA_BUNDLE 或系统的"},
    {"option.insecure",
     "Do not verify the endpoint's certificate: anybody in between can read and change what is sent",
     "不验证端点的证书：中间的任何人都能读取和修改传输的内容"},

    {"group.location", "the places where restore points are kept", "保存还原点的位置"},
    {"location.check.summary", "check that a location can keep restore points", "检查一个位置能否保存还原点"},
    {"location.check.description",
     "Writes, reads, lists and removes objects in a folder of its own of the location (tranship-check-...), and "
     "says which of the "
     "things that Tranship relies on hold there. What is in the location already is not touched. A check that does "
     "not "
     "hold names the reason and what to do.",
     "在该位置中一个单独的文件夹（tranship-check-...）里写入、读取、列出和删除对象，说明 Tranship "
     "所依赖的各项行为是否成立。"
     "不会触碰该位置中已有的内容。不成立的检查会给出原因和处理办法。"},
    {"location.check.location", "s3://bucket/prefix, nfs://server/path or dir:/path",
     "s3://bucket/prefix、nfs://server/path 或 dir:/path"},
    {"location.check.thorough",
     "Also a listing of several pages and an object sent in parts (70 MiB, 2,000 requests)",
     "另外检查多页的列表和分段上传的对象（70 MiB，2000 个请求）"},
    {"location.check.example.directory", "a directory", "一个目录"},
    {"location.check.example.nfs", "a share of an NFS server, by NFSv4 and as the folder's owner",
     "NFS 服务器的一个共享，使用 NFSv4，以文件夹所有者的身份"},
    {"location.check.example.s3", "a bucket of MinIO", "MinIO 的一个存储桶"},
    {"location.check.good", "{0}: all {1} checks hold", "{0}：{1} 项检查全部成立"},
    {"location.check.bad", "{0}: {1} of {2} checks do not hold", "{0}：{2} 项检查中有 {1} 项不成立"},

    {"location.finding.write", "an object is written and read back", "写入一个对象并读回"},
    {"location.finding.empty", "an empty object is kept", "能保存空对象"},
    {"location.finding.pack", "an object of a pack's size is kept", "能保存数据包大小的对象"},
    {"location.finding.replace", "an object is replaced", "能替换对象"},
    {"location.finding.create", "what is there is not made again", "已有的对象不会被重新创建"},
    {"location.finding.ranges", "a range of an object is read", "能读取对象的一段"},
    {"location.finding.size", "the size of an object is told", "能给出对象的大小"},
    {"location.finding.absent", "what is not there is \"not found\"", "不存在的对象报告为“未找到”"},
    {"location.finding.odd_names", "names with any characters are kept", "能保存含任意字符的名称"},
    {"location.finding.bad_names", "names that are not allowed are refused", "拒绝不允许的名称"},
    {"location.finding.listing", "objects are listed as soon as they are written", "对象写入后立即能列出"},
    {"location.finding.parallel", "many calls at once do not disturb each other", "同时进行的多个调用互不干扰"},
    {"location.finding.atomic", "a reader of a replaced object sees the old or the new one",
     "读取正被替换的对象时得到旧的或新的"},
    {"location.finding.pages", "a listing of several pages is whole", "多页的列表是完整的"},
    {"location.finding.parts", "an object larger than one piece is kept", "能保存需要分段上传的对象"},
    {"location.finding.remove", "objects are removed", "能删除对象"},

    {"group.mover", "what runs in a mover pod; started by Tranship itself",
     "在搬运 Pod 中运行的部分；由 Tranship 自己启动"},
    {"mover.run.summary", "run the task of a mover pod", "执行搬运 Pod 的任务"},
    {"mover.run.description",
     "Moves one volume as the task says. Prints JSON lines: progress, and one result as the last. Started by "
     "Tranship "
     "itself in a pod.",
     "按任务搬运一个卷。输出 JSON 行：进度，最后一行是结果。由 Tranship 自己在 Pod 中启动。"},
    {"mover.run.task", "The task: a JSON file with keys and credentials", "任务：含密钥和凭据的 JSON 文件"},
    {"mover.socket", "The mover's relay socket", "搬运进程的中继套接字"},
    {"mover.relay.summary", "join standard input and output to the mover's relay socket",
     "把标准输入输出接到搬运进程的中继套接字"},
    {"mover.relay.description",
     "Run by exec in a mover pod, so that whoever coordinates can serve a location that only they reach.",
     "在搬运 Pod 中由 exec 运行，使协调者能够提供只有它能访问的位置。"},
};

}  // namespace

std::span<const Message> location_messages() { return kMessages; }

}  // namespace tranship::cli
