#include "target.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace tranship::fuzz {
namespace {

// Texts of errors may repeat the input once or twice, escaped.
constexpr std::size_t kErrorBytesMax = 16 * kInputBytesMax;

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end != 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

void broken(std::string_view what) {
  std::fprintf(stderr, "fuzz: does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

void require_error(const Error& error) {
  require(!error.what().empty(), "an error says what happened");
  require(error.text().size() <= kErrorBytesMax, "an error is short enough to be read");
  require(!fault_name(error.fault()).empty(), "an error has a fault");
}

}  // namespace tranship::fuzz
