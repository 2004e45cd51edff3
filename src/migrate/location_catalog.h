#pragma once
// The applications inside a location (docs/format/location.md): one repository each under repositories/<application>/,
// and one small plain file applications/<application>.json that says it is there, so that nothing has to be searched
// for.

#include <memory>
#include <string>
#include <vector>

#include "repo/repository.h"
#include "store/location.h"

namespace tranship::migrate {

struct ApplicationEntry {
  std::string application;
  std::string folder;  // of its repository, inside the location
  std::string created_at;
};

// Sorted by name. Fault::not_found when the location does not exist; an empty list when nothing is in it. An entry that
// is damaged, or newer than this program, is in `unreadable` with its key, and does not hide the others; without that
// list it is the error.
Result<std::vector<ApplicationEntry>> list_applications(const Context& context, store::Store& location,
                                                        std::vector<Error>* unreadable = nullptr);

// An application's repository, opened: the store under it belongs to it.
struct ApplicationRepository {
  std::string folder;        // inside the location
  store::Location location;  // of the repository
  std::unique_ptr<store::Store> store;
  std::unique_ptr<repo::Repository> repository;
};

// Fault::not_found (code "application.no-restore-points") lists what the location holds; auth: wrong passphrase.
Result<ApplicationRepository> open_application(const Context& context, const store::Location& location,
                                               const std::string& application, const Secret& passphrase);
// By its folder, as a transfer token names it: nothing but that folder is read.
Result<ApplicationRepository> open_repository_in(const Context& context, const store::Location& location,
                                                 const std::string& folder, const Secret& password);
// open_application() without writing anything: no repository in it when there is none yet.
Result<ApplicationRepository> find_application_repository(const Context& context, const store::Location& location,
                                                          const std::string& application, const Secret& passphrase);
// The same, made when it is not there yet.
Result<ApplicationRepository> open_or_create_application(const Context& context, const store::Location& location,
                                                         const std::string& application, const Secret& passphrase);

}  // namespace tranship::migrate
