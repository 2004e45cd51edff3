#pragma once
// The audit record: who had what done, one JSON line each, apart from the log's level and format. Off until it is
// opened, so that programs of one user say nothing. Thread-safe; a line is written whole. Names and codes go into it,
// never what is in a body: that may be a secret.

#include <string>

#include "base/error.h"

namespace tranship::observe {

struct AuditEvent {
  std::string who;          // a user as the cluster names it, or "policy:nightly", "manager:kubectl"; empty: nobody yet
  std::string verb;         // "createExport", "download", "logIn"; of an action "begin" and "end"
  std::string kind;         // "Export"; empty where there is none
  std::string name_space, name;
  std::string application;  // its namespace
  std::string location;
  std::string outcome;      // "allowed", "refused", "failed"; of an action that ended its phase
  std::string code;         // of the error; empty: none
};

// Among the lines of standard error, marked by "audit":true.
void open_audit_record();
// Into a file that is appended to, and made (mode 0600) when it is not there. Fault::invalid when it cannot be written.
Result<void> open_audit_record(const std::string& path);

void audit(const AuditEvent& event);
// The same with the outcome and code of a result: "allowed", or why not.
void audit(AuditEvent event, const Error* error);

// The line as it would be written, without its line end. Empty members are left out.
std::string audit_line(const std::string& time, const AuditEvent& event);

}  // namespace tranship::observe
