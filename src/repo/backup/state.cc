#include "repo/backup/state.h"

#include "repo/read/blob_reader.h"

namespace tranship::repo {
Result<Id> ZeroBlob::id(const Context& context, Writer& writer) {
  const std::lock_guard lock(mutex_);
  if (!id_) id_ = TRY(writer.save(context, BlobType::data, Bytes(length_)));
  return *id_;
}

BackupState::BackupState(const Context& the_context, Repository& the_repository, Writer& the_writer,
                     const BackupOptions& the_options, Progress& the_progress)
    : context(the_context),
      repository(the_repository),
      writer(the_writer),
      options(the_options),
      progress(the_progress),
      nodes(the_options.keep_device_id),
      chunker(the_repository.config().chunker_polynomial),
      threads(worker_threads(the_options.threads)),
      stored_before_(the_writer.statistics().stored_bytes) {}

void BackupState::cannot_read(const std::string& path, const Error& error) {
  if (error.fault() != Fault::not_found) unreadable.add(path, error);
}

void BackupState::report_stored() { progress.bytes_stored = writer.statistics().stored_bytes - stored_before_; }

}  // namespace tranship::repo
