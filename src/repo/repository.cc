#include "repo/repository.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "base/parallel.h"
#include "base/units.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "repo/chunker/chunker.h"
#include "repo/format/key_file.h"
#include "repo/host.h"

namespace tranship::repo {
namespace {

constexpr const char* kConfigKey = "config";
constexpr int kChunkerDegree = 53;
constexpr int kLoadThreads = 8;

std::string config_json(const Config& config) {
  char polynomial[16];
  const auto end = std::to_chars(polynomial, polynomial + sizeof polynomial, config.chunker_polynomial, 16).ptr;
  return "{\"version\":" + std::to_string(config.version) + ",\"id\":\"" + config.id +
         "\",\"chunker_polynomial\":\"" + std::string(polynomial, end) + "\"}";
}

bool has_chunker_degree(std::uint64_t polynomial) { return polynomial >> kChunkerDegree == 1; }

Result<Config> parse_config(std::string_view json) {
  const Json value = TRY(parse_json(json));
  Config config;
  config.version = static_cast<int>(json_integer(value, {"version"}));
  config.id = json_string(value, {"id"});
  const std::string polynomial = json_string(value, {"chunker_polynomial"});
  if (config.version != 2) {
    return fail(Error(Fault::invalid, "the repository has format version " + std::to_string(config.version) +
                                          ", only version 2 can be used")
                    .with_fix("Version 1: run 'restic migrate upgrade_repo_v2' on it.")
                    .with_code("repository.version"));
  }
  if (!Id::parse(config.id)) return fail(Fault::corrupt, "the configuration has no valid id");
  const char* last = polynomial.data() + polynomial.size();
  const auto parsed = std::from_chars(polynomial.data(), last, config.chunker_polynomial, 16);
  if (parsed.ec != std::errc() || parsed.ptr != last || !has_chunker_degree(config.chunker_polynomial) ||
      !is_irreducible(config.chunker_polynomial)) {
    return fail(Fault::corrupt, "the configuration's chunker polynomial is not irreducible of degree 53");
  }
  return config;
}

Error no_repository(const store::Store& store) {
  return Error(Fault::not_found, "there is no repository at " + store.describe())
      .with_fix("Check the location; 'tranship repository init' makes a repository.")
      .with_code("repository.missing");
}

Result<Bytes> read_config(const Context& context, store::Store& store) {
  Bytes sealed;
  auto got = store.get(context, kConfigKey, std::nullopt, sealed);
  if (got) return sealed;
  if (got.error().fault() == Fault::not_found) return fail(no_repository(store));
  return fail(std::move(got).error().in("reading the repository's configuration"));
}

Error not_its_key(const store::Store& store) {
  return Error(Fault::auth, "the key does not open the repository at " + store.describe())
      .with_fix("The repository was made anew, or its file 'config' is damaged.")
      .with_code("repository.key");
}

Result<Config> open_config(const store::Store& store, const crypto::SealKey& master_key, ByteView sealed) {
  const auto plain = crypto::Sealer(master_key).open(sealed);
  if (!plain) return fail(not_its_key(store));
  return TRY_IN("configuration of the repository at " + store.describe(), parse_config(as_text(*plain)));
}

struct OpenedKey {
  Id id;
  crypto::SealKey master_key;
};

// restic tries 20 keys; more are tried here, for repositories that many people open with a password each.
constexpr std::size_t kKeysMax = 200;

Result<void> check_not_ended(const Id& id, const KeyFile& file) {
  if (file.expires.empty()) return {};
  const auto end = TRY_IN("key " + id.brief(), parse_time(file.expires));
  if (end > std::chrono::system_clock::now()) return {};
  return fail(Error(Fault::auth, "the key " + id.brief() + " of the repository ended on " + file.expires)
                  .with_fix("Ask whoever gave it for a new one (tranship token create).")
                  .with_code("repository.key-expired"));
}

// Every key that the password opens, until `wanted` takes one; Fault::auth when it takes none.
Result<OpenedKey> find_key(const Context& context, store::Store& store, const Secret& password,
                           const std::function<bool(const crypto::SealKey&)>& wanted) {
  std::vector<std::string> names;
  TRY(store.list(context, "keys/", [&](const store::ObjectInfo& info) {
    if (info.size <= 65536) names.push_back(info.key);
  }));
  if (names.empty()) return fail(Fault::corrupt, "the repository at " + store.describe() + " has no keys");
  std::sort(names.begin(), names.end());
  names.resize(std::min(names.size(), kKeysMax));
  std::optional<Error> refusal;
  for (const auto& name : names) {
    TRY(context.check());
    const auto id = Id::parse(std::string_view(name).substr(5));
    Bytes json;
    if (!id) continue;
    if (auto got = store.get(context, name, std::nullopt, json); !got) {
      if (got.error().fault() == Fault::not_found) continue;  // removed since the listing
      return fail(std::move(got).error());
    }
    const auto file = parse_key_file(as_text(json));
    const auto master_key = file ? open_key_file(*file, password) : Result<crypto::SealKey>(fail(file.error()));
    if (master_key && wanted(*master_key)) {
      TRY(check_not_ended(*id, *file));
      return OpenedKey{*id, *master_key};
    }
    // An init() that ended early may have left a key of no repository.
    if (master_key) refusal = not_its_key(store);
    if (!master_key && master_key.error().fault() != Fault::auth) {
      refusal = Error(master_key.error()).in("key " + id->brief());
    }
  }
  if (refusal) return fail(std::move(*refusal));
  return fail(Error(Fault::auth, "wrong password for the repository at " + store.describe())
                  .with_fix("Give the password the repository was made with, or one of its other keys'.")
                  .with_code("repository.password"));
}

Error exists(const store::Store& store) {
  return Error(Fault::conflict, "there is a repository at " + store.describe() + " already")
      .with_fix("Use it as it is, or give another location.")
      .with_code("repository.exists");
}

Result<Config> new_config(const InitOptions& options) {
  Config config;
  Id random_id;
  crypto::random_bytes(random_id.bytes);
  config.id = random_id.hex();
  config.chunker_polynomial = options.chunker_polynomial != 0 ? options.chunker_polynomial : random_polynomial();
  if (!has_chunker_degree(config.chunker_polynomial) || !is_irreducible(config.chunker_polynomial)) {
    return fail(Fault::invalid, "the chunker polynomial must be irreducible and of degree 53");
  }
  return config;
}

}  // namespace

Result<std::unique_ptr<Repository>> Repository::init(const Context& context, store::Store& store,
                                                     const Secret& password, const InitOptions& options) {
  const auto present = store.stat(context, kConfigKey);
  if (present) return fail(exists(store));
  if (present.error().fault() != Fault::not_found) return fail(present.error());
  const Config config = TRY(new_config(options));
  // Of one that ended before it wrote its configuration, or is about to: with the same key it does not matter whose
  // configuration comes first.
  const auto earlier = find_key(context, store, password, [](const crypto::SealKey&) { return true; });
  const auto master_key = earlier ? earlier->master_key : crypto::SealKey::random();
  std::unique_ptr<Repository> repository(new Repository(store, master_key, config));
  // The configuration comes last: before it is there, nothing takes the place for a repository.
  repository->key_id_ = earlier ? earlier->id
                                : TRY(repository->add_key(context, password,
                                                          {.user = local_user_name(),
                                                           .host = local_host_name(),
                                                           .expires = {},
                                                           .scrypt_log_n = options.scrypt_log_n}));
  const Bytes sealed = crypto::Sealer(master_key).seal(as_bytes(config_json(config)));
  auto created = store.create(context, kConfigKey, sealed);
  if (created) return repository;
  if (created.error().fault() != Fault::conflict) {
    return fail(std::move(created).error().in("writing the repository's configuration"));
  }
  // Another was faster. A key that does not open it would be in restic's way.
  if (!earlier && !crypto::Sealer(master_key).open(TRY(read_config(context, store)))) {
    TRY(store.remove(context, "keys/" + repository->key_id_->hex()));
  }
  return fail(exists(store));
}

Result<std::unique_ptr<Repository>> Repository::open(const Context& context, store::Store& store,
                                                     const Secret& password) {
  const Bytes sealed = TRY(read_config(context, store));
  const auto key = TRY(find_key(context, store, password, [&](const crypto::SealKey& master_key) {
    return crypto::Sealer(master_key).open(sealed).has_value();
  }));
  auto config = TRY(open_config(store, key.master_key, sealed));
  std::unique_ptr<Repository> repository(new Repository(store, key.master_key, std::move(config)));
  repository->key_id_ = key.id;
  return repository;
}

Result<std::unique_ptr<Repository>> Repository::open(const Context& context, store::Store& store,
                                                     const crypto::SealKey& master_key) {
  auto config = TRY(open_config(store, master_key, TRY(read_config(context, store))));
  return std::unique_ptr<Repository>(new Repository(store, master_key, std::move(config)));
}

Result<void> Repository::load_index(const Context& context, std::vector<Error>* damaged) {
  const std::lock_guard one_at_a_time(index_mutex_);
  // Until a listing shows nothing new: a listing made of several answers can miss both an index file that is removed
  // meanwhile and the one, written before that, which replaces it. The next one shows the latter.
  constexpr int kRoundsMax = 20;
  std::set<Id> passed_over;
  for (int round = 0; round < kRoundsMax; ++round) {
    const std::vector<Id> listed = TRY(list_files(context, "index"));
    std::vector<Id> fresh, gone;
    std::set_difference(indexes_read_.begin(), indexes_read_.end(), listed.begin(), listed.end(),
                        std::back_inserter(gone));
    for (const Id& id : listed) {
      if (!indexes_read_.contains(id) && !passed_over.contains(id)) fresh.push_back(id);
    }
    if (!gone.empty()) index_.withdraw(gone);
    for (const Id& id : gone) indexes_read_.erase(id);
    if (fresh.empty()) return {};
    TRY(read_indexes(context, fresh, damaged, passed_over));
  }
  return {};
}

Result<void> Repository::read_indexes(const Context& context, const std::vector<Id>& files,
                                      std::vector<Error>* damaged, std::set<Id>& passed_over) {
  std::vector<char> passed(files.size(), 0);
  std::mutex damaged_mutex;
  const auto tolerated = [&](const Error& error) {
    if (damaged == nullptr || error.fault() != Fault::corrupt) return false;
    const std::lock_guard lock(damaged_mutex);
    damaged->push_back(error);
    return true;
  };
  TRY(try_parallel_for(context, files.size(), kLoadThreads, [&](std::size_t i) -> Result<void> {
    const auto json = load_file(context, "index", files[i]);
    if (!json && json.error().fault() == Fault::not_found) {
      passed[i] = 1;  // replaced by another since the listing
      return {};
    }
    if (!json) {
      passed[i] = tolerated(json.error());
      return passed[i] ? Result<void>() : fail(json.error());
    }
    if (auto added = index_.add_json(*json, files[i]); !added) {
      const Error error = std::move(added).error().in("index " + files[i].hex());
      passed[i] = tolerated(error);
      if (!passed[i]) return fail(error);
    }
    return {};
  }));
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (passed[i]) {
      passed_over.insert(files[i]);
    } else {
      indexes_read_.insert(files[i]);
    }
  }
  return {};
}

Result<Id> Repository::save_index(const Context& context, const std::vector<PackEntry>& packs) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return save_index(context, packs, {.written_ns = std::chrono::nanoseconds(now).count(), .marked_ns = {}});
}

Result<Id> Repository::save_index(const Context& context, const std::vector<PackEntry>& packs,
                                  const IndexNotes& notes) {
  const Id id = TRY(save_file(context, "index", index_json(packs, notes)));
  const std::lock_guard lock(index_mutex_);
  index_.set_file(packs, id);
  indexes_read_.insert(id);
  return id;
}

}  // namespace tranship::repo
