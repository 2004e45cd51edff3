// tranship repository restore: a snapshot, or a path in it, into a directory or onto a block device.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/display/progress.h"
#include "cli/display/restore_preview.h"
#include "cli/options/repository.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "repo/format/tree.h"
#include "repo/read/load_tree.h"
#include "repo/restore/restore.h"
#include "repo/restore/target.h"

namespace tranship::cli {
namespace {

class RepositoryRestoreCommand : public Command {
 public:
  std::string_view name() const override { return "repository restore"; }
  CommandHelp help() const override {
    return {"repository.restore.summary",
            "repository.restore.description",
            {{"tranship repository restore latest --target /tmp/restored -r dir:/srv/backup",
              "repository.restore.example.all"},
             {"tranship repository restore latest:/var/www -t /var/www --remove-others --dry-run -r dir:/srv/backup",
              "repository.restore.example.back"},
             {"tranship repository restore 1a2b3c4d:/dev/vg0/data-snap --block -t /dev/vg0/data -r s3://backups/web",
              "repository.restore.example.block"}},
            repository_environment()};
  }

  void add_options(Options& options) override {
    options.positional("SNAPSHOT", snapshot_.name, "repository.restore.snapshot").required();
    options.value("--target,-t", "DIR", target_, "repository.restore.target").directories().required();
    repository_.add(options);
    options.flag("--resume", options_.resume, "repository.restore.resume");
    options.flag("--remove-others", options_.remove_others, "repository.restore.remove_others");
    options.flag("--block", block_, "repository.restore.block");
    snapshot_.add_filters(options);
    options.number("--threads", "COUNT", threads_, "option.threads");
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const auto began = std::chrono::steady_clock::now();
    options_.threads = TRY(checked_threads(threads_));
    options_.resume = options_.resume || options_.remove_others;
    options_.ownership = ::geteuid() == 0;
    const auto opened = TRY(repository_.open(session));
    const auto found = TRY(snapshot_.find(context, *opened));
    repo::Progress progress;
    const auto result = TRY([&]() -> Result<std::optional<repo::RestoreResult>> {
      const ProgressDisplay display(session, progress);
      TRY(opened->load_index(context));
      const auto node = TRY(repo::find_node(context, *opened, found.snapshot.tree, found.path));
      TRY(check_kind(node, found.path));
      if (!dry_run_) return TRY(restore(context, *opened, node, found.path, progress));
      TRY(show_preview(session, *opened, node));
      return std::nullopt;
    }());
    if (!result) return kExitSuccess;
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    show(session, found.snapshot, *result, took);
    return result->failed.empty() ? kExitSuccess : kExitPartial;
  }

 private:
  Result<void> check_kind(const repo::Node& node, const std::string& path) const {
    if (node.type == repo::NodeType::file) return {};
    if (node.type == repo::NodeType::directory && !block_) return {};
    return fail(Error(Fault::invalid, "/" + path + " of the snapshot is no " + (block_ ? "file" : "file or directory"))
                    .with_code("restore.path")
                    .with_fix(block_ ? "Give the path of the device or image: SNAPSHOT:/dev/..."
                                     : "Give the directory it is in"));
  }

  // A device that is mounted, or part of something that is, would be destroyed under its file system.
  Result<void> check_not_in_use() const {
    struct stat status {};
    if (::stat(target_.c_str(), &status) != 0 || !S_ISBLK(status.st_mode)) return {};
    const Descriptor device(::open(target_.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
    if (device.open() || errno != EBUSY) return {};
    return fail(Error(Fault::conflict, target_ + " is in use")
                    .with_code("restore.device_in_use")
                    .with_fix("Unmount it, and stop what else uses it (lsblk shows it)"));
  }

  Result<repo::RestoreResult> restore(const Context& context, repo::Repository& repository, const repo::Node& node,
                                      const std::string& path, repo::Progress& progress) {
    if (block_) {
      TRY(check_not_in_use());
      return repo::restore_block(context, repository, node, target_, options_, progress);
    }
    if (node.type == repo::NodeType::file) return restore_file(context, repository, node, progress);
    // A directory that was named gives the target its own owner, mode and times too.
    if (!path.empty()) options_.directory = &node;
    return repo::restore_tree(context, repository, node.subtree, target_, options_, progress);
  }

  // One file into the target directory, with its metadata.
  Result<repo::RestoreResult> restore_file(const Context& context, repo::Repository& repository,
                                           const repo::Node& node, repo::Progress& progress) const {
    const auto target = TRY(repo::RestoreTarget::open(target_));
    const auto directory = TRY(target.directory(""));
    struct stat status {};
    const bool there = ::fstatat(directory.number(), node.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    const std::string path = target_ + "/" + node.name;
    if (there && !S_ISREG(status.st_mode)) {
      return fail(Error(Fault::conflict, path + " is there and is no file")
                      .with_code("volume.not_empty")
                      .with_fix("Remove it, or give another target"));
    }
    auto result = TRY(repo::restore_block(context, repository, node, path, options_, progress));
    const Descriptor file(
        ::openat(directory.number(), node.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.open()) return fail(repo::target_error("open", path, errno));
    const auto applied = repo::apply_metadata(file.number(), node, {options_.ownership, options_.resume});
    if (!applied) result.failed.push_back(path + ": " + applied.error().what());
    return result;
  }

  Result<void> show_preview(Session& session, repo::Repository& repository, const repo::Node& node) const {
    RestorePreview preview;
    if (node.type == repo::NodeType::directory) {
      preview = TRY(preview_restore(session.context(), repository, node.subtree, target_));
    } else {
      preview.files = 1;
      preview.bytes = node.size;
    }
    if (session.json()) {
      session.print_json({{"dryRun", true},
                          {"files", preview.files},
                          {"bytes", preview.bytes},
                          {"filesThere", preview.there},
                          {"targetEmpty", preview.target_empty},
                          {"others", preview.others_count},
                          {"otherPaths", preview.others}});
      return {};
    }
    session.print(session.text("repository.restore.would", preview.files, format_bytes(preview.bytes), target_));
    if (preview.there > 0) session.print(session.text("repository.restore.would_find", preview.there));
    if (options_.remove_others) {
      for (const auto& path : preview.others) {
        session.print(session.text("repository.restore.would_remove", printable(path)));
      }
      session.print(session.text("repository.restore.would_remove_count", preview.others_count));
    } else if (!preview.target_empty && !options_.resume) {
      session.warn(session.text("repository.restore.not_empty", target_));
    }
    return {};
  }

  void show(Session& session, const repo::Snapshot& snapshot, const repo::RestoreResult& result,
            std::chrono::milliseconds took) const {
    for (const auto& path : result.failed) session.warn(session.text("repository.restore.failed", path));
    if (session.json()) {
      return session.print_json({{"snapshot", snapshot.id.hex()},
                                 {"target", target_},
                                 {"dryRun", false},
                                 {"files", result.files},
                                 {"filesKept", result.files_kept},
                                 {"bytes", result.bytes},
                                 {"failed", result.failed},
                                 {"durationMs", took.count()}});
    }
    session.print(session.text("repository.restore.done", snapshot.id.brief(), result.files,
                               format_bytes(result.bytes), result.files_kept, target_, format_duration(took)));
    if (!options_.ownership) session.note(session.text("repository.restore.no_ownership"));
    if (!result.failed.empty()) {
      session.print(session.styled(Style::bad, session.text("repository.restore.not_whole", result.failed.size())));
    }
  }

  RepositoryChoice repository_;
  SnapshotChoice snapshot_;
  repo::RestoreOptions options_;
  std::string target_;
  bool block_ = false, dry_run_ = false;
  std::int64_t threads_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_repository_restore_command() { return std::make_unique<RepositoryRestoreCommand>(); }

}  // namespace tranship::cli
