// The one place that knows every kind of store.

#include "store/dir/directory_store.h"
#include "store/location.h"
#include "store/nfs/nfs_store.h"
#include "store/retry.h"
#include "store/s3/s3_store.h"

namespace tranship::store {

Result<std::unique_ptr<Store>> open_store(const Context& context, const Location& location, bool create,
                                          const RetryPolicy& retries) {
  TRY(context.check());
  if (location.kind == Location::Kind::directory)
    return with_retry(TRY(DirectoryStore::open(location.path, create)), retries);
  if (location.kind == Location::Kind::nfs) {
    return with_retry(TRY(retry(context, retries, [&] { return nfs::NfsStore::open(context, location, create); })),
                      retries);
  }
  s3::S3Options options;
  options.page_retry = retries;
  return with_retry(std::make_unique<s3::S3Store>(location, options), retries);
}

}  // namespace tranship::store
