#pragma once
// Where each blob is: the union of the repository's index files, in memory, about 64 bytes a blob. Thread-safe.
//
// A prune marks packs that nothing uses before it removes them (repo/prune): an index file then says so of all packs it
// lists. Readers find their blobs as ever; writers store such a blob again, as if it were not there.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
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

// What an index file says of all its packs, in nanoseconds since 1970. Other programs write neither, and lose both when
// they write an index anew.
struct IndexNotes {
  std::optional<std::int64_t> written_ns;  // when the last of its packs was listed first
  std::optional<std::int64_t> marked_ns;   // when a prune found that nothing uses them
};

struct IndexFile {
  Id id;
  IndexNotes notes;
};

// One pack as one index file lists it.
struct PackListing {
  static constexpr std::uint32_t kNoFile = 0xffffffff;
  const PackEntry& pack;
  std::uint32_t file;         // its place in files(), or kNoFile
  std::uint32_t first_entry;  // number of its first blob; the others follow
};

class Index {
 public:
  Index();
  ~Index();
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;

  void add(const PackEntry& pack);
  // A pack that no index file lists, for a prune that asks whether anybody needs it: as if it were marked.
  void add_unlisted(const PackEntry& pack);
  // Adds the packs of one index file's JSON. Fault::corrupt with the place.
  Result<void> add_json(std::string_view json, const Id& file = {});
  // Packs that were added by add() are in an index file now.
  void set_file(std::span<const PackEntry> packs, const Id& file);
  // These index files are gone: what they listed counts no longer, unless others list it too.
  void withdraw(std::span<const Id> files);
  bool contains(BlobType type, const Id& id) const;
  // Of several copies one in a pack that stays.
  std::optional<BlobLocation> find(BlobType type, const Id& id) const;
  // Whether a new snapshot may refer to it as it is: it is in a pack that stays.
  bool reusable(BlobType type, const Id& id) const;
  // Claims an id for the caller to store: false when it is reusable or claimed already. Writers deduplicate by this.
  bool claim(BlobType type, const Id& id);
  // Takes a claim back: the blob could not be stored.
  void release(BlobType type, const Id& id);
  std::size_t blob_count() const;
  std::vector<Id> packs() const;
  // Every pack with all its blobs, for checking.
  void for_each_pack(const std::function<void(const PackEntry&)>& pack) const;
  // The same with the file that lists it: a pack comes once for each. Packs of files that are gone too when asked for.
  void for_each_listing(const std::function<void(const PackListing&)>& listing, bool withdrawn_too = false) const;
  std::vector<IndexFile> files() const;
  // The number of the copy that find() answers; below entry_count(), and never another one's.
  std::optional<std::uint32_t> entry_of(BlobType type, const Id& id) const;
  std::uint32_t entry_count() const;

 private:
  void add_file(const std::vector<PackEntry>& packs, const Id& file, const IndexNotes& notes);
  struct State;
  std::unique_ptr<State> state_;
};

// The JSON of one index file (reference: restic doc/design.rst, "Indexing").
std::string index_json(const std::vector<PackEntry>& packs, const IndexNotes& notes = {});

}  // namespace tranship::repo
