#pragma once
// Statuses and conditions: how they change, and how a change is written.

#include <string>
#include <vector>

#include "controller/api/types.h"
#include "controller/runtime/clock.h"
#include "kube/client.h"

namespace tranship::controller {

// The merge patch (RFC 7386) that makes `after` of `before`; null when they are equal.
Json merge_difference(const Json& before, const Json& after);

enum class Precondition {
  same_version,  // Fault::conflict when the object is newer than `metadata` says: look at it again
  same_object,   // Fault::conflict only when it is another object of the same name
};

// Writes the status that differs from `before` through the subresource; false when there is nothing to write. Answers
// through `written` what the server has afterwards.
Result<bool> write_status(const Context& context, kube::Client& client, const kube::ResourceType& type,
                          const api::Metadata& metadata, const Json& before, const Json& after,
                          Precondition precondition = Precondition::same_version);

template <class T>
Result<bool> write_status(const Context& context, kube::Client& client, const T& object,
                          const decltype(T::status)& after) {
  return write_status(context, client, T::type(), object.metadata, api::to_json(object.status), api::to_json(after));
}

// Adds or changes a condition; its time of transition moves only when its status does. `status`: "True", "False" or
// "Unknown". True when the status changed.
bool set_condition(std::vector<api::Condition>& conditions, const std::string& type, const std::string& status,
                   const std::string& reason, const std::string& message, std::int64_t generation, api::Time now);
// Null when there is none.
const api::Condition* find_condition(const std::vector<api::Condition>& conditions, std::string_view type);

// An error as statuses carry it. `code` when the error has none.
api::Trouble trouble_of(const Error& error, std::string_view code);
// "store.no_bucket" -> "NoBucket": a condition's reason.
std::string reason_of(std::string_view code);

}  // namespace tranship::controller
