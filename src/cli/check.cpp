#include <ostream>

#include "cli/setting.hpp"
#include "heed/error.hpp"
#include "heed/policy.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

/// Prints a line for each thing tried and remembers whether all went well.
class Checks {
 public:
  explicit Checks(std::ostream& out) : out_(out) {}

  void good(const std::string& thing, const std::string& text) { line("ok  ", thing, text); }
  void bad(const std::string& thing, const std::string& text) {
    line("FAIL", thing, text);
    failed_ = true;
  }
  void note(const std::string& thing, const std::string& text) { line("note", thing, text); }

  /// Tries something; false, with the cause printed, when it throws.
  template <class Try>
  bool attempt(const std::string& thing, Try attempt) {
    try {
      attempt();
      return true;
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted) throw;
      bad(thing, error.what());
      return false;
    }
  }

  bool failed() const { return failed_; }

 private:
  void line(const char* mark, const std::string& thing, const std::string& text) {
    out_ << mark << "  " << thing << std::string(thing.size() < 16 ? 16 - thing.size() : 0, ' ')
         << "  " << text << std::endl;
  }
  std::ostream& out_;
  bool failed_ = false;
};

void check_schedules(Checks& checks, const Setting& setting, Moment now) {
  checks.attempt("schedules", [&] {
    const auto rulebook = config::load_rulebook(setting.config, setting.folders);
    for (const auto& pack : rulebook.packs()) {
      checks.good("pack " + pack.id, "version " + pack.version + ", " +
                                         std::to_string(pack.rules.size()) + " rules, reviewed " +
                                         to_text(pack.reviewed_on) + " by " + pack.reviewed_by);
    }
    const Day today(std::chrono::floor<std::chrono::days>(now).time_since_epoch());
    for (const auto& pack : rulebook.packs()) {
      const std::string id =
          pack.calendar == "controller" ? setting.config.controller.calendar : pack.calendar;
      for (const auto& calendar : rulebook.calendars()) {
        if (calendar.id() != id) continue;
        const auto until = calendar.covered_until(today);
        const bool enough = until && *until > today + std::chrono::days(60);
        const std::string text = until ? "covers up to " + to_text(*until)
                                       : "does not cover this year; add its holidays";
        enough ? checks.good("calendar " + id, text) : checks.bad("calendar " + id, text);
      }
    }
  });
}

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
  if (described == nullptr && !wanted.expected) {
    checks.note(wanted.object, "not visible to this user; heed goes on without it");
    return;
  }
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
  if (!hidden.empty() && !wanted.expected) {
    checks.note(wanted.object, "without " + hidden + " it is not mirrored");
    return;
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
