// tranship repository backup: a directory or a block device into a snapshot.

#include <fmt/format.h>
#include <sys/stat.h>

#include <charconv>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/display/progress.h"
#include "cli/options/repository.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "repo/backup/backup.h"
#include "repo/host.h"
#include "repo/lock.h"
#include "repo/read/load_tree.h"

namespace tranship::cli {
namespace {

constexpr int kCompressionMax = 19;
constexpr int kCompressionBest = 12;  // beyond it time grows much faster than what is saved

// "auto", "off", "max", or a level of zstd.
Result<int> compression_level(const std::string& name) {
  if (name == "auto") return 1;
  if (name == "off") return 0;
  if (name == "max") return kCompressionBest;
  int level = 0;
  const char* last = name.data() + name.size();
  const auto parsed = std::from_chars(name.data(), last, level);
  if (parsed.ec == std::errc() && parsed.ptr == last && level >= 1 && level <= kCompressionMax) return level;
  return fail(Error(Fault::invalid, "--compression is auto, off, max, or a level from 1 to 19, not '" + name + "'")
                  .with_code("usage"));
}

// Absolute and without "." and "..", as restic records it.
Result<std::string> absolute_path(const std::string& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (error) return fail(Fault::invalid, path + ": " + error.message());
  std::string text = absolute.lexically_normal().string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

Result<void> check_source(const std::string& path, bool block) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return fail(system_error("read " + path, errno).with_code("backup.source").with_fix("Check the path"));
  }
  if (S_ISDIR(status.st_mode) && !block) return {};
  if ((S_ISBLK(status.st_mode) || S_ISREG(status.st_mode)) && block) return {};
  const bool device = S_ISBLK(status.st_mode);
  return fail(Error(Fault::invalid, path + (block ? " is neither a block device nor an image" : " is no directory"))
                  .with_code("backup.source")
                  .with_fix(block    ? "Leave --block out for a directory"
                            : device ? "Give --block to read a block device"
                                     : "Give the directory it is in, or --block to read an image"));
}

struct Outcome {
  repo::BackupResult result;
  repo::Snapshot snapshot;  // without an id in a dry run
  repo::WriterStatistics statistics;
};

// One backup on a repository that is open.
class Run {
 public:
  struct Request {
    std::string path;
    bool block = false;
    bool one_file_system = false;
    bool force_read = false;
    std::string parent;  // as given; empty: the last one of the same host and path
    std::string host;
    std::vector<std::string> tags;
    int threads = 0;
    int compression_level = 1;
    bool dry_run = false;
  };

  Run(Session& session, repo::Repository& repository, const Request& request, repo::Progress& progress)
      : session_(session), repository_(repository), request_(request), progress_(progress) {}

  Result<Outcome> run() {
    const auto began = std::chrono::system_clock::now();
    const auto lock = TRY(repo::RepositoryLock::acquire(session_.context(), repository_));
    const Context context = lock->guard(session_.context());
    const auto parent = TRY(find_parent(context));
    TRY(repository_.load_index(context));
    TRY(find_parent_node(context, parent));

    repo::Writer writer(repository_, {.compression_level = request_.compression_level});
    Outcome outcome;
    outcome.snapshot.tree = TRY(read(context, writer, outcome.result));
    TRY(writer.flush(context));
    outcome.statistics = writer.statistics();
    fill(outcome, began, parent);
    // The snapshot makes the rest count: only under a lock that was kept to the end.
    TRY(lock->held());
    const Id saved = TRY(repository_.save_snapshot(context, outcome.snapshot));
    if (!request_.dry_run) outcome.snapshot.id = saved;
    TRY(lock->release(session_.context()));
    return outcome;
  }

 private:
  Result<std::optional<repo::Snapshot>> find_parent(const Context& context) const {
    if (request_.force_read) return std::nullopt;
    if (!request_.parent.empty()) return TRY(repository_.find_snapshot(context, request_.parent));
    auto snapshots = TRY(repository_.list_snapshots(context));
    for (auto at = snapshots.rbegin(); at != snapshots.rend(); ++at) {
      if (at->hostname == request_.host && at->paths == std::vector{request_.path}) return *at;
    }
    return std::nullopt;
  }

  // The same path in the parent; without it everything is read.
  Result<void> find_parent_node(const Context& context, const std::optional<repo::Snapshot>& parent) {
    if (!parent) return {};
    auto node = repo::find_node(context, repository_, parent->tree, request_.path);
    const bool fits = node && (node->type == repo::NodeType::directory) == !request_.block;
    if (fits) {
      parent_node_ = std::move(*node);
      session_.note(session_.text("repository.backup.parent", parent->id.brief(), parent->time.substr(0, 19)));
    } else if (node || node.error().fault() == Fault::not_found) {
      session_.warn(session_.text("repository.backup.parent_without", parent->id.brief(), request_.path));
    } else if (node.error().fault() == Fault::corrupt) {
      session_.warn(session_.text("repository.backup.parent_damaged", parent->id.brief(), node.error().what()));
    } else {
      return fail(std::move(node).error());
    }
    return {};
  }

  // With the device, as restic writes it for a directory of this machine.
  static Result<repo::Node> directory_above(const std::string& path, const Id& tree) {
    repo::Node node = TRY(repo::directory_node(path, tree));
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) node.device_id = status.st_dev;
    return node;
  }

  // The root tree: the directories above the path, each with what is on this machine, as restic makes it.
  Result<Id> read(const Context& context, repo::Writer& writer, repo::BackupResult& result) {
    repo::BackupOptions options;
    options.threads = request_.threads;
    options.one_file_system = request_.one_file_system;
    options.keep_device_id = true;
    std::string path = request_.path;
    repo::Node node;
    if (request_.block) {
      const repo::Node* parent = parent_node_ ? &*parent_node_ : nullptr;
      node = TRY(repo::backup_block(context, repository_, writer, path, options, parent, progress_));
      result.files = 1;
      result.bytes = node.size;
      result.files_unchanged = parent != nullptr && parent->content == node.content;
    } else {
      if (parent_node_) options.parent = parent_node_->subtree;
      result = TRY(repo::backup_directory(context, repository_, writer, path, options, progress_));
      if (path == "/") return result.tree;
      node = TRY(directory_above(path, result.tree));
    }
    for (;;) {
      const std::size_t slash = path.rfind('/');
      node.name = path.substr(slash + 1);
      const std::string json = repo::tree_json({node});
      const Id tree = TRY(writer.save(context, repo::BlobType::tree, as_bytes(json)));
      if (slash == 0) return tree;
      path.resize(slash);
      node = TRY(directory_above(path, tree));
    }
  }

  void fill(Outcome& outcome, std::chrono::system_clock::time_point began,
            const std::optional<repo::Snapshot>& parent) const {
    repo::Snapshot& snapshot = outcome.snapshot;
    snapshot.time = format_time(began);
    if (parent) snapshot.parent = parent->id;
    snapshot.paths = {request_.path};
    snapshot.hostname = request_.host;
    snapshot.username = repo::local_user_name();
    snapshot.tags = request_.tags;
    snapshot.program_version = "tranship " TRANSHIP_VERSION;
    snapshot.summary = {{"backup_start", snapshot.time},
                        {"backup_end", format_time(std::chrono::system_clock::now())},
                        {"files_unmodified", outcome.result.files_unchanged},
                        {"data_added", outcome.statistics.plain_bytes_new},
                        {"data_added_packed", outcome.statistics.stored_bytes},
                        {"total_files_processed", outcome.result.files},
                        {"total_bytes_processed", outcome.result.bytes}};
  }

  Session& session_;
  repo::Repository& repository_;
  const Request& request_;
  repo::Progress& progress_;
  std::optional<repo::Node> parent_node_;
};

class RepositoryBackupCommand : public Command {
 public:
  std::string_view name() const override { return "repository backup"; }
  CommandHelp help() const override {
    return {"repository.backup.summary",
            "repository.backup.description",
            {{"tranship repository backup /var/www -r dir:/srv/backup", "repository.backup.example.directory"},
             {"tranship repository backup /dev/vg0/data-snap --block -r s3://backups/web",
              "repository.backup.example.block"},
             {"tranship repository backup /home --tag nightly --compression max --dry-run -r dir:/srv/backup",
              "repository.backup.example.dry_run"}},
            repository_environment()};
  }

  void add_options(Options& options) override {
    options.positional("PATH", request_.path, "repository.backup.path").directories().required();
    repository_.add(options);
    options.flag("--block", request_.block, "repository.backup.block");
    options.value("--parent", "SNAPSHOT", request_.parent, "repository.backup.parent_option");
    options.flag("--force-read", request_.force_read, "repository.backup.force_read");
    options.flag("--one-file-system,-x", request_.one_file_system, "repository.backup.one_file_system");
    options.values("--tag", "TAG", request_.tags, "repository.backup.tag");
    options.value("--host", "HOST", request_.host, "repository.backup.host");
    options.value("--compression", "LEVEL", compression_, "repository.backup.compression");
    options.number("--threads", "COUNT", threads_, "option.threads");
    options.flag("--dry-run", request_.dry_run, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const auto began = std::chrono::steady_clock::now();
    request_.threads = TRY(checked_threads(threads_));
    request_.compression_level = TRY(compression_level(compression_));
    request_.path = TRY(absolute_path(request_.path));
    if (request_.host.empty()) request_.host = repo::local_host_name();
    TRY(check_source(request_.path, request_.block));
    const auto opened = TRY(repository_.open(session, request_.dry_run));
    repo::Progress progress;
    const auto outcome = TRY([&] {
      const ProgressDisplay display(session, progress);
      return Run(session, *opened, request_, progress).run();
    }());
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    show(session, outcome, took);
    return outcome.result.unreadable.empty() ? kExitSuccess : kExitPartial;
  }

 private:
  void show(Session& session, const Outcome& outcome, std::chrono::milliseconds took) const {
    const auto& [result, snapshot, statistics] = outcome;
    for (const auto& path : result.unreadable) session.warn(session.text("repository.backup.unreadable", path));
    for (const auto& path : result.changed_while_read) session.warn(session.text("repository.backup.changed", path));
    if (session.json()) {
      return session.print_json({{"snapshot", request_.dry_run ? Json(nullptr) : Json(snapshot.id.hex())},
                                 {"parent", snapshot.parent.empty() ? Json(nullptr) : Json(snapshot.parent.hex())},
                                 {"tree", snapshot.tree.hex()},
                                 {"path", request_.path},
                                 {"dryRun", request_.dry_run},
                                 {"files", result.files},
                                 {"filesUnchanged", result.files_unchanged},
                                 {"bytes", result.bytes},
                                 {"blobsNew", statistics.blobs_new},
                                 {"blobsKnown", statistics.blobs_known},
                                 {"bytesNew", statistics.plain_bytes_new},
                                 {"bytesStored", statistics.stored_bytes},
                                 {"unreadable", result.unreadable},
                                 {"changedWhileRead", result.changed_while_read},
                                 {"durationMs", took.count()}});
    }
    session.print(session.text("repository.backup.files", result.files, result.files_unchanged,
                               format_bytes(result.bytes), format_duration(took)));
    session.print(session.text(request_.dry_run ? "repository.backup.would_store" : "repository.backup.stored",
                               format_bytes(statistics.plain_bytes_new), format_bytes(statistics.stored_bytes)));
    if (!request_.dry_run) session.print(session.text("repository.backup.done", snapshot.id.brief()));
    if (!result.unreadable.empty()) {
      session.print(session.styled(Style::bad,
                                   session.text("repository.backup.not_whole", result.unreadable.size())));
    }
  }

  RepositoryChoice repository_;
  Run::Request request_;
  std::string compression_ = "auto";
  std::int64_t threads_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_repository_backup_command() { return std::make_unique<RepositoryBackupCommand>(); }

}  // namespace tranship::cli
