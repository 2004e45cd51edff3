#pragma once
// The directory a restore writes into. Every name is opened relative to an open directory and never through a symbolic
// link, so neither a tree from outside nor links that are there already can lead out of it.

#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/error.h"
#include "repo/format/tree.h"

namespace tranship::repo {

// An Error that names the entry; no room (ENOSPC, EDQUOT) has the code "volume.full".
Error target_error(std::string_view doing, std::string_view path, int error_number);
// Errors that every other file would meet too: no room, read-only, a broken disk. They end a restore.
bool ends_restore(const Error& error);

class RestoreTarget {
 public:
  // Makes the directory (and its parents) when it is not there.
  static Result<RestoreTarget> open(const std::string& path);

  // A directory inside: "" is the target itself, otherwise "a/b/c".
  Result<Descriptor> directory(std::string_view relative) const;
  // Room left, in bytes, for this process.
  std::uint64_t bytes_available() const;
  // True when nothing is in it but lost+found.
  Result<bool> empty() const;
  Result<void> sync() const;

 private:
  Descriptor root_;
  std::string path_;
};

// Removes an entry of a directory, and what is in it, never following a link. Succeeds when it is not there.
Result<void> remove_entry(int directory, const std::string& name);
// The names in a directory but "." and "..".
Result<std::vector<std::string>> target_names(int directory);

struct MetadataOptions {
  bool ownership = true;
  bool existing = false;  // the entry was there before: attributes that the node does not have are removed
};

// Owner, extended attributes (ACLs are such), mode and times of an open file or directory, in the order in which none
// undoes another: a change of owner clears setuid and capabilities, attributes need the right to write.
Result<void> apply_metadata(int descriptor, const Node& node, const MetadataOptions& options);
// The same for an entry that is not to be opened: symbolic link, device, fifo, socket.
Result<void> apply_entry_metadata(int directory, const Node& node, const MetadataOptions& options);
// Makes a symbolic link, device, fifo or socket. Replaces what was there when `replace` is set.
Result<void> make_special(int directory, const Node& node, bool replace);

}  // namespace tranship::repo
