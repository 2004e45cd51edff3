#include "migrate/location_catalog.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "store/key.h"

namespace tranship::migrate {
namespace {

constexpr std::string_view kApplicationsFolder = "applications/";
constexpr std::string_view kSuffix = ".json";
constexpr int kVersion = 1;

std::string entry_key(const std::string& application) {
  return std::string(kApplicationsFolder) + application + std::string(kSuffix);
}
std::string folder_of(const std::string& application) { return "repositories/" + application; }

Result<ApplicationEntry> read_entry(const Context& context, store::Store& location, const std::string& key) {
  Bytes content;
  TRY_IN(key, location.get(context, key, std::nullopt, content));
  const Json entry = TRY_IN(key, parse_json(as_text(content)));
  if (!entry.is_object()) return fail(Fault::corrupt, key + " is no entry of a catalog");
  if (json_integer(entry, {"version"}) > kVersion) {
    return fail(Error(Fault::invalid, key + " was written by a newer version of Tranship").with_fix("Update tranship"));
  }
  ApplicationEntry result{json_string(entry, {"application"}), json_string(entry, {"repository"}),
                          json_string(entry, {"createdAt"})};
  if (result.application.empty()) return fail(Fault::corrupt, key + " names no application");
  // Whoever may write to the location must not choose what else of this machine is opened.
  if (!store::check_key(result.folder)) {
    return fail(Fault::corrupt, key + " names a repository that is not inside the location");
  }
  return result;
}

Error no_such_application(const std::string& application, const store::Location& location,
                          const std::vector<ApplicationEntry>& entries, const std::vector<Error>& unreadable) {
  if (!unreadable.empty()) {
    return Error(Fault::corrupt, fmt::format("{} holds no restore points of {}, as far as its catalog can be read: {}",
                                             location.address(), application, unreadable.front().what()))
        .with_code("location.catalog")
        .with_fix("Remove that entry: the next backup of its application writes it again");
  }
  std::string names;
  for (const auto& entry : entries) names += (names.empty() ? "" : ", ") + entry.application;
  return Error(Fault::not_found, fmt::format("{} holds no restore points of {}", location.address(), application))
      .with_code("application.no-restore-points")
      .with_fix(names.empty() ? "Nothing was backed up there yet: tranship backup" : "It holds: " + names);
}

Result<ApplicationRepository> open_store_of(const Context& context, const store::Location& location,
                                            const std::string& folder, bool create) {
  ApplicationRepository opened;
  opened.folder = folder;
  opened.location = location.under(folder);
  opened.store = TRY(store::open_store(context, opened.location, create));
  return opened;
}

}  // namespace

Result<std::vector<ApplicationEntry>> list_applications(const Context& context, store::Store& location,
                                                        std::vector<Error>* unreadable) {
  std::vector<std::string> keys;
  TRY(location.list(context, std::string(kApplicationsFolder), [&](const store::ObjectInfo& object) {
    if (object.key.ends_with(kSuffix)) keys.push_back(object.key);
  }));
  std::sort(keys.begin(), keys.end());
  std::vector<ApplicationEntry> entries;
  for (const std::string& key : keys) {
    auto entry = read_entry(context, location, key);
    const Fault fault = entry ? Fault::permanent : entry.error().fault();
    if (unreadable != nullptr && (fault == Fault::corrupt || fault == Fault::invalid)) {
      unreadable->push_back(std::move(entry).error());
    } else if (entry || fault != Fault::not_found) {  // removed since it was listed
      entries.push_back(TRY(std::move(entry)));
    }
  }
  return entries;
}

Result<ApplicationRepository> open_application(const Context& context, const store::Location& location,
                                               const std::string& application, const Secret& passphrase) {
  const auto root = TRY(store::open_store(context, location));
  std::vector<Error> unreadable;
  const auto entries = TRY(list_applications(context, *root, &unreadable));
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const ApplicationEntry& entry) { return entry.application == application; });
  if (found == entries.end()) return fail(no_such_application(application, location, entries, unreadable));
  return open_repository_in(context, location, found->folder, passphrase);
}

Result<ApplicationRepository> open_repository_in(const Context& context, const store::Location& location,
                                                 const std::string& folder, const Secret& password) {
  ApplicationRepository opened = TRY(open_store_of(context, location, folder, false));
  opened.repository = TRY(repo::Repository::open(context, *opened.store, password));
  return opened;
}

Result<ApplicationRepository> find_application_repository(const Context& context, const store::Location& location,
                                                          const std::string& application, const Secret& passphrase) {
  auto opened = open_application(context, location, application, passphrase);
  if (opened || opened.error().fault() != Fault::not_found) return opened;
  // A directory is made by the first backup; a bucket that is missing is for a person to make.
  const bool nothing_yet = opened.error().code() == "application.no-restore-points" ||
                           location.kind == store::Location::Kind::directory;
  if (!nothing_yet) return opened;
  return ApplicationRepository();
}

Result<ApplicationRepository> open_or_create_application(const Context& context, const store::Location& location,
                                                         const std::string& application, const Secret& passphrase) {
  const auto root = TRY(store::open_store(context, location, true));
  const std::string folder = folder_of(application);
  ApplicationRepository opened = TRY(open_store_of(context, location, folder, true));
  auto repository = repo::Repository::open(context, *opened.store, passphrase);
  if (!repository && repository.error().fault() == Fault::not_found) {
    repository = repo::Repository::init(context, *opened.store, passphrase);
    // Two first exports at once.
    if (!repository && repository.error().fault() == Fault::conflict) {
      repository = repo::Repository::open(context, *opened.store, passphrase);
    }
  }
  if (!repository) return fail(std::move(repository).error());
  opened.repository = std::move(*repository);
  // After the repository, so that what the catalog names can always be opened; a run that died in between is mended
  // here.
  auto known = root->stat(context, entry_key(application));
  if (known) return opened;
  if (known.error().fault() != Fault::not_found) return fail(std::move(known).error());
  const std::string entry = to_text({{"version", kVersion},
                                     {"application", application},
                                     {"repository", folder},
                                     {"createdAt", format_time(std::chrono::system_clock::now())}});
  TRY(root->put(context, entry_key(application), as_bytes(entry)));
  return opened;
}

}  // namespace tranship::migrate
