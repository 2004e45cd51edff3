#include "observe/audit.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/json.h"
#include "base/units.h"

namespace tranship::observe {
namespace {

// Where lines go; -1: nowhere. Stays open as long as the process.
std::atomic<int> record_file = -1;

}  // namespace

void open_audit_record() { record_file = STDERR_FILENO; }

Result<void> open_audit_record(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(Error(Fault::invalid, "the audit record " + path + " cannot be written: " + std::strerror(errno))
                    .with_code("usage"));
  }
  record_file = file;
  return {};
}

std::string audit_line(const std::string& time, const AuditEvent& event) {
  std::string line = "{\"time\":" + to_text(Json(time)) + ",\"audit\":true";
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) line += std::string(",\"") + name + "\":" + to_text(Json(value));
  };
  add("who", event.who);
  add("verb", event.verb);
  add("kind", event.kind);
  add("namespace", event.name_space);
  add("name", event.name);
  add("application", event.application);
  add("location", event.location);
  add("outcome", event.outcome);
  add("code", event.code);
  return line + "}";
}

void audit(const AuditEvent& event) {
  const int file = record_file;
  if (file < 0) return;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const std::string line = audit_line(format_time(now), event) + "\n";
  // One write(2) keeps lines of several threads apart.
  [[maybe_unused]] const auto written = ::write(file, line.data(), line.size());
}

void audit(AuditEvent event, const Error* error) {
  event.outcome = error == nullptr ? "allowed" : error->fault() == Fault::auth ? "refused" : "failed";
  if (error != nullptr) event.code = error->code();
  audit(event);
}

}  // namespace tranship::observe
