#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "heed/config.hpp"
#include "heed/report.hpp"
#include "support/mirrored.hpp"
#include "support/schedules.hpp"

using heed::mirror::Ref;
using heed::support::contact_prefix;
using heed::support::make_id;
using heed::support::person_prefix;

namespace {

/// A Contact with an e-mail address, and the Individual that it points to.
struct Addressee {
  int number = 1;
  std::string email;
  std::optional<int> individual = {};
};

heed::Shape contacts() {
  heed::Shape shape{"Contact", {}, "SystemModstamp"};
  shape.fields.push_back({.name = "CreatedDate", .type = heed::FieldType::moment});
  shape.fields.push_back({.name = "Email"});
  shape.fields.push_back(
      {.name = "HasOptedOutOfEmail", .type = heed::FieldType::flag, .tracked = true});
  shape.fields.push_back({.name = "IndividualId", .type = heed::FieldType::id, .tracked = true});
  return shape;
}

/// A mirror of these, and of as many Individuals as they name.
struct Addressed {
  explicit Addressed(const std::vector<Addressee>& addressees) {
    const auto now = heed::support::at("09:00:00");
    mirror.adopt(heed::support::individual_shape(), now);
    mirror.adopt(contacts(), now);
    std::set<int> individuals;
    for (const auto& each : addressees) {
      if (each.individual) individuals.insert(*each.individual);
    }
    std::vector<heed::support::Person> people;
    for (const int number : individuals) people.push_back({.number = number, .forget = true});
    if (!people.empty())
      mirror.record(heed::support::page_of(people), {.object = "Individual"}, reading);
    heed::Page page(std::make_shared<const heed::Shape>(contacts()));
    for (const auto& each : addressees) {
      std::vector<heed::Value> values{heed::support::at("08:00:00"), heed::Null{}, true,
                                      heed::Null{}};
      if (!each.email.empty()) values[1] = page.keep(each.email);
      if (each.individual) {
        values[3] = page.keep(make_id(person_prefix, *each.individual).text());
      }
      page.add(make_id(contact_prefix, each.number), heed::support::at("10:00:00"),
               heed::Standing::live, values);
    }
    mirror.record(page, {.object = "Contact"}, reading);
  }

  Ref first_of(int number) const {
    return mirror.person("Contact", make_id(contact_prefix, number)).members.front();
  }

  void assess(std::string_view at) {
    const heed::ledger::Options options;
    ledger.assess(mirror, {rulebook(), preferences(), options}, {"ann", heed::support::at(at)});
  }

  void purge(int number) {
    const auto at = heed::support::at("11:00:00");
    for (const auto& [object, prefix] :
         {std::pair{"Individual", person_prefix}, std::pair{"Contact", contact_prefix}}) {
      const heed::mirror::Marking gone{make_id(prefix, number), heed::Standing::purged, at, at};
      mirror.mark(object, {&gone, 1}, at);
    }
  }

  /// How the duties stand that somebody's wish to be forgotten opened.
  std::set<heed::ledger::State> states_of(int individual) const {
    using heed::ledger::State;
    heed::ledger::Filter filter;
    filter.preference = heed::Preference::forget;
    filter.states = {State::open, State::met, State::met_late, State::withdrawn_to_confirm};
    std::set<State> states;
    ledger.for_each_due(filter, [&](const heed::ledger::Duty& duty) {
      if (duty.record->id == make_id(person_prefix, individual)) states.insert(duty.state);
    });
    return states;
  }

  template <typename Report>
  std::string reported(Report report, bool same_email = true) const {
    const heed::ledger::Options options;
    const heed::ledger::Grounds grounds{rulebook(), preferences(), options};
    const auto now = heed::support::at("12:00:00");
    heed::report::Circumstances circumstances{now, now, {}};
    circumstances.same_email = same_email;
    std::ostringstream out;
    report(out, heed::report::Sources{mirror, ledger, grounds}, circumstances);
    return out.str();
  }

  /// Whom heed people says that each of its people may be, by the first records.
  std::map<Ref, std::vector<Ref>> alike(bool same_email = true) const {
    heed::report::PeopleOptions asked;
    asked.format = heed::report::Format::json;
    const auto json = nlohmann::json::parse(reported(
        [&](auto& out, const auto& sources, const auto& circumstances) {
          heed::report::people(out, sources, circumstances, asked);
        },
        same_email));
    std::map<Ref, std::vector<Ref>> people;
    for (const auto& each : json["people"]) {
      auto& others = people[ref_of(each["person"])];
      for (const auto& other : each["may_be_same_as"]) others.push_back(ref_of(other));
    }
    return people;
  }

  heed::mirror::Reading reading = heed::support::first_load();
  heed::store::Database database = heed::store::Database::in_memory();
  heed::mirror::Mirror mirror{database};
  heed::ledger::Ledger ledger{database, "key"};

 private:
  static Ref ref_of(const nlohmann::json& json) {
    return {json["object"], heed::Id::parse(json["id"].get<std::string>()).value()};
  }
  static const heed::policy::Rulebook& rulebook() {
    static const heed::policy::Rulebook shipped(heed::support::shipped_parts());
    return shipped;
  }
  static const heed::policy::PreferenceMap& preferences() {
    static const auto shipped = heed::support::shipped_preferences();
    return shipped;
  }
};

/// As addresses are compared: without blanks around them, in small letters.
std::string plain(std::string text) {
  std::erase(text, ' ');
  for (char& each : text) each = static_cast<char>(std::tolower(each));
  return text;
}

/// The same by comparing everybody with everybody.
std::vector<Ref> plainly_alike(const Addressed& office, const std::vector<Addressee>& all,
                               const Ref& person) {
  std::set<Ref> others;
  for (const auto& mine : all) {
    if (office.first_of(mine.number) != person || mine.email.empty()) continue;
    for (const auto& other : all) {
      if (plain(mine.email) == plain(other.email)) others.insert(office.first_of(other.number));
    }
  }
  others.erase(person);
  return {others.begin(), others.end()};
}

std::size_t with_anybody(const std::map<Ref, std::vector<Ref>>& people) {
  return static_cast<std::size_t>(std::count_if(
      people.begin(), people.end(), [](const auto& each) { return !each.second.empty(); }));
}

}  // namespace

TEST_CASE("people are alike just where a plain comparison of all addresses says so", "[report]") {
  REQUIRE(rc::check([] {
    const int size = *rc::gen::inRange(1, 14);
    std::vector<Addressee> all;
    for (int number = 1; number <= size; ++number) {
      Addressee one{number, *rc::gen::element<std::string>("", "a@x", " A@X", "b@x ", "c@x", "d@x"),
                    std::nullopt};
      if (*rc::gen::inRange(0, 2) == 1) one.individual = *rc::gen::inRange(1, 5);
      all.push_back(one);
    }
    const Addressed office(all);
    for (const auto& [person, others] : office.alike()) {
      RC_ASSERT((others == plainly_alike(office, all, person)));
    }
  }));
}

TEST_CASE("due, show and explain say who may be the same person", "[report]") {
  Addressed office({{1, "ann@acme.example", 1}, {2, "Ann@acme.example", 2}});
  office.assess("11:30:00");
  const std::string other =
      "may be the same person as Contact " + std::string(make_id(contact_prefix, 2).text());
  const heed::Id one = make_id(contact_prefix, 1);
  using heed::report::Format;
  for (const auto format : {Format::table, Format::csv}) {
    heed::report::DueOptions asked;
    asked.format = format;
    asked.person = Ref{"Contact", one};
    CHECK_THAT(office.reported([&](auto& out, const auto& sources, const auto& circumstances) {
      heed::report::due(out, sources, circumstances, asked);
    }),
               Catch::Contains(other));
  }
  CHECK_THAT(office.reported([&](auto& out, const auto& sources, const auto& circumstances) {
    heed::report::show(out, sources, circumstances, one, Format::table);
  }),
             Catch::Contains(other));
  CHECK_THAT(office.reported([&](auto& out, const auto& sources, const auto& circumstances) {
    heed::report::explain(out, sources, circumstances, 1, Format::table);
  }),
             Catch::Contains("by e-mail address may be the same person as Contact"));
}

TEST_CASE("nobody is alike where the configuration does not ask", "[report]") {
  const Addressed office({{1, "a@x"}, {2, "a@x"}});
  CHECK(with_anybody(office.alike(false)) == 0);
  CHECK(with_anybody(office.alike()) == 2);
}

TEST_CASE("an address that more than twenty people have is nobody's own", "[report]") {
  std::vector<Addressee> all;
  for (int number = 1; number <= 20; ++number) all.push_back({number, "info@acme.example"});
  const auto people = Addressed(all).alike();
  CHECK(people.at({"Contact", make_id(contact_prefix, 1)}).size() == 19);
  all.push_back({21, "info@acme.example"});
  CHECK(with_anybody(Addressed(all).alike()) == 0);
}

TEST_CASE("what proves that one of two alike was erased proves nothing of the other",
          "[report][ledger]") {
  using heed::ledger::State;
  Addressed office({{1, "ann@acme.example", 1}, {2, "ann@acme.example", 2}});
  office.assess("11:30:00");
  REQUIRE(office.states_of(1) == std::set{State::open});
  office.purge(1);
  office.assess("12:00:00");
  CHECK(office.states_of(1).contains(State::met));
  CHECK(office.states_of(2) == std::set{State::open});
}

TEST_CASE("whoever was forgotten is alike to nobody, and the address is gone", "[report][forget]") {
  Addressed office({{1, "ann@acme.example"}, {2, "ann@acme.example"}});
  office.mirror.guard({std::string(32, 'k'), {}});
  const Ref one{"Contact", make_id(contact_prefix, 1)};
  office.mirror.forget({&one, 1}, heed::support::at("11:00:00"));
  CHECK(with_anybody(office.alike()) == 0);
  int with_address = 0;
  const std::vector<std::string> fields{"Email"};
  office.mirror.for_each_row("Contact", fields, [&](const heed::mirror::Row& row) {
    if (row.value("Email")) ++with_address;
  });
  CHECK(with_address == 1);
}

TEST_CASE("e-mail addresses are mirrored only where people are to be found alike", "[config]") {
  const auto wanted = [](const std::string& people) {
    const auto config = heed::config::parse(
        "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\n" + people,
        "/etc/heed/heed.toml");
    const auto options = heed::config::sync_options(config, heed::support::shipped_preferences());
    std::string fields;
    for (const auto& object : options.objects) {
      for (const auto& field : object.optional) {
        if (field == "Email" || field == "PersonEmail") fields += object.object + "." + field + " ";
      }
    }
    return fields;
  };
  CHECK(wanted("") == "");
  CHECK(wanted("[people]\nsame_email = false\n") == "");
  CHECK(wanted("[people]\nsame_email = true\n") == "Contact.Email Lead.Email Account.PersonEmail ");
}
