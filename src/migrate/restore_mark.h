#pragma once
// The mark a restore leaves on its target namespace: which restore point is being written, and whether it ended. The
// same command again finds it and goes on with that restore point instead of beginning anew.

#include <optional>
#include <string>

#include "kube/client.h"

namespace tranship::migrate {

inline constexpr std::string_view kRestoreAnnotation = "tranship.io/restore";

struct RestoreMark {
  std::string restore_point;  // snapshot id
  std::string application;
  std::string cluster_id;  // of the source
  bool complete = false;
  std::string completed_at;  // RFC 3339; empty until then
  Json choices;              // to_json(RestoreChoices); null when an older program wrote the mark
};

Json to_json(const RestoreMark& mark);
RestoreMark mark_from_json(const Json& value);

// Nothing when the namespace does not exist or has no (readable) mark.
Result<std::optional<RestoreMark>> read_mark(const Context& context, kube::Client& client,
                                             const std::string& name_space);
Result<void> write_mark(const Context& context, kube::Client& client, const std::string& name_space,
                        const RestoreMark& mark);

}  // namespace tranship::migrate
