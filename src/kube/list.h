#pragma once
// A listing in pages. Private to kube.

#include "kube/client.h"
#include "kube/sender.h"

namespace tranship::kube {

// As Client::list.
Result<std::string> list_pages(const Context& context, Sender& sender, const ResourceType& type,
                               const std::string& name_space, const ListOptions& options,
                               const std::function<void(Json&&)>& item, const std::function<void()>& restart);

}  // namespace tranship::kube
