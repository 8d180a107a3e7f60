#include "support/mischief.hpp"

#include <array>

namespace heed::support {

namespace {

using namespace std::chrono_literals;

constexpr std::array<const char*, 3> people{"Individual", "Contact", "Lead"};
constexpr std::array<const char*, 8> individual_flags{
    "HasOptedOutSolicit", "HasOptedOutTracking",    "HasOptedOutProfiling", "HasOptedOutProcessing",
    "ShouldForget",       "HasOptedOutGeoTracking", "SendIndividualData",   "CanStorePiiElsewhere"};
constexpr std::array<const char*, 4> channel_flags{"HasOptedOutOfEmail", "HasOptedOutOfFax",
                                                   "DoNotCall", "Text_Opt_Out__c"};
constexpr std::array<const char*, 4> countries{"Deutschland", "France", "United States", "Canada"};
/// Some that may go, some that may not, one that may not once it was seen, and links.
constexpr std::array<const char*, 8> hideable{"Contact.MailingCountry",  "Contact.Member_Level__c",
                                              "Contact.DoNotCall",       "Individual.ShouldForget",
                                              "Contact.Text_Opt_Out__c", "Lead.HasOptedOutOfEmail",
                                              "Contact.IndividualId",    "Lead.ConvertedContactId"};
constexpr std::array<const char*, 5> hideable_objects{"Contact", "Lead", "IndividualHistory",
                                                      "ContactHistory", "LeadHistory"};
/// The same, whether as text or as a number.
constexpr std::array<double, 3> levels{1.5, 2.5, 7.5};

Value level(const simulated::Org& org, double number) {
  const auto& info = org.table("Contact").info();
  if (info.fields[*info.find("Member_Level__c")].kind() == FieldType::number) return number;
  return number == 1.5 ? "1.5" : number == 2.5 ? "2.5" : "7.5";
}

}  // namespace

void Mischief::tell(const std::string& line) {
  story_.push_back(to_text(org_.now()) + " " + line);
  truth_.look();
}

void Mischief::pass(std::chrono::seconds span) {
  org_.advance(span);
  if (org_.now() >= until_) pending_.clear();
  tell("it is now");
}

void Mischief::wait() {
  const auto roll = dice_.roll(100);
  if (roll < 30) return;  // the same second
  if (roll < 60) return pass(std::chrono::seconds(1 + dice_.roll(90)));
  if (roll < 85) return pass(std::chrono::minutes(1 + dice_.roll(300)));
  if (roll < 98) return pass(std::chrono::hours(1 + dice_.roll(60)));
  pass(std::chrono::hours(24 * (10 + dice_.roll(15))));
}

void Mischief::something() {
  wait();
  const auto roll = dice_.roll(100);
  if (roll < 35) return edit();
  if (roll < 40) return bulk();
  if (roll < 50) return create();
  if (roll < 60) return late();
  if (roll < 67) return administer();
  if (roll < 70) return dice_.one_in(2) ? hide_row() : show_row();
  if (roll < 73) return calculate();
  if (!pending_.empty()) return edit();  // what follows touches other records as well
  if (roll < 80) return remove();
  if (roll < 87) return restore_or_purge();
  if (roll < 94) return merge();
  convert();
}

void Mischief::meanwhile() {
  if (dice_.one_in(2)) pass(std::chrono::seconds(1 + dice_.roll(dice_.one_in(4) ? 900 : 20)));
  const auto roll = dice_.roll(10);
  if (roll < 7) return edit();
  if (roll < 9) return create();
  if (pending_.empty()) remove();
}

std::optional<Id> Mischief::somebody(std::string_view object) {
  const auto& table = org_.table(object);
  for (int draw = 0; draw < 20 && table.size() > 0; ++draw) {
    const auto& row = table.row(static_cast<std::uint32_t>(dice_.roll(table.size())));
    if (!row.deleted && !row.purged && !pending_.contains(row.id)) return row.id;
  }
  return std::nullopt;
}

bool Mischief::person_account(const Id& id) const {
  return id.prefix() == "003" && org_.value(id, "IsPersonAccount") == Value(true);
}

void Mischief::edit() {
  const std::string object = dice_.pick(people);
  const auto id = somebody(object);
  if (!id) return;
  simulated::Fields fields;
  if (object == "Individual") {
    fields = {{dice_.pick(individual_flags), dice_.one_in(2)}};
  } else if (object == "Contact" && dice_.one_in(6)) {
    fields = {{"Member_Level__c", level(org_, dice_.pick(levels))}};
  } else if (dice_.one_in(4)) {
    fields = {
        {object == "Lead" ? "Country" : "MailingCountry", std::string_view(dice_.pick(countries))}};
  } else {
    fields = {{dice_.pick(channel_flags), dice_.one_in(2)}};
  }
  org_.update(*id, fields);
  tell("edit " + std::string(id->text()) + " " + fields[0].first);
}

void Mischief::bulk() {
  const auto& table = org_.table("Individual");
  const bool wish = dice_.one_in(2);
  for (std::uint32_t row = 0; row < table.size(); ++row) {
    const auto head = table.row(row);
    if (head.deleted || head.purged || pending_.contains(head.id)) continue;
    org_.update(head.id, {{"HasOptedOutProfiling", wish}});
  }
  tell("edit every Individual");
}

void Mischief::create() {
  const auto individual = org_.create(
      "Individual", {{"LastName", std::string_view("Neu")}, {"ShouldForget", dice_.one_in(3)}});
  const std::string link(individual.text());
  const std::string object = dice_.one_in(2) ? "Contact" : "Lead";
  simulated::Fields fields{{"LastName", std::string_view("Neu")},
                           {"IndividualId", std::string_view(link)},
                           {"HasOptedOutOfEmail", dice_.one_in(3)}};
  if (object == "Lead") fields.emplace_back("Company", std::string_view("Acme"));
  const auto id = org_.create(object, fields);
  tell("create " + std::string(id.text()));
}

void Mischief::remove() {
  const auto id = somebody(dice_.pick(people));
  if (!id) return;
  org_.remove(*id);
  binned_.push_back(*id);
  tell("delete " + std::string(id->text()));
}

void Mischief::restore_or_purge() {
  if (binned_.empty() || dice_.one_in(3)) {
    const auto id = somebody(dice_.pick(people));
    if (!id || person_account(*id)) return;
    org_.purge(*id);
    return tell("purge " + std::string(id->text()));
  }
  const auto at = dice_.roll(binned_.size());
  const Id id = binned_[at];
  binned_.erase(binned_.begin() + static_cast<std::ptrdiff_t>(at));
  const auto* const table = org_.table_of(id);
  const auto& row = table->row(*table->find(id));
  if (row.purged || !row.deleted) return;
  const auto roll = dice_.roll(3);
  if (roll == 0) org_.undelete(id);
  if (roll == 1) org_.purge(id);
  if (roll == 2) org_.empty_bin(id);
  tell((roll == 0 ? "undelete " : roll == 1 ? "purge " : "empty bin of ") + std::string(id.text()));
}

void Mischief::merge() {
  const std::string object = dice_.pick(people);
  const auto master = somebody(object);
  const auto loser = somebody(object);
  if (!master || !loser || *master == *loser) return;
  if (person_account(*master) || person_account(*loser)) return;
  org_.merge(*master, {*loser});
  tell("merge " + std::string(loser->text()) + " into " + std::string(master->text()));
}

void Mischief::convert() {
  const auto lead = somebody("Lead");
  if (!lead || org_.value(*lead, "IsConverted") == Value(true)) return;
  org_.convert(*lead);
  tell("convert " + std::string(lead->text()));
}

/// A transaction that shows its work later than it is stamped: by less than the overlap, or by any
/// time if the CRM knows of it.
void Mischief::late() {
  const bool holds = dice_.one_in(2);
  const auto id = somebody("Lead");
  if (!id) return;
  const auto span = std::chrono::seconds(holds ? 60 + dice_.roll(20'000) : 1 + dice_.roll(500));
  const bool wish = dice_.one_in(2);
  const auto who = *id;
  org_.late(
      org_.now(), org_.now() + span,
      [who, wish](simulated::Org& org) {
        org.update(who, {{"DoNotCall", wish}});
      },
      holds);
  pending_.insert(who);
  until_ = std::max(until_, org_.now() + span);
  tell("late edit of " + std::string(who.text()) + " by " + std::to_string(span.count()) + "s" +
       (holds ? ", held" : ""));
}

void Mischief::administer() {
  const auto roll = dice_.roll(16);
  if (roll < 2) return org_.expire_sessions();
  if (roll < 4) return org_.expire_locators();
  if (roll < 9) return hide_field();
  if (roll < 11) return hide_object();
  if (roll < 13) return retype();
  if (roll < 14) {
    org_.disable_individual(!org_.individual_disabled());
    return tell(org_.individual_disabled() ? "no Individual any more" : "Individual is back");
  }
  const bool forbid = dice_.one_in(2);
  org_.forbid_filter("Lead", "SystemModstamp", forbid);
  tell(forbid ? "no query by Lead.SystemModstamp" : "queries by Lead.SystemModstamp");
}

void Mischief::hide_field() {
  const std::string name = dice_.pick(hideable);
  const bool hide = hidden_.insert(name).second;
  if (!hide) hidden_.erase(name);
  const auto dot = name.find('.');
  org_.hide_field(name.substr(0, dot), name.substr(dot + 1), hide);
  tell((hide ? "hide " : "show ") + name);
}

void Mischief::hide_object() {
  const std::string name = dice_.pick(hideable_objects);
  const bool hide = hidden_objects_.insert(name).second;
  if (!hide) hidden_objects_.erase(name);
  org_.hide_object(name, hide);
  tell((hide ? "hide " : "show ") + name);
}

void Mischief::retype() {
  const char* const type = dice_.one_in(2) ? "double" : "string";
  org_.retype("Contact", "Member_Level__c", type);
  tell(std::string("Contact.Member_Level__c is now ") + type);
}

/// Not of a record that was out of sight: when its formula changed, heed cannot know.
void Mischief::calculate() {
  const auto id = somebody("Contact");
  if (!id || once_hidden_.contains(*id)) return;
  const bool wish = dice_.one_in(2);
  org_.calculate(*id, "Household_Opt_Out__c", wish);
  calculated_.insert(*id);
  tell("formula of " + std::string(id->text()) + (wish ? " is true" : " is false"));
}

void Mischief::hide_row() {
  const auto id = somebody("Contact");
  if (!id || hidden_rows_.size() > 2 || calculated_.contains(*id)) return;
  org_.hide_row(*id);
  hidden_rows_.insert(*id);
  once_hidden_.insert(*id);
  tell("hide " + std::string(id->text()));
}

void Mischief::show_row() {
  if (hidden_rows_.empty()) return;
  const auto id = *hidden_rows_.begin();
  hidden_rows_.erase(hidden_rows_.begin());
  org_.hide_row(id, false);
  uncovered_ = true;
  tell("show " + std::string(id.text()));
}

void Mischief::show_everything() {
  for (const auto& name : hidden_) {
    const auto dot = name.find('.');
    org_.hide_field(name.substr(0, dot), name.substr(dot + 1), false);
  }
  hidden_.clear();
  for (const auto& name : hidden_objects_) org_.hide_object(name, false);
  hidden_objects_.clear();
  org_.disable_individual(false);
  org_.forbid_filter("Lead", "SystemModstamp", false);
  while (!hidden_rows_.empty()) show_row();
  pass(25h);
}

simulated::Fault Sabotage::random_fault() {
  using simulated::Fault;
  using Kind = Fault::Kind;
  constexpr std::array<const char*, 12> codes{
      "SERVER_UNAVAILABLE", "QUERY_TIMEOUT",          "OPERATION_TOO_LARGE",
      "EXCEEDED_ID_LIMIT",  "INVALID_QUERY_LOCATOR",  "INVALID_SESSION_ID",
      "UNABLE_TO_LOCK_ROW", "REQUEST_LIMIT_EXCEEDED", "INVALID_REPLICATION_DATE",
      "INVALID_FIELD",      "UNKNOWN_EXCEPTION",      "MALFORMED_QUERY"};
  constexpr std::array<Kind, 7> kinds{Kind::html,           Kind::empty, Kind::truncated,
                                      Kind::refused,        Kind::reset, Kind::locator_expired,
                                      Kind::session_expired};
  const auto roll = dice_.roll(10);
  if (roll < 4) return Fault::soap_fault(dice_.pick(codes));
  if (roll < 5) return Fault::http(dice_.one_in(2) ? 503 : 502);
  Fault fault;
  fault.kind = dice_.pick(kinds);
  return fault;
}

void Sabotage::order() {
  stop();
  for (auto number = dice_.roll(4); number > 0; --number) {
    const auto request = crm_.requests() + 1 + dice_.roll(30);
    crm_.fail(request, random_fault());
    planned_.insert(request);
  }
  if (dice_.one_in(2)) {
    constexpr std::array<FaultyVfs::Fault, 4> faults{FaultyVfs::Fault::kill, FaultyVfs::Fault::kill,
                                                     FaultyVfs::Fault::disk_full,
                                                     FaultyVfs::Fault::io_error};
    disk_.fail_at(static_cast<std::int64_t>(1 + dice_.roll(dice_.one_in(2) ? 20 : 300)),
                  dice_.pick(faults));
  }
}

void Sabotage::stop() {
  for (const auto request : planned_) done_ += request <= crm_.requests() ? 1 : 0;
  planned_.clear();
  if (disk_.broke()) ++done_;
  crm_.clear_faults();
  disk_.heal();
}

}  // namespace heed::support
