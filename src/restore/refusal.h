#pragma once
// What a server's refusal of one object means to a restore. Reads the server's words where its status code says too
// little: admission plugins answer 403 for what is missing as well as for what is forbidden.

#include "base/error.h"
#include "base/json.h"

namespace tranship::restore {

// Passes by itself once something else is there: an account, a class, the quota controller's first count, a webhook's
// pod.
bool passes(const Error& refusal);

// The server refuses objects of this shape by server-side apply, or a field that cannot be changed: 400 or 422.
bool is_invalid(const Error& refusal);

// What a person can do about an admission plugin's refusal (Pod Security, quota, limits ...); the error's own fix
// otherwise.
std::string fix_for(const Error& refusal);

// Takes the node ports that the refusal names off the Service: taken by another one, or outside the target's range.
// Empty when the refusal is about something else; otherwise one sentence that says which the target chooses.
std::string drop_refused_node_ports(Json& service, const Error& refusal);

}  // namespace tranship::restore
