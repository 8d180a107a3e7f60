#include "support/reported.hpp"

#include <memory>

#include "support/mirrored.hpp"
#include "support/schedules.hpp"

namespace heed::support {

namespace {

Shape shape_of(std::string object, const std::vector<std::string>& flags,
               const std::vector<std::string>& texts, const std::vector<std::string>& ids) {
  Shape shape{std::move(object), {}, "SystemModstamp"};
  shape.fields.push_back({.name = "CreatedDate", .type = FieldType::moment});
  for (const auto& name : flags) {
    shape.fields.push_back({.name = name, .type = FieldType::flag, .tracked = true});
  }
  for (const auto& name : texts) shape.fields.push_back({.name = name});
  for (const auto& name : ids) {
    shape.fields.push_back({.name = name, .type = FieldType::id, .tracked = true});
  }
  return shape;
}

const Shape& individuals() {
  static const Shape shape =
      shape_of("Individual", {"HasOptedOutTracking", "ShouldForget"}, {}, {"MasterRecordId"});
  return shape;
}

const Shape& contacts() {
  static const Shape shape =
      shape_of("Contact", {"HasOptedOutOfEmail", "DoNotCall"},
               {"MailingCountryCode", "MailingCountry", "MailingStateCode"}, {"IndividualId"});
  return shape;
}

policy::Rulebook::Parts parts() {
  return shipped_parts();
}

ledger::Options places() {
  ledger::Options options;
  options.places.push_back(
      {"Contact", "MailingCountryCode", "MailingCountry", "MailingStateCode", ""});
  return options;
}

Value person(int number) {
  static std::map<int, Id> ids;
  const auto at = ids.emplace(number, make_id(person_prefix, number)).first;
  return at->second.text();
}

mirror::Run run_between(std::string_view began, std::string_view ended) {
  mirror::Run run;
  run.command = "sync";
  run.began = moment(began);
  run.ended = moment(ended);
  run.exit_code = 0;
  return run;
}

}  // namespace

Moment moment(std::string_view text) {
  return parse_moment(text).value();
}

Reported::Reported(store::Database opened)
    : database(std::move(opened)),
      mirror(database),
      ledger(database, key),
      rulebook(parts()),
      preferences(shipped_preferences()),
      options(places()) {
  mirror.bind({"00D000000000001EAA", "acme.example"});
  mirror.adopt(individuals(), moment("2026-11-01T09:00:00Z"));
  mirror.adopt(contacts(), moment("2026-11-01T09:00:00Z"));
  load();
  ledger.assess(mirror, grounds(), {"ann", moment("2026-11-01T09:30:00Z")});
  window();
  history();
  ledger.assess(mirror, grounds(), {"ann", moment("2026-11-25T07:55:00Z")});
}

void Reported::record(const Shape& shape, std::string_view prefix, const std::vector<Given>& rows,
                      const mirror::Reading& reading, Moment watermark) {
  Page page(std::make_shared<const Shape>(shape));
  for (const auto& given : rows) {
    std::vector<Value> values;
    for (const auto& field : shape.fields) {
      const auto at = given.values.find(field.name);
      if (field.name == "CreatedDate") {
        values.emplace_back(moment("2025-03-01T08:00:00Z"));
      } else if (at != given.values.end()) {
        values.push_back(at->second);
      } else {
        values.push_back(field.type == FieldType::flag ? Value(false) : Value(Null{}));
      }
    }
    page.add(make_id(prefix, given.number), moment(given.stamp), Standing::live, values);
  }
  mirror::Cursor cursor;
  cursor.object = shape.object;
  cursor.watermark = watermark;
  mirror.record(page, cursor, reading);
}

void Reported::load() {
  const Moment now = moment("2026-11-01T09:00:00Z");
  const mirror::Reading reading{.seen = now, .first_load = true, .load_began = now};
  mirror::Cursor loading;
  loading.load_began = now;
  for (const auto* object : {"Individual", "Contact"}) {
    loading.object = object;
    mirror.save(loading);
  }
  const std::string_view stamp = "2026-01-15T10:00:00Z";
  record(individuals(), person_prefix,
         {{1, stamp, {{"HasOptedOutTracking", true}}}, {3, stamp, {}}, {5, stamp, {}}}, reading,
         now);
  record(contacts(), contact_prefix,
         {{1, stamp, {{"IndividualId", person(1)}, {"MailingCountryCode", "DE"}}},
          {2, stamp, {{"HasOptedOutOfEmail", true}, {"MailingCountryCode", "DE"}}},
          {3,
           stamp,
           {{"IndividualId", person(3)}, {"MailingCountryCode", "US"}, {"MailingStateCode", "CA"}}},
          {4,
           stamp,
           {{"IndividualId", person(3)}, {"MailingCountryCode", "US"}, {"MailingStateCode", "CA"}}},
          {5, stamp, {{"IndividualId", person(5)}, {"MailingCountryCode", "DE"}}},
          {6, stamp, {{"MailingCountry", "Atlantis"}}}},
         reading, now);
  mirror.finish_run(run_between("2026-11-01T09:00:00Z", "2026-11-01T09:20:00Z"));
}

void Reported::window() {
  const Moment until = moment("2026-11-25T07:50:00Z");
  const mirror::Reading reading{.seen = until, .known_until = moment("2026-11-19T06:00:00Z")};
  record(individuals(), person_prefix,
         {{3, "2026-11-19T23:30:00Z", {{"ShouldForget", true}}},
          {5, "2026-11-20T14:30:00Z", {{"ShouldForget", true}}}},
         reading, until);
  record(
      contacts(), contact_prefix,
      {{1,
        "2026-11-20T09:00:00Z",
        {{"IndividualId", person(1)}, {"MailingCountryCode", "DE"}, {"HasOptedOutOfEmail", true}}},
       {3,
        "2026-11-20T10:00:00Z",
        {{"IndividualId", person(3)},
         {"MailingCountryCode", "US"},
         {"MailingStateCode", "CA"},
         {"HasOptedOutOfEmail", true}}},
       {6, "2026-11-24T16:00:00Z", {{"MailingCountry", "Atlantis"}, {"DoNotCall", true}}}},
      reading, until);
  mirror.finish_run(run_between("2026-11-25T07:50:00Z", "2026-11-25T07:51:00Z"));
}

void Reported::history() {
  const Id five = make_id(person_prefix, 5);
  for (const auto& seen : mirror.changes({&five, 1})) {
    if (seen.field != "ShouldForget" || seen.new_value != "true") continue;
    Change change = seen;
    change.number = 0;
    change.after = change.until = moment("2026-11-20T14:29:58Z");
    change.how = How::history;
    change.old_value = "false";
    change.supersedes = seen.number;
    mirror.add(change);
  }
}

}  // namespace heed::support
