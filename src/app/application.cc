#include "app/application.h"

#include <algorithm>
#include <cctype>
#include <numeric>

#include "app/selector.h"

namespace tranship::app {
namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Error not_found(const Context& context, kube::Client& client, const std::string& name) {
  Error error(Fault::not_found, "namespace " + name + " does not exist in cluster " + client.access().name);
  std::vector<std::string> names;
  // A helper for the message only: without the right to list namespaces the text is shorter.
  if (auto listed = client.list_all(context, kube::types::name_space(), {})) {
    for (const auto& item : *listed) names.push_back(json_string(item, {"metadata", "name"}));
  }
  const auto similar = similar_names(name, names);
  std::string fix = "Check the name and the context";
  if (!similar.empty()) fix = "Namespaces with similar names: " + joined(similar);
  return std::move(error).with_fix(std::move(fix)).with_code("application.not-found");
}

// The conditions the namespace controller sets say what its deletion waits for.
Error deleting(const Json& name_space, const std::string& name) {
  std::string what = "namespace " + name + " is being deleted since " +
                     json_string(name_space, {"metadata", "deletionTimestamp"});
  for (const auto& condition : json_at(name_space, {"status", "conditions"})) {
    if (json_string(condition, {"status"}) == "True" && !json_string(condition, {"message"}).empty()) {
      what += "; " + json_string(condition, {"message"});
    }
  }
  return Error(Fault::conflict, std::move(what))
      .with_fix(
          "What is left of it is not a whole application. Restore from an earlier restore point, or finish "
          "the deletion")
      .with_code("application.deleting");
}

}  // namespace

std::vector<std::string> similar_names(const std::string& name, const std::vector<std::string>& names) {
  constexpr std::size_t kNamesMax = 5;
  std::vector<std::pair<std::size_t, std::string>> scored;
  for (const auto& other : names) {
    if (other.empty() || other == name) continue;
    const std::size_t distance = edit_distance(name, other);
    const bool contains = name.size() >= 3 && other.size() >= 3 &&
                          (other.find(name) != std::string::npos || name.find(other) != std::string::npos);
    if (contains || distance <= std::max<std::size_t>(2, name.size() / 3))
      scored.emplace_back(distance, other);
  }
  std::ranges::sort(scored);
  std::vector<std::string> best;
  for (const auto& [distance, other] : scored) {
    if (best.size() < kNamesMax) best.push_back(other);
  }
  return best;
}

std::string selection_name(const std::string& name_space, const std::string& selector) {
  std::string name = name_space;
  bool gap = true;
  for (const char c : selector) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain && gap) name += '-';
    if (plain) name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    gap = !plain;
  }
  return name;
}

Result<Application> find_application(const Context& context, kube::Client& client,
                                     const ApplicationSelection& selection) {
  const std::string& name = selection.name_space;
  if (name.empty() || name.find('/') != std::string::npos) {
    return fail(Error(Fault::invalid, "'" + name + "' is not the name of a namespace")
                    .with_fix("Name the application by its namespace: tranship migrate shop"));
  }
  TRY(LabelSelector::parse(selection.selector));
  Application application{selection.name, name, selection.selector, {}};
  if (application.name.empty()) application.name = selection_name(name, selection.selector);
  auto found = client.get(context, kube::types::name_space(), {}, name);
  if (!found && found.error().fault() == Fault::not_found) return fail(not_found(context, client, name));
  if (!found) return fail(std::move(found).error().in("looking for application " + application.name));
  if (!json_at(*found, {"metadata", "deletionTimestamp"}).is_null()) return fail(deleting(*found, name));
  application.namespace_object = *std::move(found);
  return application;
}

}  // namespace tranship::app
