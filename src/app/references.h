#pragma once
// The dependency graph of an application's objects: owner references, and references by name to what a pod or
// a custom kind of Kubernetes uses. Restore orders by it, capture completes a label selection with it.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "kube/resource.h"

namespace tranship::app {

// Kind without version: the target of a reference is the same object in every version.
struct ObjectKey {
  std::string group;
  std::string kind;
  std::string name_space;  // empty: cluster scoped
  std::string name;
  auto operator<=>(const ObjectKey&) const = default;
  static ObjectKey of(const Json& object);
};

enum class ReferenceKind {
  owner,       // metadata.ownerReferences, not the controller
  controller,  // the owner with controller: true
  name,        // a field that holds a name
};

struct Reference {
  ObjectKey to;
  ReferenceKind kind = ReferenceKind::name;
  std::string path;  // JSON pointer of the field that holds it
  std::string uid;   // owner references only
  bool optional = false;
};

// Everything the object refers to. Names that are empty are left out. An owner's namespace is the object's
// own, which Graph also tries without (an owner may be cluster scoped; the reference does not say).
std::vector<Reference> references_of(const Json& object);

// The graph over a fixed list of objects; indexes are those of the list.
class Graph {
 public:
  explicit Graph(const std::vector<Json>& objects);

  // Indexes of the objects that object `index` refers to and that are in the list, each once.
  const std::vector<std::size_t>& uses(std::size_t index) const { return uses_[index]; }
  // `seeds` and everything they use, owners included, transitively; sorted.
  std::vector<std::size_t> closure(const std::vector<std::size_t>& seeds) const;
  // Index of the object; npos when it is not in the list.
  std::size_t find(const ObjectKey& key) const;
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

 private:
  std::map<ObjectKey, std::size_t> by_key_;
  std::vector<std::vector<std::size_t>> uses_;
};

}  // namespace tranship::app
