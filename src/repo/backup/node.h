#pragma once
// Nodes of what is on disk, field by field as restic fills them.

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "repo/format/tree.h"

namespace tranship::repo {

// Makes nodes of stat()'s answers. Thread-safe. User and group names are those of /etc/passwd and /etc/group at
// construction.
class NodeMaker {
 public:
  explicit NodeMaker(bool keep_device_id);

  // Names a file system before the first node of it: their order gives them numbers that stay the same from one
  // clone of a volume to the next.
  void add_device(dev_t device);
  // Without link target, attributes and content.
  Node make(std::string name, NodeType type, const struct stat& status) const;

 private:
  std::uint64_t device_id(const struct stat& status, std::uint64_t links) const;

  const bool keep_device_id_;
  std::map<std::uint32_t, std::string> users_, groups_;
  mutable std::mutex mutex_;  // for the next
  std::map<dev_t, std::uint64_t> devices_;
};

// Nothing for what has no kind.
std::optional<NodeType> node_type(mode_t mode);

// An Error about something that is read: Fault::not_found when it is not there (any more).
Error source_error(std::string_view doing, int error_number);

// The extended attributes in the file system's order. Those that cannot be read are left out; `failed` gets the
// first's reason.
std::vector<ExtendedAttribute> read_attributes(int descriptor, std::optional<Error>& failed);
// Of an entry that is not to be opened; links are not followed.
std::vector<ExtendedAttribute> read_entry_attributes(int directory, const std::string& name,
                                                     std::optional<Error>& failed);
Result<std::string> read_link_target(int directory, const std::string& name);

}  // namespace tranship::repo
