#include "cli/check_crm.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "cli/unseen.hpp"
#include "heed/sync.hpp"

namespace heed::cli {

namespace {

void check_clock(Checks& checks, crm::Client& client, const Clock& clock) {
  checks.attempt("clock", [&] {
    const auto apart = std::chrono::abs(client.now() - clock.now());
    const std::string text = "this machine and the CRM are " + std::to_string(apart.count()) +
                             " s apart (heed goes by the CRM's)";
    apart > std::chrono::minutes(5) ? checks.bad("clock", text + "; set up time synchronization")
                                    : checks.good("clock", text);
  });
}

/// Whether the refusal says that this user does not see the object, and not that it did not work.
bool hides(const crm::Refusal& refusal) {
  return refusal.verdict == crm::Verdict::redescribe || refusal.verdict == crm::Verdict::stop;
}

/// Whether the CRM tells this user which records are deleted: nothing else shows that one is
/// purged.
bool check_deletions(Checks& checks, crm::Client& client, const std::string& object, Moment now) {
  const auto window = crm::Window::for_deleted(now - std::chrono::minutes(5), now, now);
  const auto answer = client.deleted(object, *window);
  const auto* refusal = std::get_if<crm::Refusal>(&answer);
  if (refusal == nullptr) return true;
  if (!hides(*refusal)) return true;
  checks.bad(object, "getDeleted is refused with " + refusal->code +
                         ", so nothing that is gone counts as purged; give the user Read and View "
                         "All");
  return false;
}

/// Says of an object that is not described why, and what that means.
void check_refusal(Checks& checks, const crm::Refusal& refusal, const sync::Wanted& wanted,
                   bool acknowledged) {
  if (!hides(refusal)) {
    checks.bad(wanted.object, refusal.error("describeSObject").what());
  } else if (!wanted.expected) {
    checks.note(wanted.object, "not visible to this user; heed goes on without it");
  } else if (acknowledged) {
    checks.note(wanted.object, "not visible; acknowledged in [absent]");
  } else {
    checks.bad(wanted.object, std::string("not visible to this user; ") +
                                  (wanted.object == "Individual"
                                       ? "switch on Setup > Data Protection and Privacy, and give "
                                         "the user Read"
                                       : "give the user Read and View All"));
  }
}

/// The objects that this user sees, with all their fields.
using SeenFields = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;

/// Whether this user sees the object; and the fields that heed cannot do without. `now` is the
/// CRM's.
bool check_object(Checks& checks, crm::Client& client, const sync::Wanted& wanted,
                  const std::vector<std::string>& absent, Moment now, SeenFields& shown) {
  const auto acknowledged = [&](const std::string& name) {
    return std::find(absent.begin(), absent.end(), name) != absent.end();
  };
  auto answer = client.describe(wanted.object);
  const auto* described = std::get_if<crm::Description>(&answer);
  if (described == nullptr) {
    const auto& refusal = std::get<crm::Refusal>(answer);
    check_refusal(checks, refusal, wanted, acknowledged(wanted.object));
    return !hides(refusal);
  }
  for (const auto& field : described->fields) shown[wanted.object].insert(field.field.name);
  std::string hidden;
  for (const auto& field : wanted.required) {
    if (described->find(field) != nullptr || acknowledged(wanted.object + "." + field)) continue;
    hidden += (hidden.empty() ? "" : ", ") + field;
  }
  if (!hidden.empty() && !wanted.expected) {
    checks.note(wanted.object, "without " + hidden + " it is not mirrored");
    return true;
  }
  if (!hidden.empty()) {
    checks.bad(wanted.object, "hidden from this user: " + hidden +
                                  "; give it Read on them (Setup > Permission Sets > Field "
                                  "Permissions)");
    return true;
  }
  for (const auto& finding : sync::missed_by_name(wanted, *described, absent)) {
    checks.bad(wanted.object, finding.text);
  }
  const bool deletable = described->find("IsDeleted") != nullptr && described->replicateable;
  if (deletable && !check_deletions(checks, client, wanted.object, now)) return true;
  const auto seen = std::count_if(
      wanted.tracked.begin(), wanted.tracked.end(),
      [described](const std::string& field) { return described->find(field) != nullptr; });
  checks.good(wanted.object, "visible, with " + std::to_string(seen) + " fields that heed follows" +
                                 (deletable ? "; its deletions are told"
                                            : "; what is gone is found by comparing"));
  return true;
}

/// Whether this user sees the object's field history, which gives changes their exact time.
void check_history(Checks& checks, crm::Client& client, const sync::Wanted& wanted) {
  // Who a record is of is no wish, and its history is not read.
  if (wanted.tracked.size() == wanted.persons.size() || !wanted.expected) return;
  const auto name = mirror::history_name(wanted.object);
  const auto answer = client.describe(name);
  if (std::holds_alternative<crm::Description>(answer)) {
    checks.good(name, "visible; which fields it tracks, the CRM does not tell");
  } else {
    checks.note(name, "not visible: changes are known as heed sees them, between two runs");
  }
}

std::string milliseconds(std::chrono::milliseconds span) {
  return std::to_string(span.count()) + " ms";
}

/// Where the first request goes.
std::string first_address(const config::Config& config) {
  const auto* given = std::get_if<crm::AccessToken>(&*config.credentials);
  return given != nullptr ? given->instance : config.crm.url;
}

void check_certificate(Checks& checks, const http::Line& line, Moment now) {
  if (!line.certificate_until) return;
  const auto left = std::chrono::floor<std::chrono::days>(*line.certificate_until - now);
  const std::string text = "trusted; good until " + to_text(*line.certificate_until);
  left < std::chrono::days(14)
      ? checks.note("certificate", text + ", that is " + std::to_string(left.count()) +
                                       " days; its owner must renew it")
      : checks.good("certificate", text);
}

/// The line alone, before any secret goes over it. What comes back is nothing to it.
bool check_line(Checks& checks, http::Transport& transport, const config::Config& config,
                Moment now) {
  return checks.attempt("connection", [&] {
    http::Request request;
    request.method = "GET";
    request.url = first_address(config) + "/services/Soap/u/" + config.crm.version;
    const auto line = http::Following(transport).send(request).line;
    const std::string host = http::host_of(request.url);
    std::string text = host;
    if (!line.address.empty()) {
      text += (line.address == host ? "; " : " is " + line.address + "; ") + line.protocol +
              (line.tls.empty() ? " without TLS, on this machine" : " over " + line.tls) +
              " (name " + milliseconds(line.resolved) + ", connected " +
              milliseconds(line.connected) + ", secured " + milliseconds(line.secured) + ")";
    }
    checks.good("connection", text);
    check_certificate(checks, line, now);
  });
}

void check_proxy(Checks& checks, const World& world, const config::Config& config) {
  const auto proxy = line_options(world, config).proxy;
  if (proxy.empty()) return;
  const std::string host = http::host_of(proxy);  // an address of the environment may have secrets
  checks.note("proxy", (host.empty() ? "one" : host) + (config.http.proxy.empty()
                                                            ? " of the environment's https_proxy"
                                                            : " of [http] proxy"));
}

void check_way(Checks& checks, const config::Config& config) {
  const std::string name(crm::name_of(*config.credentials));
  if (std::holds_alternative<crm::Password>(*config.credentials)) {
    checks.note("way in",
                name + "; it ends with the CRM's release Summer '27 and is gone from API " +
                    std::to_string(crm::first_version_without_login) + ".0 on: move to [crm.jwt]");
  } else {
    checks.good("way in", name);
  }
}

void check_version(Checks& checks, const Setting& setting) {
  checks.attempt("api version", [&] {
    const auto& version = setting.config.crm.version;
    for (const auto& retirement : config::load_retirements(setting.folders)) {
      if (std::stoi(version) > retirement.up_to) continue;
      checks.note("api version", version + " is served, and goes with the CRM's release " +
                                     retirement.release + "; set [crm] api_version to a later one");
      return;
    }
    checks.good("api version", version + " is served");
  });
}

void check_attempts(Checks& checks, const vault::State& state, const crm::Options& options,
                    Moment now) {
  const auto record = crm::login_record(state, now);
  checks.good("attempts", "logins in the last hour: " + std::to_string(record.logins) + " (of " +
                              std::to_string(options.logins_an_hour) +
                              "), renewals among them: " + std::to_string(record.renewals) +
                              " (of " + std::to_string(options.renewals_an_hour) + ")");
}

void note_unseen(Checks& checks, const policy::PreferenceMap& preferences,
                 const std::vector<std::string>& absent, const SeenFields& shown) {
  const Sight sight{[&shown](std::string_view object) { return shown.find(object) != shown.end(); },
                    [&shown](std::string_view object, std::string_view field) {
                      const auto at = shown.find(object);
                      return at != shown.end() && at->second.contains(field);
                    }};
  for (const auto& line : unseen_preferences(preferences, absent, sight)) {
    checks.note("preferences", line);
  }
}

void check_objects(Checks& checks, crm::Client& client, const Setting& setting,
                   const crm::User& user) {
  checks.attempt("objects", [&] {
    const auto preferences = config::load_preferences(setting.folders);
    const Moment now = client.now();
    bool individuals = true;
    SeenFields shown;
    for (auto wanted : config::sync_options(setting.config, preferences).objects) {
      if (!wanted.only.empty() && !user.person_accounts) {
        checks.note(wanted.object, "this org has no person accounts");
        continue;
      }
      if (!individuals) {  // what leads to them need not be missed by name
        std::erase_if(wanted.named,
                      [](const auto& name) { return name.ends_with("IndividualId"); });
      }
      const bool seen = check_object(checks, client, wanted, setting.config.absent, now, shown);
      if (wanted.object == "Individual") individuals = seen;
      check_history(checks, client, wanted);
    }
    note_unseen(checks, preferences, setting.config.absent, shown);
  });
}

}  // namespace

std::optional<crm::User> check_crm(Checks& checks, World& world, const Setting& setting,
                                   const boost::program_options::variables_map& given) {
  config::Config config = setting.config;
  config.crm.retries = std::min(config.crm.retries, 1);  // somebody waits for the answer
  std::unique_ptr<Connection> connection;
  if (!checks.attempt("way in", [&] {
        connection = std::make_unique<Connection>(world, config, given);
        check_proxy(checks, world, config);
        check_way(checks, config);
      })) {
    return std::nullopt;
  }
  if (!check_line(checks, connection->transport(), config, world.clock.now())) {
    checks.note("login", "not tried: there is no connection");
    return std::nullopt;
  }
  std::optional<crm::User> user;
  auto& client = connection->client();
  if (!checks.attempt("login", [&] { user = client.user(); })) return std::nullopt;
  checks.good("login", user->name + " at " + user->instance + ", org " + user->org);
  check_version(checks, setting);
  check_attempts(checks, connection->state(), config.crm, world.clock.now());
  check_clock(checks, client, world.clock);
  check_objects(checks, client, setting, *user);
  return user;
}

}  // namespace heed::cli
