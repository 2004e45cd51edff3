#pragma once
// Objects as files of an NFS share, without a mount: the directory store's layout, names and modes, so that restic's
// local backend reads the exported folder. A file gets its name only when the server has all of it on its disk.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/nfs/pool.h"
#include "store/store.h"

namespace tranship::store::nfs {

class NfsStore : public Store {
 public:
  // Connects. `create`: makes the location's folder below the share (Location::prefix) when it is not there; the share
  // itself is never made. Faults: those of Connection::connect; not_found when the folder is not there, invalid when it
  // is none.
  static Result<std::unique_ptr<NfsStore>> open(const Context& context, const Location& location, bool create,
                                                const Limits& limits = {});

  Result<void> put(const Context& context, const std::string& key, ByteView data, const Id* digest) override;
  Result<void> create(const Context& context, const std::string& key, ByteView data) override;
  Result<void> get(const Context& context, const std::string& key, std::optional<ByteRange> range, Bytes& out) override;
  Result<ObjectInfo> stat(const Context& context, const std::string& key) override;
  Result<void> list(const Context& context, const std::string& prefix,
                    const std::function<void(const ObjectInfo&)>& object) override;
  Result<void> remove(const Context& context, const std::string& key) override;
  std::string describe() const override;

 private:
  NfsStore(const Location& location, const Limits& limits);
  Result<void> prepare(const Context& context, bool create);
  // Of a key or a folder in the share: "/prefix/key".
  std::string path_of(std::string_view key) const;
  Result<void> make_folders(const Context& context, Connection& connection, std::string_view folder);
  Result<void> write(const Context& context, const std::string& key, ByteView data, bool replace);
  Result<void> write_file(const Context& context, Connection& connection, ByteView data);
  Result<void> read_file(const Context& context, const std::string& key, std::optional<ByteRange> range, Bytes& out);
  // Removes what a put() that failed has left, now or with a later put().
  void clean(const Context& context, Connection& connection, const std::string& leftover);
  void clean_earlier(const Context& context, Connection& connection);

  Pool pool_;
  const std::string root_;  // "" or "/prefix"
  bool group_ = false;      // the repository is shared with its group, as restic tells by the mode of `config`
  std::mutex mutex_;
  std::vector<std::string> leftovers_;
};

}  // namespace tranship::store::nfs
