#include "cli/messages/repository.h"

namespace tranship::cli {
namespace {

constexpr Message kShared[] = {
    {"option.repository", "The repository: dir:/path, nfs://server/path or s3://bucket/prefix",
     "仓库：dir:/path、nfs://server/path 或 s3://bucket/prefix"},
    {"option.password_file", "File with the password; otherwise TRANSHIP_PASSWORD, or it is asked for",
     "存有密码的文件；未给出时用 TRANSHIP_PASSWORD，或者询问"},
    {"option.dry_run", "Only tell what would be done; nothing is written", "只说明将要做什么；不写入任何内容"},
    {"option.threads", "Threads that work at once; otherwise one per core, at most 4", "同时工作的线程数；未给出时每核一个，最多 4 个"},
    {"option.filter_host", "Only snapshots of this host", "只考虑该主机的快照"},
    {"option.filter_path", "Only snapshots of this path", "只考虑该路径的快照"},
    {"option.filter_tag", "Only snapshots with this tag", "只考虑带有该标签的快照"},
    {"environment.password", "The password of the repository or location", "仓库或位置的密码"},
    {"environment.repository", "The repository, as --repository", "仓库，同 --repository"},
    {"environment.new_password", "The password of the new key", "新密钥的密码"},
    {"environment.aws", "Credentials of S3, as the AWS tools take them; IMDS and web identity work too",
     "S3 的凭据，与 AWS 工具相同；也支持 IMDS 和 Web 身份"},
    {"password.question", "Password of {0}: ", "{0} 的密码："},
    {"password.new", "New password for {0}: ", "{0} 的新密码："},
    {"password.again", "Once more: ", "再输入一次："},
    {"progress.of", "{0} of {1}", "{0} / {1}"},
    {"progress.files", "{0} files", "{0} 个文件"},
    {"progress.files_of", "{0} of {1} files", "{0} / {1} 个文件"},
    {"progress.left", "{0} left", "剩余 {0}"},
    {"progress.finishing", "finishing", "正在收尾"},
    {"progress.begins", "Reading the index ...", "正在读取索引……"},
    {"group.repository", "directories and block devices in a repository of restic's format",
     "以 restic 格式的仓库保存目录和块设备"},
    {"group.repository key", "the passwords that open a repository", "打开仓库的密码"},
};

constexpr Message kBackup[] = {
    {"repository.init.summary", "make a new repository", "新建仓库"},
    {"repository.init.description",
     "Makes an empty repository in restic's format, version 2, which restic opens as well. Everything in it is "
     "encrypted: without the password nothing can be read, by nobody, and there is no way to recover it. Where "
     "there is a repository already, nothing is changed.",
     "以 restic 第 2 版格式新建空仓库，restic 同样可以打开。其中的一切都经过加密：没有密码，任何人都无法读取，密码也无法找回。已有仓库的地方不会有任何改动。"},
    {"repository.init.example.directory", "in a directory; the password is asked for twice", "在目录中；密码会询问两次"},
    {"repository.init.example.s3", "in a bucket, with the password from a file", "在存储桶中，密码取自文件"},
    {"repository.init.done", "Repository {0} made at {1}", "已在 {1} 新建仓库 {0}"},
    {"repository.init.would", "A repository would be made at {0}", "将在 {0} 新建仓库"},
    {"repository.init.keep_password", "Keep the password in a safe place: without it the data is lost.",
     "请妥善保管密码：没有它，数据就无法找回。"},
    {"repository.backup.summary", "read a directory or block device into a snapshot", "把目录或块设备读入快照"},
    {"repository.backup.description",
     "Reads a directory with everything in it, or with --block a block device or image, and saves it as a "
     "snapshot. Only what the repository does not have yet is stored, whoever wrote it. Files whose size, times "
     "and inode are as in the last snapshot of the same host and path are not read again.\n\nA file that cannot "
     "be read is named, the rest is saved, and the exit code is 3. Stopped half-way, the same command uses what "
     "was stored. While it runs, it holds restic's shared lock: other backups may run beside it, restic's prune "
     "waits.",
     "读取目录及其中的一切，或以 --block 读取块设备或映像，保存为快照。只存储仓库中还没有的内容，无论它由谁写入。大小、时间和 inode 与同一主机、同一路径的上一快照相同的文件不再读取。\n\n"
     "无法读取的文件会被指出，其余照常保存，退出码为 3。中途停止后，再次运行同一命令会利用已存储的内容。运行期间持有 restic 的共享锁：其他备份可以同时进行，restic 的 prune 会等待。"},
    {"repository.backup.path", "The directory; with --block the device or image", "目录；使用 --block 时为设备或映像"},
    {"repository.backup.block", "PATH is a block device or an image of one: holes and zeros cost nothing",
     "PATH 是块设备或其映像：空洞和全零的部分不占空间"},
    {"repository.backup.parent_option", "Compare with this snapshot instead of the last of the same host and path",
     "与该快照比较，而不是同一主机和路径的上一快照"},
    {"repository.backup.force_read", "Read every file, whatever the last snapshot says", "读取每个文件，不看上一快照"},
    {"repository.backup.one_file_system", "Leave out other file systems mounted below PATH", "不包括挂载在 PATH 之下的其他文件系统"},
    {"repository.backup.tag", "Tag of the snapshot", "快照的标签"},
    {"repository.backup.host", "Host recorded in the snapshot; otherwise this machine's name", "快照中记录的主机；未给出时为本机名称"},
    {"repository.backup.compression", "auto (fast), off, max, or a level of zstd from 1 to 19",
     "auto（快速）、off、max，或 zstd 级别 1 到 19"},
    {"repository.backup.example.directory", "a directory", "一个目录"},
    {"repository.backup.example.block", "a snapshot of a logical volume", "逻辑卷的快照"},
    {"repository.backup.example.dry_run", "how much would be stored", "查看将存储多少"},
    {"repository.backup.parent", "Comparing with snapshot {0} of {1}", "与 {1} 的快照 {0} 比较"},
    {"repository.backup.parent_without", "snapshot {0} has no {1}: everything is read", "快照 {0} 中没有 {1}：将读取全部内容"},
    {"repository.backup.parent_damaged", "snapshot {0} cannot be compared with, everything is read: {1}",
     "无法与快照 {0} 比较，将读取全部内容：{1}"},
    {"repository.backup.unreadable", "not saved: {0}", "未保存：{0}"},
    {"repository.backup.changed", "changed while it was read: {0}", "读取时被修改：{0}"},
    {"repository.backup.files", "Read {0} files ({1} of them unchanged), {2}, in {3}",
     "读取 {0} 个文件（其中 {1} 个未变），{2}，用时 {3}"},
    {"repository.backup.stored", "New: {0}, stored as {1}", "新内容：{0}，存储为 {1}"},
    {"repository.backup.would_store", "New: {0}, would be stored as {1}; nothing was written",
     "新内容：{0}，将存储为 {1}；没有写入任何内容"},
    {"repository.backup.done", "Snapshot {0} saved", "快照 {0} 已保存"},
    {"repository.backup.not_whole", "The snapshot is not whole: {0} paths could not be read, see above.",
     "快照不完整：{0} 个路径无法读取，见上文。"},
};

constexpr Message kRestore[] = {
    {"repository.restore.summary", "write a snapshot into a directory or onto a device", "把快照写入目录或设备"},
    {"repository.restore.description",
     "Writes all of a snapshot, or the path after the colon, into the target directory: content, owner, mode, "
     "times, links, extended attributes and holes. All of a snapshot keeps its whole path below the target, as "
     "restic does it; a directory that is named becomes the target itself; a file that is named is put into it. "
     "Every piece is checked against its id before it is written.\n\nWithout --resume the target must be empty. "
     "Owners need root; without it they are left as they are.",
     "把整个快照，或冒号后的路径，写入目标目录：内容、所有者、权限、时间、链接、扩展属性和空洞。整个快照会像 restic 那样在目标下保留完整路径；指定的目录成为目标本身；指定的文件放入目标目录。每一块在"
     "写入前都与其 id 核对。\n\n不用 --resume 时，目标必须为空。恢复所有者需要 root；否则保持不变。"},
    {"repository.restore.snapshot", "Id, beginning of one, or latest; with :/path only that file or directory",
     "id、id 的开头或 latest；加上 :/path 则只恢复该文件或目录"},
    {"repository.restore.target", "Directory to write into; with --block the device or image",
     "要写入的目录；使用 --block 时为设备或映像"},
    {"repository.restore.resume", "Go on in a target that is not empty: what is right is kept, the rest replaced",
     "在非空的目标中继续：正确的保留，其余的替换"},
    {"repository.restore.remove_others", "Remove what the snapshot does not have; includes --resume",
     "删除快照中没有的内容；包含 --resume"},
    {"repository.restore.block", "Write the file after the colon onto the target device or image",
     "把冒号后的文件写到目标设备或映像"},
    {"repository.restore.example.all", "all of the newest snapshot", "最新快照的全部"},
    {"repository.restore.example.back", "what would bring a directory back to that state, removing what came since",
     "查看把目录恢复到当时的状态、并删除之后新增内容会做什么"},
    {"repository.restore.example.block", "a volume onto a device", "把卷写到设备"},
    {"repository.restore.done", "Restored snapshot {0}: {1} files, {2} ({3} files were there already) to {4} in {5}",
     "已恢复快照 {0}：{1} 个文件，{2}（其中 {3} 个文件已存在）到 {4}，用时 {5}"},
    {"repository.restore.no_ownership", "Owners were not restored: that needs root.", "未恢复所有者：这需要 root。"},
    {"repository.restore.failed", "not restored: {0}", "未恢复：{0}"},
    {"repository.restore.not_whole",
     "The restore is not whole: {0} paths failed, see above. Run it again with --resume.",
     "恢复不完整：{0} 个路径失败，见上文。请用 --resume 再次运行。"},
    {"repository.restore.would", "{0} files, {1}, would be restored to {2}", "将恢复 {0} 个文件，{1}，到 {2}"},
    {"repository.restore.would_find", "{0} files of the same name and size are there already", "已有 {0} 个同名同大小的文件"},
    {"repository.restore.would_remove", "would be removed: {0}", "将删除：{0}"},
    {"repository.restore.would_remove_count", "{0} entries would be removed", "将删除 {0} 项"},
    {"repository.restore.not_empty", "{0} is not empty: --resume would be needed", "{0} 非空：需要 --resume"},
};

constexpr Message kLook[] = {
    {"repository.list.summary", "list snapshots, files, keys, packs, indexes or locks", "列出快照、文件、密钥、数据包、索引或锁"},
    {"repository.list.description",
     "Snapshots: id, time, host, size, paths and [tags], oldest first. Files: mode, owner, size, time and path of "
     "everything in a snapshot or below a path of it. Nothing is locked or changed.",
     "快照：id、时间、主机、大小、路径和 [标签]，最早的在前。文件：快照中或其某一路径下所有条目的权限、所有者、大小、时间和路径。不加锁，也不改动任何内容。"},
    {"repository.list.what", "What to list", "要列出的内容"},
    {"repository.list.snapshot", "For files: id, beginning of one, or latest, with :/path only what is below it",
     "用于 files：id、id 的开头或 latest；加上 :/path 则只列出其下的内容"},
    {"repository.list.example.snapshots", "all snapshots", "所有快照"},
    {"repository.list.example.files", "the files below a path", "某一路径下的文件"},
    {"repository.list.example.json", "one host's snapshots, for a script", "一台主机的快照，供脚本使用"},
    {"repository.list.no_snapshots", "{0} holds no such snapshots", "{0} 中没有这样的快照"},
    {"repository.list.exclusive", "exclusive", "独占"},
    {"repository.list.shared", "shared", "共享"},
    {"repository.check.summary", "find out whether a repository is whole", "检查仓库是否完整"},
    {"repository.check.description",
     "Looks whether everything the snapshots need is there: every directory, every piece in the index, every pack "
     "with its right size. With --read-data every byte is read and checked too, which takes the time to fetch all "
     "of it. Each pack, piece, file and snapshot that is damaged is named, and the exit code is 3. Hints are no "
     "damage. Nothing is locked or changed.",
     "检查快照所需的一切是否都在：每个目录、索引中的每一块、每个大小正确的数据包。使用 --read-data 时还会读取并核对每个字节，耗时相当于取回全部数据。损坏的数据包、块、文件和快照都会指出，退出码"
     "为 3。提示不表示损坏。不加锁，也不改动任何内容。"},
    {"repository.check.read_data", "Read and check every byte", "读取并核对每个字节"},
    {"repository.check.example.plain", "what can be told without reading the data", "不读取数据就能知道的"},
    {"repository.check.example.read_data", "everything, for a script", "检查一切，供脚本使用"},
    {"repository.check.damage", "damage: ", "损坏："},
    {"repository.check.hint", "hint: ", "提示："},
    {"repository.check.counts", "{0} snapshots, {1} packs, {2} blobs; {3} read", "{0} 个快照，{1} 个数据包，{2} 块；读取 {3}"},
    {"repository.check.whole", "{0} is whole", "{0} 完整"},
    {"repository.check.whole_unread", "{0} is whole as far as can be told without --read-data",
     "{0} 完整（未使用 --read-data，数据本身未读取）"},
    {"repository.check.bad", "{0} is damaged: {1} findings", "{0} 已损坏：{1} 处"},
};

constexpr Message kPrune[] = {
    {"repository.prune.summary", "free what no snapshot needs", "释放不再有快照需要的空间"},
    {"repository.prune.description",
     "Works beside backups and restores that go on, in two phases. What nothing needs is marked; a later run removes "
     "it, when the grace period is over and nobody is left who might have referred to it before it was marked. So it "
     "frees space from its second run on: run it regularly. Packs of which only a part is needed are copied first. "
     "While restic, or an older tranship, works on the repository nothing is removed. With --grace 0 everything is "
     "done at once, under a lock that excludes all writers; nobody may be restoring from it meanwhile.",
     "分两个阶段进行，备份和恢复可以同时继续。不再需要的内容先做标记，宽限期过后，并且没有任何在标记之前可能引用它的程序仍在运行时，由之后的执行删除。因此从第二次执行起才会释放空间，请定期执"
     "行。只有部分内容仍需要的数据包会先被复制。restic 或旧版 tranship 正在使用仓库时不会删除任何内容。使用 --grace 0 则一次完成，期间加独占锁排斥所有写入者，并且不得有人正在从中恢复。"},
    {"repository.prune.grace", "How long something stays after it was marked: 36h, 7d; 0 removes at once (default 24h)",
     "标记之后保留多久：36h、7d；0 表示立即删除（默认 24h）"},
    {"repository.prune.max_unused",
     "Percent of the repository that may stay unused rather than be copied about (default 5)",
     "允许保留而不必搬移的无用数据占仓库的百分比（默认 5）"},
    {"repository.prune.example.plain", "mark what nothing needs, remove what was marked a day ago",
     "标记不再需要的内容，删除一天前已标记的内容"},
    {"repository.prune.example.now", "everything at once, when nobody uses the repository", "没有人使用仓库时一次完成"},
    {"repository.prune.example.dry_run", "how much would be freed, for a script", "将释放多少空间，供脚本使用"},
    {"repository.prune.before", "{0} snapshots need {1} of {2} in {3} packs", "{0} 个快照需要 {3} 个数据包共 {2} 中的 {1}"},
    {"repository.prune.removed", "Removed: {0} in {1} packs", "已删除：{1} 个数据包，{0}"},
    {"repository.prune.copied", "Copied: {0} out of {1} packs", "已复制：从 {1} 个数据包中复制 {0}"},
    {"repository.prune.marked", "Marked: {0} in {1} packs", "已标记：{1} 个数据包，{0}"},
    {"repository.prune.revived", "Needed again after they were marked: {0} in {1} packs", "标记后又被需要：{1} 个数据包，{0}"},
    {"repository.prune.waiting", "Marked earlier, still waiting: {0} in {1} packs", "之前已标记，仍在等待：{1} 个数据包，{0}"},
    {"repository.prune.busy", "Left, because somebody may be about to need it: {0} in {1} packs",
     "可能即将被他人使用而保留：{1} 个数据包，{0}"},
    {"repository.prune.holder", "in use by {0}", "正被 {0} 使用"},
    {"repository.prune.next", "The next run after {0} removes what is marked", "{0} 之后的下一次执行将删除已标记的内容"},
    {"repository.prune.hint", "hint: ", "提示："},
    {"repository.prune.dry_run", "This is what would be done; nothing was written", "以上为将要执行的操作；没有写入任何内容"},
    {"repository.forget.summary", "remove snapshots", "删除快照"},
    {"repository.forget.description",
     "Removes the snapshots that are named, or those that the rules keep no longer. Rules keep the newest of so many "
     "hours, days, weeks, months and years, each host and its paths by themselves; whatever a rule keeps stays, and "
     "the newest always does. The space that snapshots took is freed by a prune: --prune does that right after.",
     "删除指定的快照，或规则不再保留的快照。规则按主机及其路径分别计算，保留若干小时、天、周、月、年中各自最新的快照；只要有一条规则保留就会留下，最新的快照总会保留。快照占用的空间由 prune 释放：--prune "
     "会随后执行。"},
    {"repository.forget.snapshots", "Snapshots: ids or the beginning of them", "快照：其 id 或 id 的开头"},
    {"repository.forget.keep_latest", "Keep this many of the newest", "保留最新的若干个"},
    {"repository.forget.keep_hourly", "Keep the newest of this many hours", "保留若干小时中每小时最新的一个"},
    {"repository.forget.keep_daily", "Keep the newest of this many days", "保留若干天中每天最新的一个"},
    {"repository.forget.keep_weekly", "Keep the newest of this many weeks", "保留若干周中每周最新的一个"},
    {"repository.forget.keep_monthly", "Keep the newest of this many months", "保留若干月中每月最新的一个"},
    {"repository.forget.keep_yearly", "Keep the newest of this many years", "保留若干年中每年最新的一个"},
    {"repository.forget.max_age", "Keep none older than this, but the newest: 90d, 720h",
     "除最新的之外，不保留早于此时长的快照：90d、720h"},
    {"repository.forget.prune", "Then prune, as 'repository prune' does", "随后执行 repository prune"},
    {"repository.forget.example.rules", "a week of days, a year of months, and free the space",
     "保留一周中的每天和一年中的每月，并释放空间"},
    {"repository.forget.example.ids", "these two", "删除这两个"},
    {"repository.forget.forgotten", "forgotten: ", "已删除："},
    {"repository.forget.would", "would be forgotten: ", "将删除："},
    {"repository.forget.counts", "{0} snapshots forgotten, {1} kept", "已删除 {0} 个快照，保留 {1} 个"},
    {"repository.forget.counts_would", "{0} snapshots would be forgotten, {1} kept; nothing was written",
     "将删除 {0} 个快照，保留 {1} 个；没有写入任何内容"},
};

constexpr Message kKeys[] = {
    {"repository.key.list.summary", "list the keys of a repository", "列出仓库的密钥"},
    {"repository.key.list.description",
     "Each key is a password that opens the repository. The one in use has a star.",
     "每个密钥对应一个可以打开仓库的密码。正在使用的带有星号。"},
    {"repository.key.list.example", "who can open it", "谁能打开它"},
    {"repository.key.add.summary", "add a password to a repository", "为仓库添加密码"},
    {"repository.key.add.description",
     "The new password opens the repository beside those there are, in restic as well. Every password opens "
     "everything: there are no keys for a part.",
     "新密码与已有的密码一样可以打开仓库，在 restic 中也是如此。每个密码都能打开全部内容：没有只针对部分内容的密钥。"},
    {"repository.key.add.new_password_file",
     "File with the new password; otherwise TRANSHIP_NEW_PASSWORD, or it is asked for",
     "存有新密码的文件；未给出时用 TRANSHIP_NEW_PASSWORD，或者询问"},
    {"repository.key.add.user", "User recorded with the key; otherwise yours", "与密钥一同记录的用户；未给出时为当前用户"},
    {"repository.key.add.host", "Host recorded with the key; otherwise this machine's name", "与密钥一同记录的主机；未给出时为本机名称"},
    {"repository.key.add.example", "with the new password from a file", "新密码取自文件"},
    {"repository.key.add.done", "Key {0} added", "已添加密钥 {0}"},
    {"repository.key.add.would", "A key would be added; nothing was written", "将添加一个密钥；没有写入任何内容"},
    {"repository.key.remove.summary", "remove a password from a repository", "从仓库删除密码"},
    {"repository.key.remove.description",
     "Its password opens the repository no longer. The key in use and the last one cannot be removed. Whoever had "
     "opened the repository before may have kept the master key: data that must be kept from them needs a new "
     "repository.",
     "该密码将不再能打开仓库。不能删除正在使用的密钥和最后一个密钥。之前打开过仓库的人可能保留了主密钥：若数据不能再让其读取，需要新建仓库。"},
    {"repository.key.remove.key", "The key: its id or the beginning of it", "密钥：其 id 或 id 的开头"},
    {"repository.key.remove.example", "by the beginning of its id", "用 id 的开头指定"},
    {"repository.key.remove.done", "Key {0} removed", "已删除密钥 {0}"},
    {"repository.key.remove.would", "Key {0} would be removed; nothing was written", "将删除密钥 {0}；没有写入任何内容"},
};

}  // namespace

std::vector<std::span<const Message>> repository_messages() {
  return {kShared, kBackup, kRestore, kLook, kPrune, kKeys};
}

}  // namespace tranship::cli
