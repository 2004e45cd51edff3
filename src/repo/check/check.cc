// Checking: what the index says against what is there, then (read_data) every byte, then every tree and its files.

#include "repo/check/check.h"

#include <algorithm>
#include <unordered_set>

#include "crypto/digest.h"
#include "repo/check/packs.h"
#include "repo/read/tree_source.h"

namespace tranship::repo {
namespace {

class TreeWalk {
 public:
  TreeWalk(const Context& context, Repository& repository, const PackCheck& packs, FindingList& findings,
           Progress& progress)
      : context_(context),
        repository_(repository),
        packs_(packs),
        findings_(findings),
        progress_(progress),
        trees_(repository) {}

  Result<void> snapshot(const Snapshot& snapshot) {
    name_ = "snapshot " + snapshot.id.brief();
    open_.push_back({"/", snapshot.tree});
    while (!open_.empty()) {
      TRY(context_.check());
      const auto [path, tree] = std::move(open_.back());
      open_.pop_back();
      if (!seen_.insert(tree).second) continue;
      auto nodes = trees_.load(context_, tree);
      if (!nodes && nodes.error().fault() != Fault::corrupt) return fail(std::move(nodes).error());
      if (!nodes) {
        findings_.damage(name_ + ", directory " + path + ": " + nodes.error().what());
        continue;
      }
      for (const Node& node : *nodes) look_at(path, node);
    }
    return {};
  }

 private:
  void look_at(const std::string& directory, const Node& node) {
    const std::string path = directory == "/" ? "/" + node.name : directory + "/" + node.name;
    if (node.type == NodeType::directory) open_.push_back({path, node.subtree});
    if (node.type != NodeType::file) return;
    std::uint64_t bytes = 0;
    bool whole = true;
    for (const Id& id : node.content) {
      const auto location = repository_.index().find(BlobType::data, id);
      if (!location || packs_.lost(id, *location)) {
        whole = false;
        findings_.damage(name_ + ", file " + path + ": blob " + id.hex() +
                         (location ? " of pack " + location->pack.hex() + " is lost" : " is in no index"));
      } else {
        bytes += location->plain_length();
      }
    }
    if (whole && bytes != node.size) {
      findings_.damage(name_ + ", file " + path + ": its blobs have " + std::to_string(bytes) +
                       " bytes, it should have " + std::to_string(node.size));
    }
    ++progress_.files_done;
  }

  const Context& context_;
  Repository& repository_;
  const PackCheck& packs_;
  FindingList& findings_;
  Progress& progress_;
  TreeSource trees_;
  std::string name_;
  std::vector<std::pair<std::string, Id>> open_;
  std::unordered_set<Id> seen_;
};

Result<void> check_keys(const Context& context, Repository& repository, FindingList& findings) {
  for (const Id& id : TRY(repository.list_files(context, "keys"))) {
    Bytes content;
    const auto got = repository.store().get(context, "keys/" + id.hex(), std::nullopt, content);
    if (!got && got.error().fault() == Fault::not_found) continue;
    TRY(got);
    if (crypto::sha256(content) != id) findings.damage("key " + id.hex() + ": its content does not fit its name");
  }
  return {};
}

Result<std::vector<Snapshot>> check_snapshots(const Context& context, Repository& repository, FindingList& findings) {
  std::vector<Snapshot> snapshots;
  for (const Id& id : TRY(repository.list_files(context, "snapshots"))) {
    auto json = repository.load_file(context, "snapshots", id);
    if (!json && json.error().fault() == Fault::not_found) continue;
    if (!json && json.error().fault() != Fault::corrupt) return fail(std::move(json).error());
    auto snapshot = json ? parse_snapshot(id, *json) : Result<Snapshot>(fail(std::move(json).error()));
    if (snapshot) {
      snapshots.push_back(std::move(*snapshot));
    } else {
      findings.damage("snapshot " + id.hex() + ": " + snapshot.error().what());
    }
  }
  return snapshots;
}

}  // namespace

bool CheckResult::whole() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const CheckFinding& finding) { return finding.kind == CheckFinding::Kind::damage; });
}

Result<CheckResult> check(const Context& context, Repository& repository, const CheckOptions& options,
                          Progress& progress) {
  FindingList findings;
  CheckResult result;
  TRY(check_keys(context, repository, findings));
  // Snapshots before indexes: a backup that ends meanwhile does not look damaged.
  const auto snapshots = TRY(check_snapshots(context, repository, findings));
  std::vector<Error> damaged_indexes;
  TRY(repository.load_index(context, &damaged_indexes));
  for (const Error& error : damaged_indexes) findings.damage(error.what());
  result.snapshots = snapshots.size();
  result.blobs = repository.index().blob_count();

  PackCheck packs(context, repository, options, findings, progress);
  TRY(packs.compare_with_store());
  result.packs = packs.count();
  if (options.read_data) TRY(packs.read());
  // Last, so that it can tell which files are hit.
  TreeWalk walk(context, repository, packs, findings, progress);
  for (const Snapshot& snapshot : snapshots) TRY(walk.snapshot(snapshot));
  result.bytes_read = progress.bytes_stored;
  result.findings = findings.take();
  return result;
}

}  // namespace tranship::repo
