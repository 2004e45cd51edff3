#pragma once
// A string that must not be printed: passwords, keys, tokens. It has no stream operator and no format;
// reveal() is the one way to its bytes and is easy to search for. The memory is wiped on destruction.

#include <string>
#include <string_view>

namespace tranship {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  std::string_view reveal() const { return value_; }
  bool empty() const { return value_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  void wipe();
  std::string value_;
};

}  // namespace tranship
