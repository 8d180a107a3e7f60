#include <ostream>

#include "cli/checks.hpp"
#include "cli/setting.hpp"
#include "heed/error.hpp"
#include "heed/policy.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

void check_mirror(Checks& checks, const config::Config& config, const crm::User* user) {
  checks.attempt("mirror", [&] {
    if (!std::filesystem::exists(config.mirror)) {
      checks.note("mirror", config.mirror.string() + " is not there yet; heed sync makes it");
      return;
    }
    auto database = store::Database::open(config.mirror.string(), store::Mode::read);
    const auto org = mirror::Mirror(database).org();
    if (org && user != nullptr && Id::parse(org->id) != Id::parse(user->org)) {
      throw Error(Kind::configuration, config.mirror.string() + " mirrors the org " + org->id +
                                           ", and this login is for " + user->org +
                                           "; name another file as [mirror] file");
    }
    checks.good("mirror", config.mirror.string() + (org ? " of the org " + org->id : ""));
  });
}

void check_clock(Checks& checks, crm::Client& client, const Clock& clock) {
  checks.attempt("clock", [&] {
    const auto apart = std::chrono::abs(client.now() - clock.now());
    const std::string text = "this machine and the CRM are " + std::to_string(apart.count()) +
                             " s apart (heed goes by the CRM's)";
    apart > std::chrono::minutes(5) ? checks.bad("clock", text + "; set up time synchronization")
                                    : checks.good("clock", text);
  });
}

/// Whether this user sees the object, and the fields that heed cannot do without.
void check_object(Checks& checks, crm::Client& client, const sync::Wanted& wanted,
                  const std::vector<std::string>& absent) {
  const auto acknowledged = [&](const std::string& name) {
    return std::find(absent.begin(), absent.end(), name) != absent.end();
  };
  auto answer = client.describe(wanted.object);
  const auto* described = std::get_if<crm::Description>(&answer);
  if (described == nullptr) {
    const std::string mend =
        wanted.object == "Individual"
            ? "switch on Setup > Data Protection and Privacy, and give the user Read"
            : "give the user Read and View All";
    acknowledged(wanted.object)
        ? checks.note(wanted.object, "not visible; acknowledged in [absent]")
        : checks.bad(wanted.object, "not visible to this user; " + mend);
    return;
  }
  std::string hidden;
  for (const auto& field : wanted.required) {
    if (described->find(field) != nullptr || acknowledged(wanted.object + "." + field)) continue;
    hidden += (hidden.empty() ? "" : ", ") + field;
  }
  if (!hidden.empty()) {
    checks.bad(wanted.object, "hidden from this user: " + hidden +
                                  "; give it Read on them (Setup > Permission Sets > Field "
                                  "Permissions)");
    return;
  }
  std::size_t seen = 0;
  for (const auto& field : wanted.tracked) {
    if (described->find(field) != nullptr) ++seen;
  }
  checks.good(wanted.object, "visible, with " + std::to_string(seen) + " fields that heed follows");
}

void check_crm(Checks& checks, World& world, const Setting& setting) {
  std::unique_ptr<Connection> connection;
  const crm::User* user = nullptr;
  if (!checks.attempt("login", [&] {
        connection = std::make_unique<Connection>(world, setting.config);
        user = &connection->client().user();
        checks.good("login", user->name + " at " + user->instance + ", API " +
                                 setting.config.crm.version + ", org " + user->org);
      })) {
    return;
  }
  check_mirror(checks, setting.config, user);
  check_clock(checks, connection->client(), world.clock);
  checks.attempt("objects", [&] {
    const auto preferences = config::load_preferences(setting.folders);
    for (const auto& wanted : config::sync_options(setting.config, preferences).objects) {
      if (!wanted.only.empty() && !user->person_accounts) {
        checks.note(wanted.object, "this org has no person accounts");
        continue;
      }
      check_object(checks, connection->client(), wanted, setting.config.absent);
    }
  });
}

}  // namespace

void check_options(po::options_description& described) {
  described.add_options()("login-again", "try a user and password that were refused before");
}

int check(World& world, const po::variables_map& given) {
  Checks checks(world.out);
  std::optional<Setting> setting;
  if (!checks.attempt("configuration", [&] { setting = setting_of(world, given); })) return 1;
  checks.good("configuration", setting->config.file.string());
  if (given.contains("login-again")) {
    vault::State(setting->config.state_file()).drop("refused_login");
  }
  check_schedules(checks, *setting, world.clock.now());
  check_crm(checks, world, *setting);
  return checks.failed() ? 1 : 0;
}

}  // namespace heed::cli
