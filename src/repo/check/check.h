#pragma once
// Is the repository whole? Every snapshot's trees and blobs are in the index, every pack the index lists is there with
// the right size; with read_data, every pack is read: name, header, MAC, decompression and id of every blob.

#include <string>
#include <vector>

#include "repo/progress.h"
#include "repo/repository.h"

namespace tranship::repo {

struct CheckFinding {
  enum class Kind { damage, hint } kind = Kind::damage;
  std::string what;  // names pack, blob, snapshot and path
};

struct CheckResult {
  std::uint64_t snapshots = 0, packs = 0, blobs = 0, bytes_read = 0;
  std::vector<CheckFinding> findings;
  bool whole() const;  // no damage
};

struct CheckOptions {
  bool read_data = false;
  int threads = 0;
};

Result<CheckResult> check(const Context& context, Repository& repository, const CheckOptions& options,
                          Progress& progress);

}  // namespace tranship::repo
