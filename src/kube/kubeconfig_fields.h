#pragma once
// Reads the fields of one kubeconfig entry with their types checked; every error names file, entry and field.
// Private to kube.

#include <string>
#include <vector>

#include "kube/kubeconfig.h"

namespace tranship::kube {

class Fields {
 public:
  // `what`: "user 'admin'", for messages. The entry must outlive this.
  Fields(std::string what, const Kubeconfig::Entry& entry) : what_(std::move(what)), entry_(entry) {}

  Result<std::string> text(const char* field) const;  // empty when absent
  Result<bool> boolean(const char* field) const;      // false when absent
  Result<std::vector<std::string>> texts(const char* field) const;
  const Json& raw(const char* field) const { return json_at(entry_.body, {field}); }
  // The path in a field, made absolute from the file's directory; empty when absent.
  Result<std::string> path(const char* field) const;
  // The bytes of FIELD-data (base64), else those of the file FIELD names, else empty.
  Result<std::string> content(const char* field) const;
  // True when content() comes from a file, which may be rewritten later.
  bool is_file(const char* field) const;

  Error invalid(const std::string& why) const;  // "FILE: user 'admin': WHY"
  const std::string& what() const { return what_; }
  const std::filesystem::path& file() const { return entry_.file; }
  std::string where() const { return entry_.file.string() + ": " + what_; }

 private:
  std::string what_;
  const Kubeconfig::Entry& entry_;
};

}  // namespace tranship::kube
