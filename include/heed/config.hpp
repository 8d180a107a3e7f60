#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/crm.hpp"
#include "heed/http.hpp"
#include "heed/policy.hpp"
#include "heed/record.hpp"
#include "heed/schedule.hpp"
#include "heed/sync.hpp"
#include "heed/time.hpp"
#include "heed/vault.hpp"

/// The configuration file, and the schedules it points to. Every error names file, line, key and
/// what was expected.
namespace heed::config {

/// What the office decided about wishes that were there before heed was.
struct Baseline {
  std::optional<Day> handled_before;  ///< standing wishes older than this were dealt with
  std::string by;
  std::string reason;
  bool treat_open = false;  ///< standing wishes are open duties like all others
};

/// Fields of a record that tell more of a wish than the field that holds it: [[evidence]].
struct Evidence {
  std::string object;
  std::string field;
  std::string received;                      ///< when the request came in; empty: none
  std::string done;                          ///< that it was done; empty: none
  std::vector<policy::DutyKind> kinds = {};  ///< of duties that `done` is about; empty: the usual
};

/// An object to mirror beyond those that heed mirrors by itself, or more fields of a consent's.
struct MoreObject {
  std::string object;
  std::vector<std::string> person;  ///< references that say whose a record is; empty: nobody's
  std::vector<std::string> fields;
  std::string at;  ///< "FILE:LINE"
};

struct Config {
  std::filesystem::path file;
  crm::Options crm;
  std::optional<crm::Credentials> credentials;  ///< none: there is no way in configured
  http::Options http;  ///< without its secrets; its proxy may be "none": not the environment's
  std::optional<vault::Secret> proxy_password;
  std::optional<vault::Secret> key_password;        ///< of the client certificate's key
  bool plain_secrets = false;                       ///< secrets may stand in this very file
  std::vector<std::filesystem::path> secret_files;  ///< that "file:" secrets are read from

  std::int64_t largest_log = 64LL << 20;  ///< bytes of the mirror's log that nobody is warned of
  std::filesystem::path mirror;           ///< the SQLite file; key, state and head lie beside it
  std::filesystem::path key_file() const;
  std::filesystem::path state_file() const;
  std::filesystem::path head_file() const;
  std::filesystem::path erasures_file() const;

  /// The configuration with the secrets and certificates that it names, the mirror, and all that
  /// heed or SQLite keeps beside it, there or not.
  std::vector<std::filesystem::path> kept_files() const;

  std::filesystem::path own_schedules;  ///< overrides the shipped files one by one; may be empty
  std::string schedules_at;             ///< "FILE:LINE" of that

  policy::Controller controller;
  std::vector<std::string> packs;  ///< enabled, by id; empty: all that are found
  policy::Profile profile = policy::Profile::usual;
  bool allow_unverified = false;
  std::map<std::string, std::string> pack_calendars;  ///< pack -> the calendar in place of its own
  std::map<std::string, std::string> pack_zones;      ///< pack -> the same for its zone

  Baseline baseline;
  std::map<Preference, std::string> enforced_by;  ///< channel -> the system that enforces its flag
  std::vector<Evidence> evidence;
  /// Object -> the fields of which all are null in a record that was emptied.
  std::map<std::string, std::vector<std::string>> emptied;
  std::vector<std::string> absent;
  std::string absent_at;                                        ///< "FILE:LINE" of that list
  std::map<std::string, std::vector<std::string>> more_fields;  ///< object -> fields to mirror
  std::vector<MoreObject> more_objects;                         ///< no two of a name
  std::chrono::seconds overlap{600};
  std::chrono::seconds reconcile_every{std::chrono::hours(7 * 24)};  ///< 0: only when asked
  std::chrono::seconds calculated_every{std::chrono::hours(24)};     ///< 0: never
  bool forget_automatically = false;  ///< whose wish to be forgotten is met
  bool same_email = false;            ///< mirror e-mail addresses, to tell who may be one person
};

/// Reads a configuration. Relative paths in it are relative to the file's folder. Where `now` is
/// given, a decision about wishes that are still to come is refused. Throws Error(configuration).
Config parse(std::string_view text, const std::filesystem::path& file,
             std::optional<Moment> now = {});
Config load(const std::filesystem::path& file, std::optional<Moment> now = {});

/// A commented configuration to start from. `url` is what [crm] url says.
std::string starter(const std::string& url, const std::string& user);

/// "90s", "15m", "6h" or "7d"; nullopt for anything else.
std::optional<std::chrono::seconds> parse_span(std::string_view text);

/// Where schedules lie: the user's own folder, which may be empty, before the shipped one.
struct Folders {
  std::filesystem::path own;
  std::filesystem::path shipped;

  /// The file to use for "packs/eu-gdpr.toml". Throws Error(configuration) if neither has it.
  std::filesystem::path find(const std::string& name) const;

  /// Names like "packs/eu-gdpr.toml" of all files in one subfolder of either.
  std::vector<std::string> list(const std::string& subfolder) const;
};

/// Throws Error(configuration) where the office's own folder is configured and is not there or
/// cannot be read, or has in it what looks like a schedule and bears no name that heed knows: it
/// would be passed over without a word, and what is shipped would count.
void want_own_schedules(const Config& config);

/// Versions of the CRM's API that its maker takes away.
struct Retirement {
  int up_to = 0;  ///< the last major number that goes
  std::string release;
};
/// What crm.toml says of them; versions that go first come first. Throws Error(configuration).
std::vector<Retirement> load_retirements(const Folders& folders);

/// Throws Error(configuration), also for a preference of an object that heed does not mirror:
/// nobody's wish may be missed without a word.
policy::PreferenceMap load_preferences(const Folders& folders);

/// What is to run when. `commands` are those that heed has.
schedule::Jobs load_jobs(const Config& config, const Folders& folders,
                         const std::vector<std::string>& commands);

/// Every calendar of either folder, a user's own in the place of a shipped one of the same file.
std::vector<calendar::Calendar> load_calendars(const Folders& folders);

policy::Rulebook load_rulebook(const Config& config, const Folders& folders);

/// A digest of everything that judging rests on besides the mirror: every schedule file and the
/// configuration's say in it. Another digest means that everybody is to be judged anew.
std::string judging_digest(const Config& config, const Folders& folders);

/// Which fields of an object say where its person lives. A name may be empty.
struct PlaceFields {
  std::string object;
  std::string country_code, country, state_code, state;
};
const std::vector<PlaceFields>& place_fields();

/// What a forgotten record keeps, beside its preferences: where the person lived decides which law
/// applies, what a consent is about which preference it is, and fields of evidence when a duty
/// began and was met. `key` makes the pseudonyms.
mirror::Keeping keeping(const Config& config, const policy::PreferenceMap& preferences,
                        const std::string& key);

/// What to mirror: preferences, consents with what they lead to, links, places, and what the
/// configuration adds. Throws Error(configuration) for evidence of what is no wish, and for what is
/// absent of an object that is not mirrored.
sync::Options sync_options(const Config& config, const policy::PreferenceMap& preferences);

}  // namespace heed::config
