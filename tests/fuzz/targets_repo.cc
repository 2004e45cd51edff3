// src/repo: everything that is in a repository.

#include "crypto/digest.h"
#include "repo/format/compression.h"
#include "repo/format/go_text.h"
#include "repo/format/index.h"
#include "repo/format/key_file.h"
#include "repo/lock.h"
#include "repo/format/pack.h"
#include "repo/repository.h"
#include "repo/format/snapshot.h"
#include "repo/format/tree.h"
#include "repo/testing/memory_store.h"
#include "target.h"

namespace tranship::fuzz {
namespace {

constexpr const char* kConfig = R"({"version":2,"id":"5956a3f67a6230d4a92cefb29529f10196c7d92582ec305fd71ff6d331d6271b",
    "chunker_polynomial":"3da3358b4dc173"})";

crypto::SealKey fixed_key() {
  crypto::SealKey key;
  key.encrypt.fill(1);
  key.mac_k.fill(2);
  key.mac_r.fill(3);
  return key;
}

Id fixed_id(std::uint8_t byte) {
  Id id;
  id.bytes.fill(byte);
  return id;
}

// A repository in memory, opened with the key above.
struct OpenRepository {
  OpenRepository() {
    const Bytes sealed = crypto::Sealer(fixed_key()).seal(as_bytes(kConfig));
    require(store.put(Context(), "config", sealed, nullptr).has_value(), "the store takes the configuration");
    auto opened = repo::Repository::open(Context(), store, fixed_key());
    require(opened.has_value(), "the repository opens");
    repository = std::move(*opened);
  }
  // Puts `plain` where a file of the repository is, sealed.
  Id put(const std::string& folder, ByteView plain) {
    const Bytes sealed = crypto::Sealer(fixed_key()).seal(plain);
    const Id id = crypto::sha256(sealed);
    require(store.put(Context(), folder + "/" + id.hex(), sealed, nullptr).has_value(), "the store takes a file");
    return id;
  }

  repo::MemoryStore store;
  std::unique_ptr<repo::Repository> repository;
};

// Names from a repository become paths: none may lead out of its directory.
void require_safe(const repo::Node& node) {
  require(!node.name.empty() && node.name != "." && node.name != "..", "a name is a name");
  require(node.name.find('/') == std::string::npos && node.name.find('\0') == std::string::npos,
          "a name is one component");
  require((node.mode & ~07777u) == 0, "a mode has permission bits only");
  require(node.type != repo::NodeType::directory || !node.subtree.empty(), "a directory has a tree");
}

void tree(ByteView input) {
  const auto nodes = repo::parse_tree(as_text(input));
  repo::TreeCursor cursor(Bytes(input.begin(), input.end()));
  std::vector<repo::Node> one_by_one;
  Result<bool> more = true;
  for (repo::Node node; (more = cursor.next(node)) && *more;) {
    require_safe(node);
    require(one_by_one.empty() || one_by_one.back().name < node.name, "a cursor's nodes are sorted");
    one_by_one.push_back(node);
  }
  (void)accepted(more);
  if (!accepted(nodes)) return;
  for (const repo::Node& node : *nodes) require_safe(node);
  require(more.has_value(), "a cursor takes what parse_tree takes");
  const std::string text = repo::tree_json(*nodes);
  require(repo::tree_json(one_by_one) == text, "a cursor gives the same nodes");
  const auto again = repo::parse_tree(text);
  require(again.has_value(), "a written tree is a tree");
  require(repo::tree_json(*again) == text, "a tree written again is the same");
}

void snapshot(ByteView input) {
  const auto parsed = repo::parse_snapshot(fixed_id(7), as_text(input));
  if (!accepted(parsed)) return;
  const std::string text = repo::snapshot_json(*parsed);
  const auto again = repo::parse_snapshot(fixed_id(7), text);
  require(again.has_value(), "a written snapshot is a snapshot");
  require(repo::snapshot_json(*again) == text, "a snapshot written again is the same");
}

void index(ByteView input) {
  repo::Index index;
  if (!accepted(index.add_json(as_text(input), fixed_id(1)))) return;
  const auto notes = index.files().at(0).notes;
  std::vector<repo::PackEntry> packs;
  index.for_each_pack([&](const repo::PackEntry& pack) {
    for (const auto& blob : pack.blobs) {
      require(blob.length >= crypto::kSealOverhead && blob.length <= UINT32_MAX - blob.offset,
              "a blob lies in its pack");
      const auto found = index.find(blob.type, blob.id);
      require(found && found->length >= crypto::kSealOverhead, "a blob that is listed is found");
      require(index.reusable(blob.type, blob.id) != notes.marked_ns.has_value(), "marked packs are not reused");
    }
    packs.push_back(pack);
  });
  repo::Index again;
  require(again.add_json(repo::index_json(packs, notes), fixed_id(1)).has_value(), "a written index is an index");
  const auto notes_again = again.files().at(0).notes;
  require(notes_again.written_ns == notes.written_ns && notes_again.marked_ns == notes.marked_ns,
          "times written again are the same");
  require(again.blob_count() == index.blob_count() && again.packs().size() == index.packs().size(),
          "an index written again is the same");
}

void pack_header(ByteView input) {
  const auto blobs = repo::parse_pack_header(input);
  if (accepted(blobs)) {
    require(repo::pack_header(*blobs) == Bytes(input.begin(), input.end()), "a header written again is the same");
  }
  // The same as the end of a pack whose header cannot be opened.
  crypto::Sealer sealer(fixed_key());
  (void)accepted(repo::read_pack_header(sealer, input, input.size()));
  (void)accepted(repo::read_pack_header(sealer, input, UINT64_MAX));
}

// The first four bytes: the length it claims to have.
void blob(ByteView input) {
  if (input.size() < 4) return;
  std::uint32_t claimed = 0;
  for (std::size_t i = 4; i-- > 0;) claimed = claimed << 8 | input[i];
  claimed %= 1u << 20;
  Bytes sealed = crypto::Sealer(fixed_key()).seal(input.subspan(4));
  Bytes out(claimed);
  repo::BlobOpener opener(fixed_key());
  const auto plain = opener.open(sealed, claimed, out);
  if (accepted(plain))
    require(plain->size() == (claimed == 0 ? input.size() - 4 : claimed), "a blob is as long as told");
  constexpr std::size_t kBytesMax = 100'000;
  if (const auto content = repo::decompress(input.subspan(4), kBytesMax); accepted(content)) {
    require(content->size() <= kBytesMax, "content keeps the limit");
  }
}

void key_file(ByteView input) {
  const auto file = repo::parse_key_file(as_text(input));
  if (!accepted(file)) return;
  const std::string text = repo::key_file_json(*file);
  const auto again = repo::parse_key_file(text);
  require(again.has_value(), "a written key file is a key file");
  require(repo::key_file_json(*again) == text, "a key file written again is the same");
  // Deriving is as dear as the file says: only what is cheap.
  if (file->scrypt_n * file->scrypt_r * file->scrypt_p <= 64) {
    (void)accepted(repo::open_key_file(*file, Secret("password")));
  }
}

// The master key as JSON, sealed as a key file has it.
void master_key(ByteView input) {
  repo::KeyFile file;
  file.scrypt_n = 2, file.scrypt_r = 1, file.scrypt_p = 1;
  file.salt.assign(64, 9);
  static const auto key = crypto::derive_key(Secret("password"), file.salt, 2, 1, 1);
  file.sealed = crypto::Sealer(*key).seal(input);
  const auto opened = repo::open_key_file(file, Secret("password"));
  if (accepted(opened)) require(opened->valid(), "a master key has no empty part");
}

void lock(ByteView input) {
  OpenRepository open;
  (void)open.put("locks", input);
  auto lock = repo::RepositoryLock::acquire(Context(), *open.repository, {.settle = {}, .wait = {}});
  if (accepted(lock)) require((*lock)->held().has_value(), "a lock that was taken is held");
}

void config(ByteView input) {
  repo::MemoryStore store;
  (void)store.put(Context(), "config", crypto::Sealer(fixed_key()).seal(input), nullptr);
  const auto repository = repo::Repository::open(Context(), store, fixed_key());
  if (!accepted(repository)) return;
  require((*repository)->config().version == 2, "other versions are refused");
  require((*repository)->config().chunker_polynomial >> 53 == 1, "a polynomial has degree 53");
}

void sealed_file(ByteView input) {
  OpenRepository open;
  const Id id = open.put("snapshots", input);
  (void)accepted(open.repository->load_file(Context(), "snapshots", id));
  (void)accepted(open.repository->list_snapshots(Context()));
  (void)accepted(open.repository->find_snapshot(Context(), "latest"));
}

void go_text(ByteView input) {
  const auto text = as_text(input);
  std::string out;
  repo::append_json_name(out, text);
  const auto decoded = parse_json(out);
  require(decoded && decoded->is_string(), "a written name is a JSON string");
  const auto name = repo::unquote_name(decoded->get<std::string>());
  require(name && *name == text, "a name comes back as it was");
  if (const auto unquoted = repo::unquote_name(text)) {
    std::string again;
    repo::append_json_name(again, *unquoted);
    const auto back = repo::unquote_name(parse_json(again)->get<std::string>());
    require(back && *back == *unquoted, "an unquoted name is stable");
  }
  if (const auto time = repo::parse_json_time(text)) {
    std::string written;
    repo::append_json_time(written, *time);
    const auto back = repo::parse_json_time(std::string_view(written).substr(1, written.size() - 2));
    require(back && *back == *time, "a time is stable");
  }
  out.clear();
  repo::append_json_string(out, text);
  require(parse_json(out).has_value(), "a written text is JSON");
}

std::string tree_seed() {
  repo::Node file{.name = "a\n\xff", .type = repo::NodeType::file, .mode = 04755};
  file.mtime_ns = 1'700'000'000'123'456'789;
  file.size = 10;
  file.links = 1;
  file.user = "root";
  file.content = {fixed_id(1), fixed_id(2)};
  file.extended_attributes = {{"user.x", "\x01\x02"}};
  repo::Node directory{.name = "b", .type = repo::NodeType::directory, .mode = 0700, .subtree = fixed_id(3)};
  repo::Node link{.name = "c", .type = repo::NodeType::symlink, .mode = 0777, .link_target = "../x\xfe"};
  repo::Node device{.name = "d", .type = repo::NodeType::character_device, .mode = 0600, .device = 259};
  return repo::tree_json({file, directory, link, device});
}

std::string blob_seed(std::string_view content) {
  repo::Compressor compressor;
  const auto frame = compressor.compress(as_bytes(content), 1);
  std::string seed;
  for (int shift = 0; shift < 32; shift += 8) seed += static_cast<char>(content.size() >> shift);
  return seed + std::string(as_text(*frame));
}

std::vector<repo::PackedBlob> packed_blobs() {
  return {{fixed_id(1), repo::BlobType::data, 0, 100, 0},
          {fixed_id(2), repo::BlobType::tree, 100, 60, 200},
          {fixed_id(3), repo::BlobType::tree, 160, 40, 0}};
}

std::string snapshot_seed() {
  repo::Snapshot snapshot;
  snapshot.time = "2026-11-24T03:14:00.123456789Z";
  snapshot.tree = fixed_id(1);
  snapshot.parent = fixed_id(2);
  snapshot.paths = {"/shop"};
  snapshot.hostname = "east";
  snapshot.tags = {"tranship"};
  snapshot.program_version = "tranship 0.1.0";
  snapshot.summary = {{"files_new", 3}};
  return repo::snapshot_json(snapshot);
}

std::string key_file_seed() {
  repo::KeyFile file;
  file.created = "2026-11-24T03:14:00Z";
  file.username = "root", file.hostname = "east";
  file.scrypt_n = 2, file.scrypt_r = 1, file.scrypt_p = 1;
  file.salt.assign(64, 9);
  file.sealed.assign(100, 5);
  return repo::key_file_json(file);
}

std::vector<Target> json_targets() {
  const std::string id(64, 'a');
  return {
      {"tree",
       tree,
       {tree_seed(), "{\"nodes\":[]}\n", R"({"nodes":null})", R"({"nodes":[{"name":"x","type":"fifo"}],"more":{}})"},
       {"name",
        "type",
        "file",
        "dir",
        "symlink",
        "dev",
        "mode",
        "mtime",
        "size",
        "content",
        "subtree",
        "linktarget",
        "linktarget_raw",
        "extended_attributes",
        "value",
        "inode",
        "\\\\x00",
        "\\\\u002f",
        "..",
        id,
        "nodes",
        "]}\n",
        "},{"},
       true},
      {"snapshot",
       snapshot,
       {snapshot_seed()},
       {"time", "tree", "parent", "paths", "hostname", "username", "tags", "program_version", "summary", "original",
        id},
       true},
      {"index",
       index,
       {repo::index_json({{fixed_id(9), packed_blobs()}}), R"({"packs":null})", R"({"supersedes":[],"packs":[]})",
        repo::index_json({{fixed_id(9), packed_blobs()}}, {.written_ns = 1, .marked_ns = 1'700'000'000'000'000'000})},
       {"packs", "blobs", "id", "type", "data", "tree", "offset", "length", "uncompressed_length", id, "tranship",
        "written", "marked"},
       true},
      {"key_file",
       key_file,
       {key_file_seed()},
       {"created", "username", "kdf", "scrypt", "N", "r", "p", "salt", "data"},
       true},
      {"master_key",
       master_key,
       {R"({"mac":{"k":"AQEBAQEBAQEBAQEBAQEBAQ==","r":"AQEBAQEBAQEBAQEBAQEBAQ=="},
        "encrypt":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="})"},
       {"mac", "encrypt", "k", "r"},
       true},
      {"lock",
       lock,
       {R"({"time":"2100-01-01T00:00:00Z","exclusive":true,"hostname":"h","username":"u","pid":1,"uid":0})",
        R"({"time":"2020-01-01T00:00:00+08:00","exclusive":false,"hostname":"h","pid":99})"},
       {"time", "exclusive", "hostname", "username", "pid", "uid"},
       true},
      {"config", config, {kConfig}, {"version", "id", "chunker_polynomial", "3da3358b4dc173", "2"}, true},
  };
}

}  // namespace

std::vector<Target> repo_targets() {
  const std::string text(5000, 'a');
  std::vector<Target> targets = json_targets();
  targets.push_back({"pack_header", pack_header, {std::string(as_text(repo::pack_header(packed_blobs())))}, {}});
  targets.push_back({"blob",
                     blob,
                     {blob_seed("hello"), blob_seed(text), blob_seed(tree_seed())},
                     {std::string("\x28\xb5\x2f\xfd", 4), std::string("\x50\x2a\x4d\x18", 4)}});
  targets.push_back(
      {"sealed_file",
       sealed_file,
       {snapshot_seed(), "\x02" + blob_seed(snapshot_seed()).substr(4), "\x02" + blob_seed(text).substr(4)},
       {"\x02", std::string("\x28\xb5\x2f\xfd", 4)}});
  targets.push_back(
      {"go_text",
       go_text,
       {"a\\n\\xff\\u00e9\\U0001f600\\\"", "\xff\xc3\xa9\n", "2026-11-24T03:14:00.5+08:00"},
       {"\\x", "\\u", "\\U", "\\", "\"", "\\0", "\\777", "T", "Z", "+", ".999999999", "9999", "0001-01-01"}});
  return targets;
}

}  // namespace tranship::fuzz
