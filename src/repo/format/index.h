#pragma once
// Where each blob is: the union of the repository's index files, in memory, about 64 bytes a blob. Thread-safe.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id.h"

namespace tranship::repo {

enum class BlobType : std::uint8_t { data = 0, tree = 1 };

struct BlobLocation {
  Id pack;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;              // sealed, in the pack
  std::uint32_t uncompressed_length = 0;  // 0: stored raw
  std::uint32_t plain_length() const { return uncompressed_length ? uncompressed_length : length - 32; }
};

struct PackedBlob {
  Id id;
  BlobType type = BlobType::data;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  std::uint32_t uncompressed_length = 0;
};

struct PackEntry {
  Id id;
  std::vector<PackedBlob> blobs;  // in the order of the pack
};

class Index {
 public:
  Index();
  ~Index();
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;

  void add(const PackEntry& pack);
  // Adds the packs of one index file's JSON. Fault::corrupt with the place.
  Result<void> add_json(std::string_view json);
  bool contains(BlobType type, const Id& id) const;
  std::optional<BlobLocation> find(BlobType type, const Id& id) const;
  // Claims an id for the caller to store: false when it is stored or claimed already. Writers deduplicate by this.
  bool claim(BlobType type, const Id& id);
  // Takes a claim back: the blob could not be stored.
  void release(BlobType type, const Id& id);
  std::size_t blob_count() const;
  std::vector<Id> packs() const;
  // Every pack with all its blobs, for checking.
  void for_each_pack(const std::function<void(const PackEntry&)>& pack) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The JSON of one index file (reference: restic doc/design.rst, "Indexing").
std::string index_json(const std::vector<PackEntry>& packs);

}  // namespace tranship::repo
