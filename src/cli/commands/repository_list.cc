// tranship repository list: snapshots, the files of one, keys, packs, indexes and locks.

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/display/key_view.h"
#include "cli/options/repository.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "repo/format/tree.h"
#include "repo/read/load_tree.h"

namespace tranship::cli {
namespace {

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const auto& each : list) text += (text.empty() ? "" : ", ") + printable(each);
  return text;
}

std::uint64_t bytes_of(const repo::Snapshot& snapshot) {
  return static_cast<std::uint64_t>(json_integer(snapshot.summary, {"total_bytes_processed"}));
}

Json json_of(const repo::Snapshot& snapshot) {
  return {{"id", snapshot.id.hex()},
          {"time", snapshot.time},
          {"host", snapshot.hostname},
          {"user", snapshot.username},
          {"paths", snapshot.paths},
          {"tags", snapshot.tags},
          {"tree", snapshot.tree.hex()},
          {"parent", snapshot.parent.empty() ? Json(nullptr) : Json(snapshot.parent.hex())},
          {"program", snapshot.program_version},
          {"summary", snapshot.summary}};
}

const char* type_name(repo::NodeType type) {
  switch (type) {
    case repo::NodeType::file: return "file";
    case repo::NodeType::directory: return "directory";
    case repo::NodeType::symlink: return "symlink";
    case repo::NodeType::block_device: return "block-device";
    case repo::NodeType::character_device: return "character-device";
    case repo::NodeType::fifo: return "fifo";
    case repo::NodeType::socket: return "socket";
  }
  return "";
}

char type_letter(repo::NodeType type) {
  switch (type) {
    case repo::NodeType::file: return '-';
    case repo::NodeType::directory: return 'd';
    case repo::NodeType::symlink: return 'l';
    case repo::NodeType::block_device: return 'b';
    case repo::NodeType::character_device: return 'c';
    case repo::NodeType::fifo: return 'p';
    case repo::NodeType::socket: return 's';
  }
  return '?';
}

// "drwxr-sr-x", as ls does it.
std::string mode_text(const repo::Node& node) {
  std::string text(1, type_letter(node.type));
  for (int shift = 6; shift >= 0; shift -= 3) {
    const auto bits = node.mode >> shift;
    text += bits & 4 ? 'r' : '-';
    text += bits & 2 ? 'w' : '-';
    text += bits & 1 ? 'x' : '-';
  }
  const auto special = [&](std::uint32_t bit, std::size_t at, char with, char without) {
    if (node.mode & bit) text[at] = text[at] == 'x' ? with : without;
  };
  special(S_ISUID, 3, 's', 'S');
  special(S_ISGID, 6, 's', 'S');
  special(S_ISVTX, 9, 't', 'T');
  return text;
}

std::string node_time(const repo::Node& node) {
  return format_time(std::chrono::system_clock::time_point(std::chrono::nanoseconds(node.mtime_ns)));
}

// Prints nodes as it walks: a snapshot of any size costs the memory of one path's directories.
class FileLister {
 public:
  FileLister(Session& session, repo::Repository& repository) : session_(session), repository_(repository) {}

  Result<void> list(const repo::Snapshot& snapshot, const repo::Node& top, const std::string& path) {
    if (session_.json()) out_ = "{\n\"snapshot\": \"" + snapshot.id.hex() + "\",\n\"files\": [";
    if (top.type == repo::NodeType::directory) {
      TRY(walk(top.subtree, path));
    } else {
      add(top, path);
    }
    if (session_.json()) out_ += "\n]\n}\n";
    flush();
    return {};
  }

 private:
  static constexpr std::size_t kChunkBytes = 64 << 10;

  Result<void> walk(const Id& tree, const std::string& path) {
    TRY(session_.context().check());
    for (const auto& node : TRY(repo::load_tree(session_.context(), repository_, tree))) {
      const std::string inside = path + "/" + node.name;
      add(node, inside);
      if (node.type == repo::NodeType::directory) TRY(walk(node.subtree, inside));
    }
    return {};
  }

  void add(const repo::Node& node, const std::string& path) {
    if (session_.json()) {
      Json line = {{"path", path},      {"type", type_name(node.type)}, {"mode", fmt::format("{:04o}", node.mode)},
                   {"uid", node.uid},   {"gid", node.gid},              {"size", node.size},
                   {"mtime", node_time(node)}};
      if (node.type == repo::NodeType::symlink) line["target"] = node.link_target;
      out_ += (first_ ? "\n" : ",\n") + to_text(line);
      first_ = false;
    } else {
      const std::string owner = fmt::format("{}:{}", node.uid, node.gid);
      out_ += fmt::format("{}  {:>11}  {:>10}  {}  {}", mode_text(node), owner, format_bytes(node.size),
                          node_time(node).substr(0, 19), printable(path));
      if (node.type == repo::NodeType::symlink) out_ += " -> " + printable(node.link_target);
      out_ += '\n';
    }
    if (out_.size() >= kChunkBytes) flush();
  }

  void flush() {
    if (out_.ends_with('\n')) out_.pop_back();  // print() ends the line
    if (!out_.empty()) session_.print(out_);
    out_.clear();
  }

  Session& session_;
  repo::Repository& repository_;
  std::string out_;
  bool first_ = true;
};

class RepositoryListCommand : public Command {
 public:
  std::string_view name() const override { return "repository list"; }
  CommandHelp help() const override {
    return {"repository.list.summary",
            "repository.list.description",
            {{"tranship repository list -r dir:/srv/backup", "repository.list.example.snapshots"},
             {"tranship repository list files latest:/var/www -r dir:/srv/backup", "repository.list.example.files"},
             {"tranship repository list snapshots --host web1 -r s3://backups/web -o json",
              "repository.list.example.json"}},
            repository_environment()};
  }

  void add_options(Options& options) override {
    options.positional("WHAT", what_, "repository.list.what")
        .choices({"snapshots", "files", "keys", "packs", "indexes", "locks"});
    options.positional("SNAPSHOT", snapshot_.name, "repository.list.snapshot");
    repository_.add(options);
    snapshot_.add_filters(options);
  }

  Result<int> run(Session& session) override {
    if ((what_ == "files") == snapshot_.name.empty()) {
      return fail(Error(Fault::invalid, what_ == "files" ? "\"list files\" needs a SNAPSHOT"
                                                         : "only \"list files\" takes a SNAPSHOT")
                      .with_code("usage")
                      .with_fix("tranship repository list files latest"));
    }
    const Context& context = session.context();
    const auto opened = TRY(repository_.open(session));
    if (what_ == "snapshots") {
      TRY(list_snapshots(session, *opened));
    } else if (what_ == "files") {
      const auto found = TRY(snapshot_.find(context, *opened));
      TRY(opened->load_index(context));
      const auto top = TRY(repo::find_node(context, *opened, found.snapshot.tree, found.path));
      TRY(FileLister(session, *opened).list(found.snapshot, top, found.path.empty() ? "" : "/" + found.path));
    } else if (what_ == "keys") {
      show_keys(session, TRY(opened->list_keys(context)));
    } else if (what_ == "packs") {
      TRY(list_objects(session, opened->store(), "data/"));
    } else if (what_ == "indexes") {
      TRY(list_objects(session, opened->store(), "index/"));
    } else {
      TRY(list_locks(session, *opened));
    }
    return kExitSuccess;
  }

 private:
  Result<void> list_snapshots(Session& session, repo::Repository& repository) const {
    Json list = Json::array();
    for (const auto& snapshot : TRY(repository.list_snapshots(session.context()))) {
      if (!snapshot_.matches(snapshot)) continue;
      list.push_back(json_of(snapshot));
      if (session.json()) continue;
      const std::string size = bytes_of(snapshot) > 0 ? format_bytes(bytes_of(snapshot)) : "";
      std::string line = fmt::format("{}  {}  {}  {:>10}  {}", snapshot.id.brief(), snapshot.time.substr(0, 19),
                                     printable(snapshot.hostname), size, joined(snapshot.paths));
      if (!snapshot.tags.empty()) line += "  [" + joined(snapshot.tags) + "]";
      session.print(line);
    }
    if (session.json()) {
      session.print_json({{"snapshots", std::move(list)}});
    } else if (list.empty()) {
      session.note(session.text("repository.list.no_snapshots", repository.store().describe()));
    }
    return {};
  }

  static Result<void> list_objects(Session& session, store::Store& store, const std::string& folder) {
    Json list = Json::array();
    TRY(store.list(session.context(), folder, [&](const store::ObjectInfo& object) {
      const std::string id = object.key.substr(object.key.rfind('/') + 1);
      if (session.json()) {
        list.push_back({{"id", id}, {"size", object.size}});
      } else {
        session.print(fmt::format("{}  {:>10}", printable(id), format_bytes(object.size)));
      }
    }));
    if (session.json()) session.print_json({{folder == "data/" ? "packs" : "indexes", std::move(list)}});
    return {};
  }

  static Result<void> list_locks(Session& session, repo::Repository& repository) {
    const Context& context = session.context();
    Json list = Json::array();
    for (const Id& id : TRY(repository.list_files(context, "locks"))) {
      const auto text = repository.load_file(context, "locks", id);
      if (!text && text.error().fault() == Fault::not_found) continue;  // released since the listing
      Json lock = text ? parse_json(*text).value_or(Json::object()) : Json::object();
      if (!session.json()) {
        session.print(fmt::format("{}  {}  {}  {} ({})", id.brief(), json_string(lock, {"time"}).substr(0, 19),
                                  session.text(json_bool(lock, {"exclusive"}) ? "repository.list.exclusive"
                                                                              : "repository.list.shared"),
                                  printable(json_string(lock, {"username"}) + "@" + json_string(lock, {"hostname"})),
                                  json_integer(lock, {"pid"})));
      }
      lock["id"] = id.hex();
      list.push_back(std::move(lock));
    }
    if (session.json()) session.print_json({{"locks", std::move(list)}});
    return {};
  }

  RepositoryChoice repository_;
  SnapshotChoice snapshot_;
  std::string what_ = "snapshots";
};

}  // namespace

std::unique_ptr<Command> make_repository_list_command() { return std::make_unique<RepositoryListCommand>(); }

}  // namespace tranship::cli
