#include "restore/storage_class_map.h"

#include <fmt/format.h>

#include <algorithm>

namespace tranship::restore {
namespace {

std::string name_of(const Json& object) {
  return json_string(object, {"metadata", "name"});
}

bool is_default(const Json& storage_class) {
  return json_string(storage_class, {"metadata", "annotations", "storageclass.kubernetes.io/is-default-class"}) ==
         "true";
}

const Json* find(const std::vector<Json>& classes, const std::string& name) {
  const auto found =
      std::find_if(classes.begin(), classes.end(), [&](const Json& each) { return name_of(each) == name; });
  return found == classes.end() ? nullptr : &*found;
}

std::string list_of(const std::vector<Json>& classes) {
  std::string names;
  for (const Json& each : classes) names += (names.empty() ? "" : ", ") + name_of(each);
  return names.empty() ? "none" : names;
}

// The only class for which `fits` holds.
template <class Fits>
const Json* only(const std::vector<Json>& classes, Fits fits) {
  const Json* found = nullptr;
  for (const Json& each : classes) {
    if (!fits(each)) continue;
    if (found != nullptr) return nullptr;
    found = &each;
  }
  return found;
}

struct Choice {
  std::string name;
  std::string reason;
};

Choice choose(const std::string& wanted, const Json* source, const std::vector<Json>& targets) {
  if (find(targets, wanted) != nullptr) return {wanted, {}};
  if (source != nullptr) {
    const std::string provisioner = json_string(*source, {"provisioner"});
    const auto same_provisioner = [&](const Json& each) { return json_string(each, {"provisioner"}) == provisioner; };
    const auto same_parameters = [&](const Json& each) {
      return same_provisioner(each) && json_at(each, {"parameters"}) == json_at(*source, {"parameters"});
    };
    if (const Json* match = only(targets, same_parameters)) {
      return {name_of(*match), fmt::format("same provisioner {} and parameters", provisioner)};
    }
    if (const Json* match = only(targets, same_provisioner)) {
      return {name_of(*match), fmt::format("the only class of provisioner {}", provisioner)};
    }
  }
  if (const Json* match = only(targets, is_default)) return {name_of(*match), "the target's default class"};
  return {};
}

}  // namespace

StorageClassChoice::Blocker no_such_class(const std::string& storage_class, const std::vector<Json>& target_classes) {
  return {storage_class, fmt::format("StorageClass {} does not exist on the target", storage_class),
          fmt::format("Choose one of: {}", list_of(target_classes))};
}

StorageClassChoice choose_storage_classes(const std::vector<std::string>& used, const std::vector<Json>& source_classes,
                                          const std::vector<Json>& target_classes,
                                          const std::map<std::string, std::string>& by_user) {
  StorageClassChoice result;
  for (const std::string& wanted : used) {
    if (wanted.empty() || result.map.contains(wanted)) continue;
    if (const auto said = by_user.find(wanted); said != by_user.end()) {
      if (find(target_classes, said->second) == nullptr) {
        result.blockers.push_back(no_such_class(said->second, target_classes));
      }
      result.map[wanted] = said->second;
      if (said->second != wanted) {
        result.notes.push_back(
            fmt::format("StorageClass {}: {} takes its place, as was asked for", wanted, said->second));
      }
      continue;
    }
    const Choice choice = choose(wanted, find(source_classes, wanted), target_classes);
    if (choice.name.empty()) {
      result.blockers.push_back(
          {wanted, fmt::format("StorageClass {} is not on the target and none there stands in for it", wanted),
           fmt::format("Say which to use: --storage-class {}=NAME (the target has: {})", wanted,
                       list_of(target_classes))});
      continue;
    }
    result.map[wanted] = choice.name;
    if (!choice.reason.empty()) {
      result.notes.push_back(
          fmt::format("StorageClass {} is not here: {} takes its place ({})", wanted, choice.name, choice.reason));
    }
  }
  return result;
}

}  // namespace tranship::restore
