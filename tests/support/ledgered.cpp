#include "ledgered.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "schedules.hpp"

namespace heed::support {

namespace {

Field flag(const char* name) {
  return {.name = name, .type = FieldType::flag, .tracked = true};
}
Field text(const char* name) {
  return {.name = name};
}
Field link(const char* name) {
  return {.name = name, .type = FieldType::id, .tracked = true};
}
Field moment(const char* name, bool tracked = false) {
  return {.name = name, .type = FieldType::moment, .tracked = tracked};
}
Field said(const char* name) {
  return {.name = name, .tracked = true};
}

Shape shape_of(std::string_view object) {
  Shape shape{std::string(object), {moment("CreatedDate"), moment("SystemModstamp")}, {}};
  shape.stamp = "SystemModstamp";
  std::vector<Field> more;
  if (object == "Individual") {
    more = {text("Name"),          flag("HasOptedOutSolicit"), flag("HasOptedOutTracking"),
            flag("ShouldForget"),  flag("SendIndividualData"), flag("HasPrivacyHold"),
            link("MasterRecordId")};
  } else if (object == "Contact") {
    more = {text("LastName"),           text("Email"),
            text("MailingCountry"),     text("MailingState"),
            flag("HasOptedOutOfEmail"), flag("DoNotCall"),
            link("IndividualId"),       flag("Done__c"),
            said("DoneOn__c"),          said("Received__c")};
  } else if (object == "ContactPointTypeConsent") {
    more = {link("PartyId"),
            said("ContactPointType"),
            said("PrivacyConsentStatus"),
            moment("EffectiveFrom", true),
            moment("EffectiveTo", true),
            Field{.name = "DataUsePurposeId", .type = FieldType::id},
            moment("CaptureDate")};
  } else if (object == "DataUsePurpose") {
    more = {text("Name")};
  } else {
    more = {text("Name"), text("PersonMailingCountry"), flag("PersonHasOptedOutOfEmail"),
            flag("PersonDoNotCall"), link("PersonContactId")};
  }
  shape.fields.insert(shape.fields.end(), more.begin(), more.end());
  return shape;
}

std::string_view prefix_of(std::string_view object) {
  if (object == "Individual") return "0PK";
  if (object == "ContactPointTypeConsent") return "0ZY";
  if (object == "DataUsePurpose") return "0ZW";
  return object == "Contact" ? "003" : "001";
}

Value value_of(Page& page, const Field& field, const Put& row) {
  if (field.name == "SystemModstamp") return parse_moment(row.stamp).value();
  const auto at = row.values.find(field.name);
  if (at == row.values.end()) {
    if (field.name == "CreatedDate") return parse_moment("2026-11-20T08:00:00Z").value();
    return field.type == FieldType::flag ? Value(false) : Value(Null{});
  }
  if (field.type == FieldType::flag) return at->second == "true";
  if (field.type == FieldType::moment) return parse_moment(at->second).value();
  return page.keep(at->second);
}

policy::Rulebook shipped_rules() {
  return policy::Rulebook(support::shipped_parts());
}

ledger::Options shipped_options() {
  ledger::Options options;
  options.places = {{"Contact", "", "MailingCountry", "", "MailingState"},
                    {"Account", "", "PersonMailingCountry", "", ""}};
  return options;
}

std::string text_of(const std::optional<Day>& day) {
  return day ? to_text(*day) : "-";
}

}  // namespace

mirror::Ref ref(std::string_view object, int number) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.3s%012d", prefix_of(object).data(), number);
  return {std::string(object), Id::parse(text.data()).value()};
}

Ledgered::Ledgered(store::Database opened, std::string key)
    : database(std::move(opened)),
      mirror(database),
      ledger(database, std::move(key)),
      rulebook(shipped_rules()),
      preferences(support::shipped_preferences()),
      options(shipped_options()) {
  for (const auto* object :
       {"Individual", "Contact", "Account", "ContactPointTypeConsent", "DataUsePurpose"}) {
    mirror.adopt(shape_of(object), parse_moment("2026-11-25T07:00:00Z").value());
  }
}

void Ledgered::record(const Put& row, const mirror::Reading& reading) {
  const auto shape = std::make_shared<const Shape>(shape_of(row.object));
  Page page(shape);
  std::vector<Value> values;
  for (const auto& field : shape->fields) values.push_back(value_of(page, field, row));
  page.add(ref(row.object, row.number).id, parse_moment(row.stamp).value(), row.standing, values);
  mirror.record(page, mirror.cursor(row.object), reading);
}

void Ledgered::load(const Put& row) {
  mirror::Reading reading;
  reading.seen = parse_moment("2026-11-25T12:00:00Z").value();
  reading.first_load = true;
  record(row, reading);
}

void Ledgered::see(const Put& row, std::string_view known_until) {
  mirror::Reading reading;
  reading.seen = parse_moment("2026-11-25T23:00:00Z").value();
  reading.known_until = parse_moment(known_until).value();
  record(row, reading);
}

void Ledgered::purge(std::string_view object, int number, std::string_view moment) {
  mirror::Reading reading;
  reading.seen = reading.known_until.emplace(parse_moment(moment).value());
  const auto record = ref(object, number);
  mirror.mark(record.object, record.id, Standing::purged, reading.seen, reading);
}

ledger::Outcome Ledgered::assess(std::string_view now) {
  return ledger.assess(mirror, grounds(), {"the office", parse_moment(now).value()});
}

ledger::Filter Ledgered::every() {
  using ledger::State;
  ledger::Filter filter;
  filter.states = {State::open,   State::standing, State::withdrawn_to_confirm,
                   State::met,    State::met_late, State::refused,
                   State::handled};
  return filter;
}

std::vector<ledger::Duty> Ledgered::duties(const ledger::Filter& filter) const {
  std::vector<ledger::Duty> duties;
  ledger.for_each_due(filter, [&duties](const ledger::Duty& duty) { duties.push_back(duty); });
  return duties;
}

ledger::Duty Ledgered::duty(std::string_view pack, std::string_view rule) const {
  std::vector<ledger::Duty> found;
  for (auto& duty : duties()) {
    if (duty.pack == pack && duty.rule == rule) found.push_back(std::move(duty));
  }
  if (found.size() == 1) return found.front();
  throw std::runtime_error(std::to_string(found.size()) + " duties of " + std::string(rule));
}

std::string Ledgered::story(std::int64_t duty) const {
  std::string story;
  for (const auto& event : ledger.events(duty)) {
    if (!story.empty()) story += ' ';
    story += to_text(event.kind);
    if (event.cause) story.append("/").append(to_text(*event.cause));
  }
  return story;
}

std::string Ledgered::dump() const {
  std::string text;
  for (const auto& duty : duties()) {
    text += ledger::duty_name(duty.number) + " " + duty.object + "." + duty.field + " " +
            std::to_string(duty.change) + " " + duty.pack + " " + duty.rule + " " +
            std::string(to_text(duty.state)) + " " + text_of(duty.due) + "\n";
  }
  std::map<std::string, std::size_t> handles;
  ledger.for_each_event(1, [&](const ledger::Event& event) {
    const auto handle = handles.emplace(event.subject, handles.size()).first->second;
    text += std::to_string(event.number) + " " + std::string(to_text(event.kind)) + " D" +
            std::to_string(event.duty) + " s" + std::to_string(handle) + " " +
            text_of(event.start) + " " + text_of(event.due) + " " + text_of(event.old_due) + "\n";
  });
  return text;
}

}  // namespace heed::support
