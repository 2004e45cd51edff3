#pragma once
// Sends one object, or asks by a dry run what sending it would do; plan and apply go the same way. Server-side apply
// first. Where the server cannot merge an object that exists on real clusters (two variables of one name in a list
// keyed by name): a plain create, or a merge patch of what is there. Node ports that the target refuses are left to it.

#include <string>
#include <vector>

#include "kube/client.h"

namespace tranship::restore {

struct Put {
  Json answer;                     // the object as the server has it, or would have it
  std::vector<std::string> notes;  // what was sent otherwise than wanted, in words
};

struct PutOptions {
  bool dry_run = false;
  bool exists = false;  // as far as known; an object that appeared meanwhile is merged all the same
};

Result<Put> put(const Context& context, kube::Client& client, const kube::ResourceType& type, Json object,
                const PutOptions& options);

// Fields of a custom or converted object that the server silently left out, because its schema does not know them: as
// JSON pointers; empty when all arrived.
std::vector<std::string> dropped_fields(const Json& sent, const Json& answer);

}  // namespace tranship::restore
