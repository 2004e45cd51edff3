// Texts of token create, inspect, list, revoke and target.

#include "cli/messages/token.h"

namespace tranship::cli {
namespace {

constexpr Message kMessages[] = {
    {"option.token_file", "Read a transfer token from this file, - for standard input; it brings location and key",
     "从该文件读取迁移凭据，- 为标准输入；位置和密钥由它给出"},
    {"environment.token", "A transfer token, as with --token-file", "迁移凭据，同 --token-file"},
    {"group.token", "what lets another cluster find and open an exported application", "让另一个集群找到并打开已导出的应用"},
    {"token.application", "Whose restore points: the application's name", "哪个应用的还原点：应用名称"},

    {"token.create.summary", "let another cluster find and open an exported application",
     "让另一个集群找到并打开已导出的应用"},
    {"token.create.description",
     "Prints a transfer token: one string with the location, the application's repository in it and a key of its own. "
     "Whoever has it can read every restore point of this application, those to come too, and nothing else; give it to "
     "'tranship restore --token-file' or paste it into the other cluster's import.\n\n"
     "It holds no cloud credentials unless asked for: the other side needs read access to the store by its own. With "
     "--for only that target can use it. Each token can be revoked alone (token revoke) and may have an end.",
     "输出一个迁移凭据：一串文字，包含位置、该应用的仓库以及一个专用密钥。持有者可以读取该应用的所有还原点，包括以后的，"
     "除此之外什么也不能读；把它交给 tranship restore --token-file，或粘贴到另一个集群的导入中。\n\n"
     "除非明确要求，凭据不含云账号密钥：对方须以自己的账号读取存储。用 --for 时只有该目标能使用它。"
     "每个凭据可单独吊销（token revoke），也可设定期限。"},
    {"token.create.example.plain", "A token that ends after 30 days", "30 天后到期的凭据"},
    {"token.create.example.sealed", "A token for one target alone; 'tranship token target' there prints its name",
     "只给一个目标的凭据；目标名由那边的 tranship token target 输出"},
    {"token.create.expires", "End it after this time: 12h, 30d, 2w; otherwise it has no end", "有效期：12h、30d、2w；未给出时不到期"},
    {"token.create.note", "Whom it is for, as 'token list' shows it", "给谁用，token list 会显示"},
    {"token.create.for", "Seal it for the target of this name", "只封给该名称的目标"},
    {"token.create.with_credentials", "Put the credentials for the object store into it too",
     "把访问对象存储的账号密钥也放进去"},
    {"token.create.write_to", "Write it to this file (mode 0600) instead of printing it", "写入该文件（权限 0600），而不是输出"},
    {"token.create.would", "Would make a token for {} ({} restore points). Nothing was written.",
     "将为 {} 生成凭据（{} 个还原点）。未写入任何内容。"},
    {"token.create.done", "Token {} of {}: keep it like a password", "凭据 {}（应用 {}）：请像密码一样保管"},
    {"token.create.ends", "It ends on {}", "到期时间：{}"},
    {"token.create.directory", "The location is a directory: the token is of use only where that directory is",
     "位置是一个目录：凭据只在有该目录的机器上有用"},
    {"token.create.nfs", "The other side must reach the NFS server itself, which it calls as uid {0}",
     "对方须能访问该 NFS 服务器，并以 uid {0} 的身份访问"},
    {"token.create.no_ca", "The CA bundle is too large to travel: the other side gives its own (--ca-file)",
     "CA 证书包过大，未放入凭据：对方须自行提供（--ca-file）"},
    {"token.create.no_credentials", "The other side needs read access of its own to the object store",
     "对方需要自己有该对象存储的读取权限"},

    {"token.inspect.summary", "what a transfer token holds, and whether it opens anything", "迁移凭据的内容，以及能否打开"},
    {"token.inspect.description",
     "Shows application, source, location and end of a token (--token-file or TRANSHIP_TOKEN), then reaches for the "
     "location and opens the repository with it. Never shows its key. --endpoint, --region and --location say how this "
     "side reaches the store when it is another way than the source's.",
     "显示凭据（--token-file 或 TRANSHIP_TOKEN）中的应用、来源、位置和期限，然后访问该位置并打开仓库。绝不显示密钥。"
     "如果本侧以不同方式访问存储，用 --endpoint、--region 和 --location 说明。"},
    {"token.inspect.example", "Is this token good?", "这个凭据可用吗？"},
    {"token.inspect.offline", "Only what the token says itself", "只看凭据自身的内容"},
    {"token.inspect.points", "It opens {} restore points, the newest of {}", "可打开 {} 个还原点，最新的是 {}"},
    {"token.inspect.no_points", "It opens the repository; there is no restore point in it yet", "可打开仓库；其中还没有还原点"},
    {"token.field.application", "Application", "应用"},
    {"token.field.cluster", "From cluster", "来源集群"},
    {"token.field.location", "Location", "位置"},
    {"token.field.endpoint", "Endpoint", "端点"},
    {"token.field.created", "Made", "生成时间"},
    {"token.field.expires", "Ends", "到期时间"},
    {"token.field.credentials", "Credentials for the store", "存储的账号密钥"},
    {"token.never", "never", "不到期"},
    {"token.inside", "inside", "包含"},
    {"token.not_inside", "not inside", "不包含"},
    {"token.ended", "ended", "已到期"},

    {"token.list.summary", "the transfer tokens of an application", "应用的迁移凭据"},
    {"token.list.description",
     "Lists each token's key, when it was made, its end and note; never the tokens themselves, which are nowhere kept.",
     "列出每个凭据的密钥标识、生成时间、期限和备注；凭据本身不会被保存，也不会列出。"},
    {"token.list.example", "Who can read minio?", "谁能读取 minio？"},
    {"token.list.none", "{} has no transfer tokens", "{} 没有迁移凭据"},

    {"token.revoke.summary", "end a transfer token now", "立即吊销迁移凭据"},
    {"token.revoke.description",
     "Removes the token's key from the repository: it opens nothing from then on. What was read with it before stays "
     "read; other tokens and the passphrase go on working.",
     "从仓库中删除该凭据的密钥：此后它什么也打不开。之前已读取的内容无法收回；其他凭据和口令不受影响。"},
    {"token.revoke.example", "End one token, by the beginning of its key", "按密钥标识的开头吊销一个凭据"},
    {"token.revoke.token", "The token, by the beginning of its key (token list)", "凭据，给出密钥标识的开头（见 token list）"},
    {"token.revoke.done", "Token {} opens nothing any more", "凭据 {} 已不能打开任何内容"},
    {"token.revoke.would", "Would revoke token {}. Nothing was written.", "将吊销凭据 {}。未写入任何内容。"},

    {"token.target.summary", "the name of this target, to have tokens sealed for it", "本目标的名称，用于封装只给它的凭据"},
    {"token.target.description",
     "Prints a public key; its private half is made at the first call and stays here "
     "(~/.local/share/tranship/target-key, mode 0600). It is no secret: give it to whoever makes the token "
     "(token create --for).",
     "输出一个公钥；私钥在首次调用时生成并留在本机（~/.local/share/tranship/target-key，权限 0600）。"
     "公钥不是秘密：把它交给生成凭据的人（token create --for）。"},
    {"token.target.example", "Print it", "输出名称"},
};

}  // namespace

std::span<const Message> token_messages() { return kMessages; }

}  // namespace tranship::cli
