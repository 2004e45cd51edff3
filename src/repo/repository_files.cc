// The sealed JSON files of a repository: index, snapshot and lock files, and what is made of snapshots.

#include <algorithm>

#include "base/parallel.h"
#include "crypto/digest.h"
#include "repo/format/compression.h"
#include "repo/format/go_text.h"
#include "repo/repository.h"

namespace tranship::repo {
namespace {

constexpr std::uint8_t kCompressedFile = 2;  // the first byte of a compressed file of format version 2
constexpr int kFileCompressionLevel = 3;
constexpr std::size_t kFileBytesMax = std::size_t{1} << 30;
constexpr int kLoadThreads = 8;

// restic writes the JSON of old repositories without compression: it then begins with a bracket.
Result<std::string> unpack(Bytes plain) {
  if (plain.empty()) return fail(Fault::corrupt, "empty file");
  if (plain[0] == '{' || plain[0] == '[') return std::string(as_text(plain));
  if (plain[0] != kCompressedFile) {
    return fail(Fault::corrupt, "unknown encoding " + std::to_string(plain[0]));
  }
  const Bytes json = TRY(decompress(ByteView(plain).subspan(1), kFileBytesMax));
  return std::string(as_text(json));
}

std::string list_for_people(const std::vector<Snapshot>& snapshots) {
  if (snapshots.empty()) return "The repository has no snapshots.";
  constexpr std::size_t kShown = 10;
  std::string text = "There are:";
  const std::size_t first = snapshots.size() > kShown ? snapshots.size() - kShown : 0;
  if (first > 0) text += " ... and " + std::to_string(first) + " older ones,";
  for (std::size_t i = first; i < snapshots.size(); ++i) {
    text += " " + snapshots[i].id.brief() + " (" + snapshots[i].time + ")";
    text += i + 1 == snapshots.size() ? "." : ",";
  }
  return text;
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

Result<Id> Repository::save_file(const Context& context, const std::string& folder, std::string_view json) {
  Compressor compressor;
  const ByteView frame = TRY(compressor.compress(as_bytes(json), kFileCompressionLevel));
  Bytes sealed(frame.size() + 1 + crypto::kSealOverhead);
  const auto plain = MutableByteView(sealed).subspan(16, frame.size() + 1);
  plain[0] = kCompressedFile;
  std::copy(frame.begin(), frame.end(), plain.begin() + 1);
  crypto::Sealer(master_key_).seal(plain, sealed);
  const Id id = crypto::sha256(sealed);
  TRY_IN("writing " + folder + "/" + id.brief(), store_.put(context, folder + "/" + id.hex(), sealed, &id));
  return id;
}

Result<std::string> Repository::load_file(const Context& context, const std::string& folder, const Id& id) {
  const std::string name = folder + "/" + id.hex();
  Bytes sealed;
  TRY_IN("reading " + folder + "/" + id.brief(), store_.get(context, name, std::nullopt, sealed));
  const auto damaged = [&](std::string_view how) {
    return fail(Fault::corrupt, "file " + name + " is damaged: " + std::string(how));
  };
  if (crypto::sha256(sealed) != id) return damaged("its content does not fit its name");
  auto plain = crypto::Sealer(master_key_).open(sealed);
  if (!plain) return damaged(plain.error().what());
  auto json = unpack(std::move(*plain));
  if (!json) return damaged(json.error().what());
  return std::move(*json);
}

Result<std::vector<Id>> Repository::list_files(const Context& context, const std::string& folder) {
  std::vector<Id> ids;
  TRY_IN("listing " + folder, store_.list(context, folder + "/", [&](const store::ObjectInfo& info) {
    const std::string_view key = info.key;
    // Anything else there is not the repository's: restic ignores such files too.
    if (const auto id = Id::parse(key.substr(key.rfind('/') + 1)); id && info.size > 0) ids.push_back(*id);
  }));
  std::sort(ids.begin(), ids.end());
  return ids;
}

Result<std::vector<Snapshot>> Repository::list_snapshots(const Context& context) {
  const auto ids = TRY(list_files(context, "snapshots"));
  std::vector<std::optional<Snapshot>> loaded(ids.size());
  TRY(try_parallel_for(context, ids.size(), kLoadThreads, [&](std::size_t i) -> Result<void> {
    const auto json = load_file(context, "snapshots", ids[i]);
    if (!json && json.error().fault() == Fault::not_found) return {};  // forgotten since the listing
    if (!json) return fail(json.error());
    loaded[i] = TRY(parse_snapshot(ids[i], *json));
    return {};
  }));
  std::vector<std::pair<std::int64_t, Snapshot>> dated;
  for (auto& snapshot : loaded) {
    if (snapshot) dated.emplace_back(parse_json_time(snapshot->time).value_or(0), std::move(*snapshot));
  }
  std::stable_sort(dated.begin(), dated.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Snapshot> snapshots;
  for (auto& [time, snapshot] : dated) snapshots.push_back(std::move(snapshot));
  return snapshots;
}

Result<Snapshot> Repository::find_snapshot(const Context& context, std::string_view name) {
  if (const auto id = Id::parse(name)) {
    if (const auto json = load_file(context, "snapshots", *id)) return parse_snapshot(*id, *json);
  }
  auto snapshots = TRY(list_snapshots(context));
  std::vector<const Snapshot*> found;
  if (name == "latest" && !snapshots.empty()) {
    found.push_back(&snapshots.back());
  } else if (name != "latest" && !name.empty() && is_hex(name)) {
    for (const auto& snapshot : snapshots) {
      if (snapshot.id.hex().starts_with(name)) found.push_back(&snapshot);
    }
  }
  if (found.size() == 1) return *found[0];
  if (found.size() > 1) {
    return fail(Error(Fault::invalid, "several snapshots begin with '" + std::string(name) + "'")
                    .with_fix("Give more digits."));
  }
  return fail(Error(Fault::not_found, "no snapshot '" + std::string(name) + "' at " + store_.describe())
                  .with_fix(list_for_people(snapshots))
                  .with_code("repository.snapshot"));
}

Result<Id> Repository::save_snapshot(const Context& context, const Snapshot& snapshot) {
  return save_file(context, "snapshots", snapshot_json(snapshot));
}

Result<void> Repository::remove_snapshot(const Context& context, const Id& id) {
  return store_.remove(context, "snapshots/" + id.hex());
}

}  // namespace tranship::repo
