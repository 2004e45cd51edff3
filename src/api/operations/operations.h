#pragma once
// The operations, a function for each group of them.

#include <vector>

#include "api/routing/operation.h"

namespace tranship::api {

struct Site;

std::vector<Operation> session_operations(const Site& site);   // who one is
std::vector<Operation> event_operations(const Site& site);     // what there is, live
std::vector<Operation> object_operations(const Site& site);    // the kinds of tranship.io
std::vector<Operation> cluster_operations(const Site& site);   // what forms and an application's page show
std::vector<Operation> location_operations(const Site& site);  // tried and made
std::vector<Operation> token_operations(const Site& site);     // looked into and handed out
std::vector<Operation> content_operations(const Site& site);   // what is in a restore point

}  // namespace tranship::api
