#include "repo/backup/backup.h"

#include <fcntl.h>

#include <cerrno>
#include <thread>

#include "repo/backup/scan.h"
#include "repo/backup/walk.h"

namespace tranship::repo {

Result<BackupResult> backup_directory(const Context& context, Repository& repository, Writer& writer,
                                      const std::string& path, const BackupOptions& options, Progress& progress) {
  // The directory itself may be reached through links: it is the caller's choice.
  const Descriptor root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.open()) return fail(source_error("open " + path, errno));
  BackupState run(context, repository, writer, options, progress);
  std::stop_source ended;
  const Context scanning = context.with_stop(ended.get_token());
  std::jthread scanner([&] { scan_directory(scanning, root.number(), options.one_file_system, progress); });

  Result<std::shared_ptr<OpenDirectory>> top = fail(Fault::cancelled, "not begun");
  {
    FileReaders readers(run);
    top = BackupWalk(run, readers).walk(root.number());
    if (top) {
      if (auto finished = readers.finish(); !finished) top = fail(std::move(finished).error());
    }
  }
  ended.request_stop();
  scanner.join();
  if (!top) return fail(std::move(top).error().in(path));
  run.report_stored();
  // What was there in the end, whatever the scan saw before.
  progress.files_total = run.files.load();
  progress.bytes_total = run.bytes.load();
  progress.scanned = true;
  BackupResult result;
  result.tree = (*top)->tree();
  result.files = run.files;
  result.files_unchanged = run.files_unchanged;
  result.bytes = run.bytes;
  result.unreadable = run.unreadable.take();
  result.changed_while_read = run.changed.take();
  return result;
}

}  // namespace tranship::repo
