#include <algorithm>
#include <set>

#include "config/more.hpp"
#include "config/named.hpp"
#include "config/wanted.hpp"
#include "heed/config.hpp"
#include "heed/error.hpp"
#include "heed/report.hpp"

namespace heed::config {

namespace {

struct Links {
  std::string object;
  std::vector<std::string> fields;
};

/// What ties the records of one person together, beside what a consent leads by.
const std::vector<Links>& links() {
  static const std::vector<Links> all{
      {"Individual", {"MasterRecordId"}},
      {"Contact", {"IndividualId", "MasterRecordId"}},
      {"Lead", {"IndividualId", "MasterRecordId", "ConvertedContactId"}},
      {"Account", {"PersonIndividualId", "PersonContactId", "MasterRecordId"}},
      {"User", {"IndividualId"}}};
  return all;
}

void add(std::vector<std::string>& list, const std::string& name) {
  if (!name.empty()) list.push_back(name);
}

/// A field that somebody asked for by name: that it is not there must not go unsaid.
void add_named(sync::Wanted& wanted, const std::string& name) {
  if (name == "Id") return;  // comes by itself
  add(wanted.optional, name);
  add(wanted.named, name);
}

/// The fields that the configuration takes for evidence.
void add_evidence(const Config& config, const policy::PreferenceMap& preferences,
                  sync::Wanted& wanted) {
  for (const auto& evidence : config.evidence) {
    const auto* mapping = preferences.find(evidence.object, evidence.field);
    const auto name = evidence.object + "." + evidence.field;
    if (mapping == nullptr) {
      throw Error(Kind::configuration, config.file.string() + ": [[evidence]] of = \"" + name +
                                           "\", which is no wish; expected a field that "
                                           "preferences.toml names");
    }
    const auto wish = mapping->preference;
    if (!evidence.done.empty() && (wish == Preference::forget || wish == Preference::export_data)) {
      throw Error(Kind::configuration,
                  config.file.string() + ": [[evidence]] of \"" + name +
                      "\" has done, and no field shows that somebody was forgotten or got a copy; "
                      "use [erased_when_empty], or heed done");
    }
    if (evidence.object != wanted.object) continue;
    for (const auto& name : {evidence.received, evidence.done}) {
      add_named(wanted, name);
      add(wanted.followed, name);
    }
    add(wanted.dates, evidence.received);
    add(wanted.deeds, evidence.done);
  }
  const auto emptied = config.emptied.find(wanted.object);
  if (emptied == config.emptied.end()) return;
  for (const auto& field : emptied->second) add_named(wanted, field);
}

}  // namespace

const std::vector<PlaceFields>& place_fields() {
  static const std::vector<PlaceFields> all{
      {"Contact", "MailingCountryCode", "MailingCountry", "MailingStateCode", "MailingState"},
      {"Contact", "OtherCountryCode", "OtherCountry", "OtherStateCode", "OtherState"},
      {"Lead", "CountryCode", "Country", "StateCode", "State"},
      {"Account", "PersonMailingCountryCode", "PersonMailingCountry", "PersonMailingStateCode",
       "PersonMailingState"},
      {"Account", "BillingCountryCode", "BillingCountry", "BillingStateCode", "BillingState"}};
  return all;
}

std::vector<std::string> own_fields(std::string_view object) {
  std::vector<std::string> fields;
  for (const auto& link : links()) {
    if (link.object == object) fields = link.fields;
  }
  for (const auto& place : place_fields()) {
    if (place.object != object) continue;
    for (const auto& name : {place.country_code, place.country, place.state_code, place.state}) {
      add(fields, name);
    }
  }
  return fields;
}

mirror::Keeping keeping(const Config& config, const policy::PreferenceMap& preferences,
                        const std::string& key) {
  mirror::Keeping keeping{key, {}};
  for (const auto& place : place_fields()) {
    for (const auto& name : {place.country_code, place.country, place.state_code, place.state}) {
      if (!name.empty()) keeping.fields[place.object].insert(name);
    }
  }
  for (const auto& evidence : config.evidence) {
    for (const auto& name : {evidence.received, evidence.done}) {
      if (!name.empty()) keeping.fields[evidence.object].insert(name);
    }
  }
  for (const auto* consent : preferences.consents()) {
    for (const auto& topic : consent->terms->topics) {
      keeping.fields[consent->object].insert(topic.field);
    }
  }
  return keeping;
}

sync::Wanted& wanted_of(sync::Options& options, const std::string& object) {
  for (auto& wanted : options.objects) {
    if (wanted.object == object) return wanted;
  }
  auto& wanted = options.objects.emplace_back();
  wanted.object = object;
  return wanted;
}

void add_once(std::vector<std::string>& list, const std::string& name) {
  if (!name.empty() && std::find(list.begin(), list.end(), name) == list.end()) {
    list.push_back(name);
  }
}

namespace {

/// A consent is mirrored with all that its mapping names: without its dates or its person nobody
/// could say what it means. What it is about is a link where that is one of the person's own
/// records, and else no more than a reference.
void want_consent(sync::Options& options, const policy::Mapping& mapping) {
  const auto& terms = *mapping.terms;
  auto& wanted = wanted_of(options, mapping.object);
  for (const auto& name : {mapping.field, terms.person, terms.from, terms.to}) {
    add_once(wanted.required, name);
    add_once(wanted.tracked, name);
  }
  add_once(wanted.persons, terms.person);
  for (const auto& topic : terms.topics) {
    add_once(wanted.required, topic.field);
    if (topic.of.empty() || topic.is_persons()) add_once(wanted.tracked, topic.field);
  }
  for (const auto& topic : terms.topics) {
    if (topic.of.empty()) continue;
    auto& other = wanted_of(options, topic.of);
    add_once(other.required, topic.is_persons() ? "ParentId" : "Name");
    if (topic.is_persons()) add_once(other.tracked, "ParentId");
  }
}

/// What the configuration adds to the fields of any object.
void want_more(const Config& config, const policy::PreferenceMap& preferences,
               sync::Wanted& wanted) {
  const auto more = config.more_fields.find(wanted.object);
  if (more != config.more_fields.end()) {
    for (const auto& name : more->second) add_named(wanted, name);
  }
  add_evidence(config, preferences, wanted);
}

/// Whether the configuration gives the field up: with all that leads to an Individual, where there
/// is none.
bool given_up(const Config& config, const std::string& object, const std::string& field) {
  const auto is_absent = [&config](const std::string& name) {
    return std::find(config.absent.begin(), config.absent.end(), name) != config.absent.end();
  };
  return is_absent(object + "." + field) ||
         (field.ends_with("IndividualId") && is_absent("Individual"));
}

/// What heed asks for by itself it can do without; where a [[field]] says that it must be there,
/// not without a word.
void want_own_fields(const Config& config, const policy::PreferenceMap& preferences,
                     sync::Wanted& wanted) {
  const int api = std::stoi(config.crm.version);
  for (const auto& field : own_fields(wanted.object)) {
    wanted.optional.push_back(field);
    const bool may_be_missing = preferences.optional(wanted.object, field, api);
    if (may_be_missing || given_up(config, wanted.object, field)) continue;
    wanted.named.push_back(field);
    wanted.own.push_back(field);
  }
}

/// A name that is misspelt in [absent] excuses nothing, and whoever wrote it believes that it does.
void want_absent_known(const Config& config, const policy::PreferenceMap& preferences) {
  auto known = own_objects();
  const auto consents = consent_objects(preferences);
  known.insert(known.end(), consents.begin(), consents.end());
  for (const auto& more : config.more_objects) known.push_back(more.object);
  std::set<std::string> histories;
  for (const auto& object : known) histories.insert(mirror::history_name(object));
  for (const auto& name : config.absent) {
    const auto object = name.substr(0, name.find('.'));
    if (std::find(known.begin(), known.end(), object) != known.end()) continue;
    if (histories.contains(name)) continue;
    throw Error(Kind::configuration, config.absent_at + ": [absent] names '" + name +
                                         "', of an object that heed does not mirror" +
                                         instead_of(object, known));
  }
}

}  // namespace

sync::Options sync_options(const Config& config, const policy::PreferenceMap& preferences) {
  want_absent_known(config, preferences);
  sync::Options options;
  options.overlap = config.overlap;
  options.absent = config.absent;
  options.reconcile_every = config.reconcile_every;
  options.calculated_every = config.calculated_every;
  const int api = std::stoi(config.crm.version);
  for (const auto& link : links()) {
    sync::Wanted wanted;
    wanted.object = link.object;
    // A user is mirrored for nothing but being somebody's, unless a wish is read off it.
    wanted.expected = link.object != "User" || !preferences.of(link.object).empty();
    if (link.object == "User") wanted.required.push_back("IndividualId");
    if (link.object == "Account") wanted.only = "IsPersonAccount";
    for (const auto* mapping : preferences.of(link.object)) {
      if (mapping->terms) continue;
      const bool optional = preferences.optional(link.object, mapping->field, api);
      (optional ? wanted.optional : wanted.required).push_back(mapping->field);
      wanted.tracked.push_back(mapping->field);
    }
    for (const auto& field : link.fields) wanted.tracked.push_back(field);
    want_own_fields(config, preferences, wanted);
    for (const auto& [object, field] : report::email_fields()) {
      if (config.same_email && object == link.object) wanted.optional.push_back(field);
    }
    options.objects.push_back(std::move(wanted));
  }
  for (const auto* mapping : preferences.consents()) {
    if (!preferences.optional(mapping->object, mapping->field, api))
      want_consent(options, *mapping);
  }
  want_more_objects(config, options);
  for (auto& wanted : options.objects) want_more(config, preferences, wanted);
  return options;
}

}  // namespace heed::config
