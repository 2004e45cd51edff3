#pragma once
// What the fuzzer runs: a target takes bytes, gives them to one of the program's parsers and checks what comes back.
// A target must not depend on earlier inputs; it may use threads that end with it.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace tranship::fuzz {

struct Target {
  std::string name;
  std::function<void(ByteView)> run;
  std::vector<std::string> seeds;  // valid inputs
  std::vector<std::string> words;  // what the parser looks for
  bool json = false;               // inputs are also changed as JSON values
  // What one input may take: this, and kMemoryPerByte for each of its bytes.
  std::size_t memory_base = 16u << 20;
};

inline constexpr std::size_t kInputBytesMax = 16u << 10;
inline constexpr std::size_t kMemoryPerByte = 1024;

std::vector<Target> base_targets();
std::vector<Target> net_targets();
std::vector<Target> kube_targets();
std::vector<Target> store_targets();
std::vector<Target> repo_targets();
std::vector<Target> application_targets();

// "a b" -> {"a", "b"}.
std::vector<std::string> words_of(std::string_view text);

// Ends the process with what does not hold.
[[noreturn]] void broken(std::string_view what);
inline void require(bool holds, std::string_view what) {
  if (!holds) broken(what);
}

// An error must say something; what it says must not be much longer than what it is about.
void require_error(const Error& error);
template <class T>
bool accepted(const Result<T>& result) {
  if (!result) require_error(result.error());
  return result.has_value();
}

}  // namespace tranship::fuzz
