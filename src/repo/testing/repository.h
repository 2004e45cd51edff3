#pragma once
// What tests of the repository share: a scratch directory, a repository in it, and stock restic.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/context.h"
#include "repo/repository.h"
#include "store/dir/directory_store.h"

namespace tranship::repo {

inline constexpr const char* kTestPassword = "a test's password";

// A directory that is gone at the end of the scope.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "tranship-repo-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

struct TestRepository {
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Repository> repository;
};

inline std::unique_ptr<store::Store> open_test_store(const std::string& path) {
  auto store = store::DirectoryStore::open(path, true);
  EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().text());
  return store ? std::move(*store) : nullptr;
}

inline TestRepository make_test_repository(const std::string& path, std::uint64_t polynomial = 0) {
  TestRepository made{open_test_store(path), nullptr};
  auto repository =
      Repository::init(Context(), *made.store, Secret(kTestPassword), {polynomial, 10});
  EXPECT_TRUE(repository.has_value()) << (repository ? "" : repository.error().text());
  if (repository) made.repository = std::move(*repository);
  return made;
}

inline TestRepository open_test_repository(const std::string& path) {
  TestRepository opened{open_test_store(path), nullptr};
  auto repository = Repository::open(Context(), *opened.store, Secret(kTestPassword));
  EXPECT_TRUE(repository.has_value()) << (repository ? "" : repository.error().text());
  if (repository) opened.repository = std::move(*repository);
  EXPECT_TRUE(opened.repository->load_index(Context()).has_value());
  return opened;
}

struct CommandResult {
  int exit_code = -1;
  std::string output;  // both streams
};

inline CommandResult run_command(const std::string& command) {
  CommandResult result;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  char buffer[4096];
  for (std::size_t count; (count = ::fread(buffer, 1, sizeof buffer, pipe)) > 0;) result.output.append(buffer, count);
  const int status = ::pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return result;
}

inline bool has_restic() { return std::filesystem::exists("/usr/bin/restic"); }

// `restic --repo PATH ARGUMENTS`, run in `directory`; without its cache.
inline CommandResult restic(const std::string& repository, const std::string& arguments,
                            const std::string& directory = "/") {
  return run_command("cd '" + directory + "' && TZ=UTC RESTIC_PASSWORD=\"" + kTestPassword +
                     "\" /usr/bin/restic --no-cache --repo '" + repository + "' " + arguments);
}

#define REQUIRE_RESTIC() \
  if (!::tranship::repo::has_restic()) GTEST_SKIP() << "stock restic is not installed (apt-get install restic)"

}  // namespace tranship::repo
