#pragma once
// Copies what is needed of packs into new ones, sealed as it is: nothing is compressed or encrypted again, but every
// blob is opened and compared with its id first, so that damage does not spread.

#include "base/context.h"
#include "repo/prune/pack_table.h"
#include "repo/prune/reachable.h"
#include "repo/repository.h"

namespace tranship::repo {

// Of all packs whose fate is copy. When it returns, the copies are durable and in index files. Answers the bytes that
// were written. Fault::corrupt (code "repository.damaged"): a blob that is needed cannot be read.
Result<std::uint64_t> copy_blobs(const Context& context, Repository& repository, PackTable& table,
                                 const Reachable& reachable, std::uint32_t pack_bytes, Progress& progress);

}  // namespace tranship::repo
