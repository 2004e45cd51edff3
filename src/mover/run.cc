// One task from opening the location to its result. A relayed location is the socket at which the coordinator's exec
// sessions arrive; any other is opened here.

#include "mover/run.h"

#include <malloc.h>
#include <sys/resource.h>

#include <memory>
#include <mutex>

#include "base/units.h"
#include "mover/progress_reporter.h"
#include "repo/read/load_tree.h"
#include "repo/restore/restore.h"
#include "repo/write/writer.h"

namespace tranship::mover {
namespace {

// The name a node has in a tree of its own, when it is too large for a line.
constexpr std::string_view kNodeName = "volume";

std::uint64_t peak_memory_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

// The store of the task's location, and, when that is a relay, the ear at which its streams arrive.
struct Transport {
  std::unique_ptr<RelayListener> listener;
  std::unique_ptr<store::Store> opened;

  static Result<Transport> open(const Context& context, const Task& task, const std::string& socket) {
    Transport transport;
    if (task.location) {
      transport.opened = TRY(store::open_store(context, *task.location));
    } else {
      transport.listener = TRY(RelayListener::open(socket));
    }
    return transport;
  }
  store::Store& store() { return listener ? listener->store() : *opened; }
};

class TaskRun {
 public:
  TaskRun(const Context& context, const Task& task, const RunOptions& options,
          const std::function<void(const std::string&)>& line)
      : caller_(context),
        context_(context.with_stop(abandoned_.get_token())),
        task_(task),
        options_(options),
        line_(line) {}

  ResultLine run() {
    auto done = work();
    result_.peak_memory_bytes = peak_memory_bytes();
    if (!done) result_.error = explain(std::move(done).error());
    return std::move(result_);
  }

 private:
  Result<void> work() {
    Transport transport = TRY(Transport::open(context_, task_, options_.relay_socket));
    const ProgressReporter reporter(task_.id, progress_, options_.progress_interval, line_,
                                    [&] { tick(transport.listener.get()); });
    auto repository = TRY(repo::Repository::open(context_, transport.store(), task_.master_key));
    TRY(repository->load_index(context_));
    return task_.direction == Direction::backup ? back_up(*repository) : restore(*repository);
  }

  // On the reporter's thread.
  void tick(const RelayListener* listener) {
    {
      const std::lock_guard lock(mutex_);
      if (writer_) progress_.bytes_stored = writer_->statistics().stored_bytes;
    }
    if (listener && listener->alone() > options_.alone_max) abandoned_.request_stop();
  }

  Result<void> back_up(repo::Repository& repository) {
    repo::WriterOptions options;
    options.compression_level = task_.compression_level;
    options.index_interval = options_.index_interval;
    repo::Writer writer(repository, options);
    watch(&writer);
    auto done = task_.block ? back_up_block(repository, writer) : back_up_directory(repository, writer);
    watch(nullptr);
    TRY(std::move(done));
    result_.bytes_stored = writer.statistics().stored_bytes;
    progress_.bytes_stored = result_.bytes_stored;
    return {};
  }

  void watch(const repo::Writer* writer) {
    const std::lock_guard lock(mutex_);
    writer_ = writer;
  }

  Result<void> back_up_directory(repo::Repository& repository, repo::Writer& writer) {
    repo::BackupOptions options;
    options.parent = task_.parent_tree;
    options.threads = task_.threads;
    auto done = TRY(repo::backup_directory(context_, repository, writer, task_.path, options, progress_));
    result_.files = done.files;
    result_.files_unchanged = done.files_unchanged;
    result_.bytes = done.bytes;
    result_.unreadable = std::move(done.unreadable);
    result_.changed_while_read = std::move(done.changed_while_read);
    result_.node = TRY(repo::directory_node(task_.path, done.tree));
    return writer.flush(context_);
  }

  Result<void> back_up_block(repo::Repository& repository, repo::Writer& writer) {
    repo::BackupOptions options;
    options.threads = task_.threads;
    std::optional<repo::Node> parent = task_.parent_node;
    // Without its last backup it is read and hashed as well; only the comparison of whole pieces is missing.
    if (!parent && !task_.parent_tree.empty()) {
      if (auto found = repo::find_node(context_, repository, task_.parent_tree, task_.tree_name)) parent = *found;
    }
    auto node = TRY(repo::backup_block(context_, repository, writer, task_.path, options, parent ? &*parent : nullptr,
                                       progress_));
    result_.files = 1;
    result_.bytes = node.size;
    result_.files_unchanged = parent && parent->content == node.content && parent->size == node.size;
    if (node.content.size() <= kNodeBlobsMax) {
      result_.node = std::move(node);
    } else {
      node.name = kNodeName;
      const std::string json = repo::tree_json({std::move(node)});
      result_.node_tree = TRY(writer.save(context_, repo::BlobType::tree, as_bytes(json)));
    }
    return writer.flush(context_);
  }

  Result<void> restore(repo::Repository& repository) {
    repo::RestoreOptions options;
    options.threads = task_.threads;
    // The volume is this restore's own: what is in it came from an earlier attempt.
    options.resume = true;
    options.remove_others = true;
    std::optional<repo::Node> node = task_.node;
    if (!node && !task_.tree_name.empty()) {
      node = TRY_IN("finding what to write",
                    repo::find_node(context_, repository, task_.tree, task_.tree_name));
    }
    if (task_.block && !node) return fail(Fault::invalid, "the task does not say which block file to write");
    if (!task_.block && node) options.directory = &*node;
    auto done = TRY(task_.block
                        ? repo::restore_block(context_, repository, *node, task_.path, options, progress_)
                        : repo::restore_tree(context_, repository, task_.tree, task_.path, options, progress_));
    result_.files = done.files;
    result_.files_unchanged = done.files_kept;
    result_.bytes = done.bytes;
    result_.failed = std::move(done.failed);
    return {};
  }

  // A stop of our own is not the caller's: whoever started the mover may come back and start another.
  Error explain(Error error) const {
    if (caller_.stopped() || !abandoned_.stop_requested()) return error;
    return Error(Fault::retryable, "nobody served the location for " +
                                       format_duration(std::chrono::duration_cast<std::chrono::seconds>(
                                           options_.alone_max)))
        .with_code("mover.alone")
        .with_fix("Run the same command again: what was stored is kept");
  }

  const Context& caller_;
  std::stop_source abandoned_;
  const Context context_;
  const Task& task_;
  const RunOptions& options_;
  const std::function<void(const std::string&)>& line_;
  repo::Progress progress_;
  ResultLine result_;
  std::mutex mutex_;  // for the next
  const repo::Writer* writer_ = nullptr;
};

}  // namespace

ResultLine run_task(const Context& context, const Task& task, const std::function<void(const std::string&)>& line,
                    const RunOptions& options) {
  std::mutex mutex;
  const std::function<void(const std::string&)> one_at_a_time = [&](const std::string& text) {
    const std::lock_guard lock(mutex);
    line(text);
  };
  ResultLine result = TaskRun(context, task, options, one_at_a_time).run();
  Json value = to_json(result);
  value["task"] = task.id;
  one_at_a_time(to_text(value));
  return result;
}

void bound_memory() {
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 8 << 20);
}

}  // namespace tranship::mover
