#pragma once
// One object on its way to the target: prepared (src/transform), with what was taken off it kept aside.

#include <string>
#include <vector>

#include "kube/resource.h"
#include "transform/prepare.h"

namespace tranship::restore {

// An owner as the source cluster knew it; its UID means nothing on the target until it is looked up.
struct Owner {
  kube::ObjectReference object;
  std::string source_uid;
  bool controller = false;
  bool block_owner_deletion = false;
};

struct Item {
  kube::ResourceType type;  // as the target serves it
  Json object;              // as it will be sent, without owner references and status
  Json status;              // null: nothing to restore
  std::vector<Owner> owners;
  std::string source_uid;

  kube::ObjectReference reference() const { return kube::ObjectReference::of(object); }
};

// `types`: the kinds as they were captured; the plan replaces them by the target's.
std::vector<Item> to_items(std::vector<transform::PreparedObject> prepared,
                           const std::vector<kube::ResourceType>& types);

}  // namespace tranship::restore
