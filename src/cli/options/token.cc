#include "cli/options/token.h"

#include <sys/stat.h>

#include <cstdlib>
#include <iostream>

#include "base/file.h"
#include "migrate/token.h"

namespace tranship::cli {
namespace {

constexpr std::size_t kFileBytesMax = 2 * migrate::kTokenBytesMax;

Result<std::filesystem::path> data_folder_path() {
  if (const char* folder = std::getenv("XDG_DATA_HOME"); folder != nullptr && *folder == '/') {
    return std::filesystem::path(folder) / "tranship";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return std::filesystem::path(home) / ".local/share/tranship";
  }
  return fail(Error(Fault::invalid, "there is no home directory to keep restore points in")
                  .with_fix("Say where: --location dir:/path"));
}

Result<Secret> read_standard_input() {
  std::string text(kFileBytesMax, '\0');
  std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::cin.gcount()));
  return Secret(std::move(text));
}

}  // namespace

Result<std::filesystem::path> data_folder() {
  auto folder = TRY(data_folder_path());
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(Error(Fault::permanent, "make " + folder.string() + ": " + error.message()));
  ::chmod(folder.c_str(), 0700);
  return folder;
}

Result<std::optional<Secret>> read_token(const std::string& file) {
  if (file == "-") return std::optional(TRY(read_standard_input()));
  if (!file.empty()) return std::optional(Secret(TRY_IN("--token-file", read_file(file, kFileBytesMax))));
  const char* given = std::getenv("TRANSHIP_TOKEN");
  if (given == nullptr || *given == '\0') return std::optional<Secret>();
  return std::optional(Secret(given));
}

Result<std::optional<crypto::BoxKeyPair>> own_target_keys(bool make) {
  const auto path = TRY(data_folder_path()) / "target-key";
  const auto known = read_file(path, 4096);
  if (known) {
    const auto bytes = TRY_IN(path.string(), from_base64(known->substr(0, known->find('\n'))));
    return std::optional(TRY_IN(path.string(), crypto::box_keys_of(Secret(std::string(as_text(bytes))))));
  }
  if (known.error().fault() != Fault::not_found) return fail(known.error());
  if (!make) return std::optional<crypto::BoxKeyPair>();
  TRY(data_folder());
  auto keys = crypto::make_box_keys();
  TRY(write_file(path, to_base64(as_bytes(keys.private_key.reveal())) + "\n", 0600));
  return std::optional(std::move(keys));
}

}  // namespace tranship::cli
