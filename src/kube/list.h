#pragma once
// A listing in pages. Private to kube.

#include "kube/client.h"
#include "kube/sender.h"

namespace tranship::kube {

struct ListPage {
  std::vector<Json> items;  // objects of JSON, each with apiVersion and kind
  std::string next;         // what to ask for the next page with; empty: the last
  std::string resource_version;
};

// Fault::corrupt when it is no list, or holds something that is no object.
Result<ListPage> parse_list_page(std::string_view body, const ResourceType& type);

// As Client::list.
Result<std::string> list_pages(const Context& context, Sender& sender, const ResourceType& type,
                               const std::string& name_space, const ListOptions& options,
                               const std::function<void(Json&&)>& item, const std::function<void()>& restart);

}  // namespace tranship::kube
