#include "store/nfs/nfs_store.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/random.h"
#include "store/key.h"

namespace tranship::store::nfs {
namespace {

// A whole object is read into memory: nothing Tranship or restic writes comes near this.
constexpr std::uint64_t kObjectBytesMax = 1u << 30;
// A file that is replaced while it is read is gone for its reader: the server knows no open files (v3).
constexpr int kReadsMax = 5;
constexpr std::size_t kLeftoversMax = 1000;

std::string hidden_name() {
  std::uint8_t random[12];
  crypto::random_bytes(random);
  return std::string(kHiddenPrefix) + to_hex(random);
}

std::string folder_path(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

}  // namespace

NfsStore::NfsStore(const Location& location, const Limits& limits)
    : pool_(location, limits), root_(location.prefix.empty() ? "" : "/" + location.prefix) {}

Result<std::unique_ptr<NfsStore>> NfsStore::open(const Context& context, const Location& location, bool create,
                                                 const Limits& limits) {
  std::unique_ptr<NfsStore> store(new NfsStore(location, limits));
  TRY(store->prepare(context, create));
  return store;
}

Result<void> NfsStore::prepare(const Context& context, bool create) {
  const auto connection = TRY(pool_.acquire(context));
  if (!root_.empty()) {
    auto attributes = connection->stat(context, root_);
    if (!attributes && attributes.error().fault() == Fault::not_found && create) {
      for (std::size_t end = root_.find('/', 1);; end = root_.find('/', end + 1)) {
        TRY(connection->make_folder(context, root_.substr(0, end), 0700));
        if (end == root_.npos) break;
      }
      return {};
    }
    if (!TRY(std::move(attributes)).folder) return fail(Fault::invalid, describe() + " is not a directory");
  }
  const auto config = connection->stat(context, path_of("config"));
  if (!config && config.error().fault() != Fault::not_found) return fail(config.error());
  group_ = config && (config->mode & 0040) != 0;
  return {};
}

std::string NfsStore::describe() const {
  return pool_.location().address();
}

std::string NfsStore::path_of(std::string_view key) const {
  if (key.empty()) return root_.empty() ? "/" : root_;
  return fmt::format("{}/{}", root_, key);
}

Result<void> NfsStore::make_folders(const Context& context, Connection& connection, std::string_view folder) {
  // A missing root is another export under the same name: writing there would hide the loss.
  if (auto root = connection.stat(context, path_of("")); !root) {
    if (root.error().fault() != Fault::not_found) return fail(std::move(root).error());
    return fail(Error(Fault::invalid, "the location's folder " + describe() + " is gone")
                    .with_fix("Export it again and run the same again"));
  }
  for (std::size_t end = folder.find('/');; end = folder.find('/', end + 1)) {
    TRY(connection.make_folder(context, path_of(folder.substr(0, end)), group_ ? 0770 : 0700));
    if (end == folder.npos) return {};
  }
}

// No sync of folders: a server answers a change of names when it is on its disk (RFC 1813 4.8, RFC 7530 1.4.1).
Result<void> NfsStore::write_file(const Context& context, Connection& connection, ByteView data) {
  TRY(connection.write(context, data));
  // Some servers know no modes; the data matters more.
  if (auto changed = connection.set_mode(context, group_ ? 0440 : 0400); !changed) {
    if (changed.error().fault() == Fault::retryable || changed.error().fault() == Fault::cancelled) return changed;
  }
  return connection.close(context);
}

void NfsStore::clean(const Context& context, Connection& connection, const std::string& leftover) {
  (void)connection.close(context);
  if (connection.remove(context, leftover)) return;
  std::lock_guard lock(mutex_);
  if (leftovers_.size() < kLeftoversMax) leftovers_.push_back(leftover);
}

void NfsStore::clean_earlier(const Context& context, Connection& connection) {
  std::vector<std::string> leftovers;
  {
    std::lock_guard lock(mutex_);
    std::swap(leftovers, leftovers_);
  }
  for (const std::string& leftover : leftovers) clean(context, connection, leftover);
}

Result<void> NfsStore::put(const Context& context, const std::string& key, ByteView data, const Id*) {
  return write(context, key, data, true);
}

Result<void> NfsStore::create(const Context& context, const std::string& key, ByteView data) {
  return write(context, key, data, false);
}

Result<void> NfsStore::write(const Context& context, const std::string& key, ByteView data, bool replace) {
  TRY(check_key(key));
  const auto connection = TRY(pool_.acquire(context));
  const std::string path = path_of(key);
  const std::string pending = folder_path(path) + "/" + hidden_name();
  auto created = connection->create(context, pending, 0600);
  if (!created && created.error().fault() == Fault::not_found) {
    TRY(make_folders(context, *connection, folder_of(key)));
    created = connection->create(context, pending, 0600);
  }
  if (created) {
    auto written = write_file(context, *connection, data);
    if (written && replace) written = connection->rename(context, pending, path);
    if (written && !replace) {
      written = connection->link(context, pending, path);
      clean(context, *connection, pending);
    }
    if (written) {
      clean_earlier(context, *connection);
      return {};
    }
    created = std::move(written);
  }
  clean(context, *connection, pending);
  return created;
}

Result<void> NfsStore::read_file(const Context& context, const std::string& key, std::optional<ByteRange> range,
                                 Bytes& out) {
  const auto connection = TRY(pool_.acquire(context));
  const std::string path = path_of(key);
  TRY(connection->open(context, path));
  const auto read = [&]() -> Result<void> {
    const auto attributes = TRY(connection->stat_open(context));
    const std::string name = describe() + "/" + key;
    if (!attributes.file) return fail(Fault::not_found, name + " is not a file");
    const std::uint64_t size = attributes.size;
    const ByteRange wanted = range.value_or(ByteRange{0, size});
    if (wanted.offset > size || wanted.length > size - wanted.offset) {
      return fail(Fault::corrupt,
                  fmt::format("{} has {} bytes, too few for {} bytes at {}", name, size, wanted.length, wanted.offset));
    }
    if (wanted.length > kObjectBytesMax) {
      return fail(Fault::invalid, fmt::format("{} has {} bytes: too large to be one of ours", name, size));
    }
    out.resize(wanted.length);
    return connection->read(context, wanted.offset, out);
  }();
  const auto closed = connection->close(context);
  if (!read) return read;
  return closed;
}

Result<void> NfsStore::get(const Context& context, const std::string& key, std::optional<ByteRange> range, Bytes& out) {
  TRY(check_key(key));
  for (int reads = 1;; ++reads) {
    auto read = read_file(context, key, range, out);
    if (read || !read.error().code().empty() || reads == kReadsMax) return read;
    const Fault fault = read.error().fault();
    const bool became_shorter = !range && fault == Fault::corrupt;
    if (fault != Fault::retryable && !became_shorter) return read;
  }
}

Result<ObjectInfo> NfsStore::stat(const Context& context, const std::string& key) {
  TRY(check_key(key));
  const auto connection = TRY(pool_.acquire(context));
  const auto attributes = TRY(connection->stat(context, path_of(key)));
  if (!attributes.file) return fail(Fault::not_found, describe() + "/" + key + " is not a file");
  return ObjectInfo{key, attributes.size};
}

Result<void> NfsStore::list(const Context& context, const std::string& prefix,
                            const std::function<void(const ObjectInfo&)>& object) {
  std::vector<std::string> folders{std::string(folder_of(prefix))};
  if (!folders[0].empty()) TRY(check_key(folders[0]));
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    // Not held while `object` runs, which may use the store itself.
    auto entries = TRY(pool_.acquire(context))->list(context, path_of(folder));
    if (!entries) {
      if (entries.error().fault() == Fault::not_found && !folder.empty()) continue;
      return fail(std::move(entries).error());
    }
    for (const Entry& entry : *entries) {
      if (entry.name.starts_with(kHiddenPrefix)) continue;
      std::string key = folder.empty() ? entry.name : fmt::format("{}/{}", folder, entry.name);
      if (entry.attributes.folder) {
        const std::string inside = key + "/";
        if (inside.starts_with(prefix) || prefix.starts_with(inside)) folders.push_back(std::move(key));
      } else if (entry.attributes.file && key.starts_with(prefix)) {
        object({std::move(key), entry.attributes.size});
      }
    }
  }
  return {};
}

Result<void> NfsStore::remove(const Context& context, const std::string& key) {
  TRY(check_key(key));
  return TRY(pool_.acquire(context))->remove(context, path_of(key));
}

}  // namespace tranship::store::nfs
