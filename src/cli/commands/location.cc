// tranship location check: does a location do what restore points need?

#include "cli/commands.h"
#include "cli/options/store.h"
#include "cli/session.h"
#include "store/conformance.h"

namespace tranship::cli {
namespace {

class LocationCheckCommand : public Command {
 public:
  std::string_view name() const override { return "location check"; }
  CommandHelp help() const override {
    return {"location.check.summary",
            "location.check.description",
            {{"tranship location check dir:/srv/backups", "location.check.example.directory"},
             {"tranship location check s3://backups --endpoint http://minio.example:9000",
              "location.check.example.s3"},
             {"tranship location check 'nfs://nas.example/backups?version=4&uid=1000&gid=1000'",
              "location.check.example.nfs"}},
            {}};
  }

  void add_options(Options& options) override {
    options.positional("LOCATION", address_, "location.check.location").environment("TRANSHIP_LOCATION").required();
    add_store_options(options, location_);
    options.flag("--thorough", thorough_, "location.check.thorough");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const auto location = TRY(store::parse_location(context, address_, location_));
    const auto store = TRY(store::open_store(context, location));
    const auto findings = store::check_location(context, *store, {.thorough = thorough_});
    TRY(context.check());
    std::size_t bad = 0;
    Json lines = Json::array();
    for (const auto& finding : findings) {
      bad += !finding.ok;
      lines.push_back({{"check", finding.id},
                       {"name", finding.name},
                       {"ok", finding.ok},
                       {"text", finding.text},
                       {"code", finding.code}});
      if (!session.json()) print(session, finding);
    }
    if (session.json()) {
      session.print_json({{"location", store->describe()}, {"ok", bad == 0}, {"checks", std::move(lines)}});
    } else if (bad == 0) {
      session.print(session.text("location.check.good", store->describe(), findings.size()));
    } else {
      session.print(session.text("location.check.bad", store->describe(), bad, findings.size()));
    }
    return bad == 0 ? kExitSuccess : kExitFailed;
  }

 private:
  static void print(Session& session, const store::CheckFinding& finding) {
    const std::string name = session.text("location.finding." + finding.id);
    if (finding.ok) {
      session.print(session.styled(Style::good, "✓ ") + name);
    } else {
      const std::string code = finding.code.empty() ? "" : " [" + finding.code + "]";
      session.print(session.styled(Style::bad, "✗ ") + name + ": " + finding.text + code);
    }
  }

  std::string address_;
  store::LocationOptions location_;
  bool thorough_ = false;
};

}  // namespace

std::unique_ptr<Command> make_location_check_command() { return std::make_unique<LocationCheckCommand>(); }

}  // namespace tranship::cli
