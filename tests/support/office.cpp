#include "support/office.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/dump.hpp"

namespace heed::support {

namespace {

config::Folders folders() {
  return {{}, std::string(HEED_SOURCE_DIR) + "/schedules"};
}

/// The configuration that heed init writes, for the simulated org.
config::Config configured(const std::filesystem::path& folder,
                          const simulated::OrgOptions& options) {
  auto config = config::parse(config::starter("https://login.example.test", options.user),
                              folder / "heed.toml");
  config.crm.version = "58.0";
  config.credentials =
      crm::Password{options.user, vault::Secret::parse("plain:" + options.password), {}};
  return config;
}

/// What every office judges by. Scenarios make hundreds of offices, and the files do not change.
struct Schedules {
  policy::PreferenceMap preferences;
  policy::Rulebook rulebook;
};

const Schedules& schedules_for(const config::Config& config) {
  static const Schedules shipped{config::load_preferences(folders()),
                                 config::load_rulebook(config, folders())};
  return shipped;
}

/// The line from heed's machine to the CRM.
class Line final : public http::Transport {
 public:
  Line(simulated::Simulator& crm, ManualClock& clock,
       const std::function<void(ManualClock&)>& machine)
      : crm_(crm), clock_(clock), machine_(machine) {}

  http::Response send(const http::Request& request) override {
    if (machine_) machine_(clock_);
    return crm_.send(request);
  }

 private:
  simulated::Simulator& crm_;
  ManualClock& clock_;
  const std::function<void(ManualClock&)>& machine_;
};

}  // namespace

Office::Office(const simulated::OrgOptions& options)
    : crm(options), config(configured(folder_.path(), options)), clock_(options.now) {}

sync::Report Office::sync(const store::Options& storage, bool full) {
  clock_.advance(crm.org().now() + skew - clock_.now());
  const auto& schedules = schedules_for(config);
  auto database = store::Database::open(file(), store::Mode::write, storage);
  mirror::Mirror mirror(database);
  ledger::Ledger ledger(database, std::string(64, 'k'));
  const auto& meant = preferences ? *preferences : schedules.preferences;
  if (!pseudonym_key.empty()) mirror.guard(config::keeping(config, meant, pseudonym_key));
  Line line(crm, clock_, machine);
  crm::Client client(line, clock_, config.crm, *config.credentials);
  auto options = config::sync_options(config, meant);
  options.full = full;
  if (tune) tune(options);
  auto report = sync::run(client, mirror, options, progress);
  ledger::Options judging;
  for (const auto& place : config::place_fields()) {
    judging.places.push_back(
        {place.object, place.country_code, place.country, place.state_code, place.state});
  }
  judging.enforced_by = config.enforced_by;
  ledger.assess(mirror, {schedules.rulebook, meant, judging}, {"the office", report.reached});
  return report;
}

bool Office::breaks(const store::Options& storage) {
  try {
    sync(storage);
    return false;
  } catch (const Error&) {
    return true;
  }
}

store::Database Office::open() const {
  return store::Database::open(config.mirror.string(), store::Mode::read);
}

std::string Office::state() {
  auto database = open();
  return dump(database) + duties_of(database);
}

void Office::forget_mirror() {
  for (const auto* ending : {"", "-wal", "-shm"}) std::filesystem::remove(file() + ending);
}

Standing standing(const Office& office, std::string_view object, Id id) {
  auto database = office.open();
  return mirror::Mirror(database).row(object, id).value().standing;
}

std::string duties_of(store::Database& database) {
  using ledger::State;
  std::vector<std::string> lines;
  ledger::Filter all;
  all.states = {State::open,   State::standing, State::withdrawn_to_confirm,
                State::met,    State::met_late, State::refused,
                State::handled};
  ledger::Ledger(database, "").for_each_due(all, [&](const ledger::Duty& duty) {
    std::ostringstream line;
    line << duty.object << " " << (duty.record ? duty.record->id.text() : "-") << " " << duty.field
         << " " << duty.pack << " " << duty.rule << " " << to_text(duty.wish_after) << " "
         << to_text(duty.wish_until) << " " << to_text(duty.how) << " "
         << (duty.due ? to_text(*duty.due) : "-") << " " << to_text(duty.state);
    lines.push_back(line.str());
  });
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

}  // namespace heed::support
