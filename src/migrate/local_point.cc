#include "migrate/local_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "crypto/digest.h"
#include "repo/format/compression.h"
#include "volume/mover_pod.h"
#include "volume/run_scope.h"

namespace tranship::migrate {
namespace {

constexpr const char* kManifestsType = "tranship.io/manifests";
constexpr const char* kPieceKey = "piece";
constexpr std::string_view kPieceAnnotation = "tranship.io/piece";  // "1/3"
// The API server takes Secrets of at most 1 MiB.
constexpr std::size_t kPieceBytes = std::size_t{700} << 10;
constexpr std::size_t kBundleBytesMax = std::size_t{1} << 30;
constexpr int kCompressionLevel = 9;  // written once, kept in the API server's database
constexpr std::size_t kKeyDigits = 16;

Error gone(const std::string& name_space, const std::string& key, const std::string& what) {
  return Error(Fault::not_found, fmt::format("{} of the local restore point ({}={} in {})", what, volume::kPointLabel,
                                             key, name_space))
      .with_code("local.gone")
      .with_fix("Delete its RestorePoint and take another one; an exported restore point is not affected");
}

Error changed(const std::string& name_space, const std::string& key, const std::string& why) {
  return Error(Fault::corrupt, fmt::format("the manifests of the local restore point {} in {} are not those that were "
                                           "backed up: {}",
                                           key, name_space, why))
      .with_code("local.changed")
      .with_fix("Somebody changed its Secrets: take another restore point, and see who may write Secrets there");
}

std::size_t number_of(const Json& secret) {
  const std::string text = json_string(secret, {"metadata", "annotations", kPieceAnnotation});
  std::size_t number = 0;
  for (const char c : text.substr(0, text.find('/'))) {
    if (c < '0' || c > '9' || number > 100000) return 0;
    number = number * 10 + static_cast<std::size_t>(c - '0');
  }
  return number;
}

Result<Bytes> join_pieces(const std::vector<Json>& secrets) {
  std::map<std::size_t, const Json*> pieces;
  for (const Json& each : secrets) {
    if (json_string(each, {"type"}) == kManifestsType) pieces[number_of(each)] = &each;
  }
  Bytes joined;
  for (const auto& [number, secret] : pieces) {
    const Bytes piece = TRY(from_base64(json_string(*secret, {"data", kPieceKey})));
    joined.insert(joined.end(), piece.begin(), piece.end());
  }
  return joined;
}

Result<void> check_snapshots(const LocalPoint& point) {
  for (const auto& record : point.stored.point.volumes) {
    const auto* found = point.snapshot_of(record.claim);
    if (found == nullptr) {
      return fail(gone(point.name_space, point.key, "there is no snapshot of volume " + record.claim));
    }
    if (!json_string(found->object, {"metadata", "deletionTimestamp"}).empty()) {
      return fail(gone(point.name_space, point.key, "the snapshot of volume " + record.claim + " is being deleted"));
    }
  }
  return {};
}

}  // namespace

const volume::PointSnapshot* LocalPoint::snapshot_of(const std::string& claim) const {
  const auto found = std::ranges::find(snapshots, claim, &volume::PointSnapshot::claim);
  return found == snapshots.end() ? nullptr : &*found;
}

std::string local_point_key(const std::string& backup_uid) {
  return crypto::sha256(as_bytes("local restore point of " + backup_uid)).hex().substr(0, kKeyDigits);
}

Bytes bundle(const capture::Captured& captured, const app::RestorePoint& point) {
  Json value = {{"point", app::to_json(point)}, {"objects", captured.objects}};
  for (const Json& object : captured.closure) value["objects"].push_back(object);
  const std::string text = to_text(value);
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

Result<capture::StoredRestorePoint> unbundle(ByteView bytes) {
  Json value = TRY(parse_json(as_text(bytes)));
  auto point = TRY(app::restore_point_from_json(json_at(value, {"point"})));
  std::vector<Json> objects;
  for (Json& object : value["objects"]) objects.push_back(std::move(object));
  return capture::put_together(std::move(point), std::move(objects));
}

Result<std::string> write_local_manifests(const Context& context, kube::Client& client, const std::string& key,
                                          const std::string& run, const capture::Captured& captured,
                                          const app::RestorePoint& point) {
  const Bytes plain = bundle(captured, point);
  repo::Compressor compressor;
  const ByteView packed = TRY(compressor.compress(plain, kCompressionLevel));
  const std::size_t count = (packed.size() + kPieceBytes - 1) / kPieceBytes;
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView piece = packed.subspan(i * kPieceBytes, std::min(kPieceBytes, packed.size() - i * kPieceBytes));
    Json metadata = volume::temporary_metadata(point.name_space, fmt::format("tranship-point-{}-{}", key, i + 1), run,
                                               volume::kPointRole);
    metadata["labels"][std::string(volume::kPointLabel)] = key;
    metadata["annotations"][std::string(kPieceAnnotation)] = fmt::format("{}/{}", i + 1, count);
    const Json secret = {{"apiVersion", "v1"},
                         {"kind", "Secret"},
                         {"type", kManifestsType},
                         {"immutable", true},
                         {"metadata", std::move(metadata)},
                         {"data", {{kPieceKey, to_base64(piece)}}}};
    TRY_IN("keeping the manifests", client.create(context, kube::types::secret(), secret));
  }
  return crypto::sha256(plain).hex();
}

Result<LocalPoint> read_local_point(const Context& context, kube::Client& client, const std::string& name_space,
                                    const std::string& key, const std::string& id) {
  LocalPoint point{name_space, key, id, {}, {}};
  if (key.empty()) return fail(gone(name_space, "none", "nothing says which Secrets and snapshots are those"));
  const auto secrets = TRY(volume::find_point_secrets(context, client, name_space, key));
  if (secrets.empty()) return fail(gone(name_space, key, "there are no manifests"));
  const auto packed = join_pieces(secrets);
  if (!packed) return fail(changed(name_space, key, packed.error().what()));
  const auto plain = repo::decompress(*packed, kBundleBytesMax);
  if (!plain) return fail(changed(name_space, key, plain.error().what()));
  if (crypto::sha256(*plain).hex() != id) return fail(changed(name_space, key, "another digest"));
  point.stored = TRY_IN("local restore point " + key, unbundle(*plain));
  if (point.stored.point.name_space != name_space) {
    return fail(changed(name_space, key, "they are of namespace " + point.stored.point.name_space));
  }
  point.snapshots = TRY(volume::find_point_snapshots(context, client, name_space, key));
  TRY(check_snapshots(point));
  return point;
}

std::string provisioner_of(const std::vector<Json>& classes, const std::string& name) {
  const auto found = std::ranges::find_if(
      classes, [&](const Json& each) { return json_string(each, {"metadata", "name"}) == name; });
  return found == classes.end() ? std::string() : json_string(*found, {"provisioner"});
}

std::string class_of_driver(const std::vector<Json>& classes, const std::string& named, const std::string& driver) {
  if (provisioner_of(classes, named) == driver) return named;
  std::string first;
  for (const Json& each : classes) {
    if (json_string(each, {"provisioner"}) != driver) continue;
    const std::string name = json_string(each, {"metadata", "name"});
    if (first.empty() || name < first) first = name;
  }
  return first;
}

Result<std::vector<volume::Claim>> claims_of(const Context& context, kube::Client& client, const LocalPoint& point) {
  const auto classes = TRY(client.list_all(context, kube::types::storage_class(), ""));
  std::vector<volume::Claim> claims;
  for (const auto& record : point.stored.point.volumes) {
    volume::Claim claim;
    claim.name_space = point.name_space;
    claim.name = record.claim;
    claim.object = {{"spec", {{"accessModes", record.access_modes}}}};
    claim.phase = "Bound";
    claim.block = record.block;
    claim.storage_class = class_of_driver(classes, record.storage_class, record.provisioner);
    claim.provisioner = record.provisioner;
    claim.capacity = record.capacity;
    claim.access_modes = record.access_modes;
    if (claim.storage_class.empty()) {
      return fail(Error(Fault::permanent, fmt::format("no StorageClass is of driver {}, which has the snapshot of {}",
                                                      record.provisioner, record.claim))
                      .with_code("local.storage-class")
                      .with_fix("Create a StorageClass with that provisioner"));
    }
    claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace tranship::migrate
