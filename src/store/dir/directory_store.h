#pragma once
// Objects as files of one directory, laid out so that restic's local backend reads and writes the same folder. A
// file appears under its name only when all of it is on disk.

#include <memory>
#include <string>

#include "store/store.h"

namespace tranship::store {

class DirectoryStore : public Store {
 public:
  // `path`: absolute. Fault::not_found when it is not there (and `create` is not set), invalid when it is no
  // directory.
  static Result<std::unique_ptr<DirectoryStore>> open(const std::string& path, bool create);

  Result<void> put(const Context& context, const std::string& key, ByteView data, const Id* digest) override;
  Result<void> create(const Context& context, const std::string& key, ByteView data) override;
  Result<void> get(const Context& context, const std::string& key, std::optional<ByteRange> range,
                   Bytes& out) override;
  Result<ObjectInfo> stat(const Context& context, const std::string& key) override;
  Result<void> list(const Context& context, const std::string& prefix,
                    const std::function<void(const ObjectInfo&)>& object) override;
  Result<void> remove(const Context& context, const std::string& key) override;
  std::string describe() const override { return "dir:" + root_; }

 private:
  DirectoryStore(std::string root, bool group, bool anonymous)
      : root_(std::move(root)), group_(group), anonymous_(anonymous) {}
  Result<void> write(const Context& context, const std::string& key, ByteView data, bool replace);
  std::string path_of(std::string_view key) const;
  Result<int> open_folder(std::string_view folder) const;
  Result<void> make_folders(std::string_view folder) const;

  const std::string root_;
  const bool group_;      // the repository is shared with its group, as restic tells by the mode of `config`
  const bool anonymous_;  // O_TMPFILE files can be given a name here (/proc is mounted)
};

}  // namespace tranship::store
