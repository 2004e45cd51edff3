// Owner, extended attributes, mode and times of what a restore makes.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "repo/restore/target.h"

namespace tranship::repo {
namespace {

timespec time_of(std::int64_t nanoseconds) {
  std::int64_t seconds = nanoseconds / 1'000'000'000, rest = nanoseconds % 1'000'000'000;
  if (rest < 0) --seconds, rest += 1'000'000'000;
  return {static_cast<time_t>(seconds), static_cast<long>(rest)};
}

struct Times {
  explicit Times(const Node& node) : both{time_of(node.atime_ns), time_of(node.mtime_ns)} {}
  timespec both[2];
};

// The kernel's or the node's security policy sets these; not being allowed to is no loss of data.
bool set_by_policy(std::string_view name) { return name == "security.selinux" || name == "security.ima"; }

// Attributes that say something about the content or who may read it; others (labels) are the file system's own.
bool removable(std::string_view name) {
  return name.starts_with("user.") || name.starts_with("system.posix_acl_") || name == "security.capability";
}

bool has_attribute(const Node& node, std::string_view name) {
  return std::any_of(node.extended_attributes.begin(), node.extended_attributes.end(),
                     [&](const ExtendedAttribute& attribute) { return attribute.name == name; });
}

Result<void> remove_other_attributes(int descriptor, const Node& node) {
  const ssize_t size = ::flistxattr(descriptor, nullptr, 0);
  if (size <= 0) return {};
  std::string names(static_cast<std::size_t>(size), '\0');
  const ssize_t got = ::flistxattr(descriptor, names.data(), names.size());
  for (ssize_t at = 0; at < got;) {
    const std::string name = names.c_str() + at;
    at += static_cast<ssize_t>(name.size()) + 1;
    if (!removable(name) || has_attribute(node, name)) continue;
    if (::fremovexattr(descriptor, name.c_str()) != 0 && errno != ENODATA) {
      return fail(target_error("remove extended attribute", name, errno));
    }
  }
  return {};
}

// The first error of several steps that are all tried: a missing attribute is no reason to leave out the times.
class FirstError {
 public:
  void note(Result<void> step) {
    if (!step && !first_) first_ = std::move(step).error();
  }
  bool any() const { return first_.has_value(); }
  Result<void> result() {
    if (first_) return fail(std::move(*first_));
    return {};
  }

 private:
  std::optional<Error> first_;
};

Result<void> checked(int outcome, std::string_view doing, std::string_view name) {
  if (outcome != 0) return fail(target_error(doing, name, errno));
  return {};
}

template <class Set>
void set_attributes(FirstError& errors, const Node& node, const Set& set) {
  for (const ExtendedAttribute& attribute : node.extended_attributes) {
    if (set(attribute) == 0 || set_by_policy(attribute.name)) continue;
    errors.note(fail(target_error("set extended attribute", attribute.name, errno)));
  }
}

// A program that runs as its owner must not run as somebody else because the owner could not be set.
std::uint32_t mode_of(const Node& node, bool owner_failed) { return owner_failed ? node.mode & 01777 : node.mode; }

}  // namespace

Result<void> apply_metadata(int descriptor, const Node& node, const MetadataOptions& options) {
  FirstError errors;
  if (options.ownership) errors.note(checked(::fchown(descriptor, node.uid, node.gid), "set owner of", node.name));
  const bool owner_failed = errors.any();
  if (options.existing) errors.note(remove_other_attributes(descriptor, node));
  set_attributes(errors, node, [&](const ExtendedAttribute& attribute) {
    return ::fsetxattr(descriptor, attribute.name.c_str(), attribute.value.data(), attribute.value.size(), 0);
  });
  errors.note(checked(::fchmod(descriptor, mode_of(node, owner_failed)), "set mode of", node.name));
  errors.note(checked(::futimens(descriptor, Times(node).both), "set times of", node.name));
  return errors.result();
}

Result<void> apply_entry_metadata(int directory, const Node& node, const MetadataOptions& options) {
  const char* name = node.name.c_str();
  FirstError errors;
  if (options.ownership) {
    errors.note(checked(::fchownat(directory, name, node.uid, node.gid, AT_SYMLINK_NOFOLLOW), "set owner of",
                        node.name));
  }
  const bool owner_failed = errors.any();
  const std::string entry = "/proc/self/fd/" + std::to_string(directory) + "/" + node.name;
  set_attributes(errors, node, [&](const ExtendedAttribute& attribute) {
    return ::lsetxattr(entry.c_str(), attribute.name.c_str(), attribute.value.data(), attribute.value.size(), 0);
  });
  if (node.type != NodeType::symlink) {
    // Through the entry itself, opened without following: chmod by name would follow a link put in its place.
    const Descriptor held(::openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
    const std::string path = "/proc/self/fd/" + std::to_string(held.number());
    const int changed = held.open() ? ::chmod(path.c_str(), mode_of(node, owner_failed)) : -1;
    errors.note(checked(changed, "set mode of", node.name));
  }
  errors.note(checked(::utimensat(directory, name, Times(node).both, AT_SYMLINK_NOFOLLOW), "set times of", node.name));
  return errors.result();
}

}  // namespace tranship::repo
