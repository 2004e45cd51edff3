// tranship restore-points: what a location holds.

#include <fmt/format.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/display/plan_view.h"
#include "cli/options/application.h"
#include "cli/session.h"
#include "migrate/backup.h"

namespace tranship::cli {
namespace {

class RestorePointsCommand : public Command {
 public:
  std::string_view name() const override { return "restore-points"; }
  CommandHelp help() const override {
    return {"restore_points.summary",
            "restore_points.description",
            {{"tranship restore-points --location s3://backups/team", "restore_points.example.all"},
             {"tranship restore-points shop --location dir:/backup --output json", "restore_points.example.one"}},
            {{"TRANSHIP_PASSWORD", "environment.password"}, {"TRANSHIP_TOKEN", "environment.token"}}};
  }

  void add_options(Options& options) override {
    options.positional("APPLICATION", application_, "restore_points.application");
    location_.add_for_reading(options);
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const auto chosen = TRY(location_.open(context));
    std::vector<Error> unreadable;
    std::vector<std::string> applications = {application_};
    if (application_.empty() && chosen.token) applications = {chosen.token->application};
    if (applications[0].empty()) {
      const auto root = TRY(store::open_store(context, chosen.location));
      applications.clear();
      for (const auto& entry : TRY(migrate::list_applications(context, *root, &unreadable)))
        applications.push_back(entry.application);
    }
    Json document = Json::array();
    for (const auto& application : applications) TRY(list(session, chosen, application, document));
    if (session.json()) {
      session.print_json({{"restorePoints", document}});
    } else if (document.empty()) {
      session.print(session.text("restore_points.none", chosen.location.address()));
    }
    for (const Error& error : unreadable) session.warn(error.text());
    return unreadable.empty() ? kExitSuccess : kExitPartial;
  }

 private:
  static Result<void> list(Session& session, const LocationChoice::Opened& chosen, const std::string& application,
                           Json& document) {
    const Context& context = session.context();
    const auto opened = TRY(chosen.application(context, application));
    for (const auto& [snapshot, point] : TRY(migrate::list_restore_points(context, *opened.repository))) {
      Json line = app::to_json(point);
      line["id"] = snapshot.id.hex();
      document.push_back(std::move(line));
      if (session.json()) continue;
      std::uint64_t bytes = 0;
      std::string consistency;
      for (const auto& volume : point.volumes) {
        bytes += volume.bytes;
        const std::string name(app::consistency_name(volume.consistency));
        if (consistency.find(name) == std::string::npos) consistency += (consistency.empty() ? "" : ", ") + name;
      }
      session.print(fmt::format("{}@{}  {}  {}  {}  {}", application, snapshot.id.brief(), point.finished_at,
                                point.cluster, format_bytes(bytes), consistency));
    }
    return {};
  }

  std::string application_;
  LocationChoice location_;
};

}  // namespace

std::unique_ptr<Command> make_restore_points_command() { return std::make_unique<RestorePointsCommand>(); }

}  // namespace tranship::cli
