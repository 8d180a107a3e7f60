#include <ostream>

#include "cli/check_crm.hpp"
#include "cli/check_jobs.hpp"
#include "cli/check_places.hpp"
#include "cli/check_schedules.hpp"
#include "cli/checks.hpp"
#include "cli/opening.hpp"
#include "heed/error.hpp"
#include "heed/policy.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

void check_mirror(Checks& checks, const World& world, const Setting& setting,
                  const std::optional<crm::User>& user) {
  const auto& config = setting.config;
  checks.attempt("mirror", [&] {
    if (!is_there(config.mirror, Kind::storage)) {
      checks.note("mirror", config.mirror.string() + " is not there yet; heed sync makes it");
      return;
    }
    auto database = open_to_read(world, setting, Shown::figures);
    const mirror::Mirror mirror(database);
    const auto org = mirror.org();
    if (org && user && Id::parse(org->id) != Id::parse(user->org)) {
      throw Error(Kind::configuration, config.mirror.string() + " mirrors the org " + org->id +
                                           ", and this login is for " + user->org +
                                           "; name another file as [mirror] file");
    }
    checks.good("mirror", config.mirror.string() + (org ? " of the org " + org->id : ""));
    check_places(checks, mirror, config::load_rulebook(config, setting.folders));
  });
}

}  // namespace

void check_options(po::options_description& described) {
  described.add_options()("login-again", "try credentials that were refused before")(
      "format", po::value<std::string>()->default_value("table")->value_name("FORMAT"),
      "table or json");
  add_trace_option(described);
}

int check(World& world, const po::variables_map& given) {
  const std::string format = given["format"].as<std::string>();
  if (format != "table" && format != "json") {
    throw Error(Kind::usage, "--format is '" + format + "'; expected table or json");
  }
  Checks checks(format == "table" ? &world.out : nullptr);
  std::optional<Setting> setting;
  if (checks.attempt("configuration", [&] { setting = setting_of(world, given); })) {
    checks.good("configuration", setting->config.file.string());
    if (given.contains("login-again")) {
      vault::State state(setting->config.state_file());
      crm::forget_refusals(state);
    }
    check_schedules(checks, *setting, world.clock.now());
    check_jobs(checks, world, *setting);
    const auto user = check_crm(checks, world, *setting, given);
    check_mirror(checks, world, *setting, user);
  }
  if (format == "json") world.out << checks.json();
  return checks.failed() ? 1 : 0;
}

}  // namespace heed::cli
