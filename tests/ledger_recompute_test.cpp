#include <catch2/catch.hpp>
#include <functional>
#include <sstream>
#include <stdexcept>

#include "heed/report.hpp"
#include "support/ledgered.hpp"
#include "support/schedules.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::ledger::Cause;
using heed::ledger::State;
using heed::support::Ledgered;
using heed::support::ref;

namespace {

const heed::ledger::Author ann{"ann", parse_moment("2026-12-31T12:00:00Z").value()};

/// People in Berlin who asked to be forgotten, the first on 25 November, the next a day earlier.
void ask(Ledgered& org, int people) {
  for (int number = 1; number <= people; ++number) {
    org.load({.object = "Individual", .number = number, .stamp = "2026-11-20T10:00:00Z"});
    org.load({.object = "Contact",
              .number = number,
              .stamp = "2026-11-20T10:00:00Z",
              .values = {{"IndividualId", std::string(ref("Individual", number).id.text())},
                         {"MailingCountry", "Deutschland"}}});
    const auto day = std::to_string(26 - number);
    org.see({.object = "Individual",
             .number = number,
             .stamp = "2026-11-" + day + "T10:00:00Z",
             .values = {{"ShouldForget", "true"}}},
            "2026-11-" + day + "T09:00:00Z");
  }
  org.assess();
}

/// The shipped rules with other days for the answer under eu-gdpr: as a correction of the entry, or
/// as an entry of its own from a day on.
heed::policy::Rulebook answered_within(int months, std::optional<heed::Day> from = {}) {
  auto parts = heed::support::shipped_parts();
  for (auto& pack : parts.packs) {
    if (pack.id != "eu-gdpr") continue;
    pack.version = "2026.12";
    for (std::size_t i = 0; i < pack.rules.size(); ++i) {
      if (pack.rules[i].id != "request.respond") continue;
      auto other = pack.rules[i];
      other.usual.limit.value = months;
      if (from) {
        other.effective_from = *from;
        pack.rules[i].effective_to = from;
        pack.rules.push_back(other);
      } else {
        pack.rules[i] = other;
      }
      break;
    }
  }
  return heed::policy::Rulebook(std::move(parts));
}

/// The shipped rules with one more holiday in Germany.
heed::policy::Rulebook with_holiday(const std::string& day) {
  auto parts = heed::support::shipped_parts();
  auto text = heed::support::shipped("schedules/calendars/DE.toml");
  text += "\n" + day + " = \"A day of mourning\"\n";
  for (auto& calendar : parts.calendars) {
    if (calendar.id() == "DE") calendar = heed::calendar::Calendar::parse(text, "DE.toml");
  }
  return heed::policy::Rulebook(std::move(parts));
}

heed::ledger::Outcome assess_anew(Ledgered& org, const std::string& digest) {
  org.options.digest = digest;
  return org.assess("2026-12-31T12:00:00Z");
}

}  // namespace

TEST_CASE("a corrected entry of a pack moves what is owed and what was done",
          "[ledger][recompute]") {
  Ledgered org;
  ask(org, 2);
  org.ledger.done(1, make_day(2026, 12, 21), ann, "letter");
  REQUIRE(org.ledger.duty(1)->state == State::met);
  const auto first = org.ledger.head().count + 1;
  auto parts = heed::support::shipped_parts();
  for (auto& pack : parts.packs) {
    pack.version = "2026.12";
    for (auto& rule : pack.rules) {
      if (rule.id != "request.respond") continue;
      rule.usual.limit = {14, heed::policy::Unit::calendar_day};
      rule.extension.reset();  // it is in the unit of the limit that was
    }
  }
  org.rulebook = heed::policy::Rulebook(std::move(parts));
  const auto outcome = assess_anew(org, "corrected");
  CHECK(outcome.moved == 2);
  CHECK(outcome.first_event == first);
  CHECK(org.ledger.duty(1)->state == State::met_late);
  CHECK(org.story(1) == "opened/wish met/act moved/correction met-late/correction");
  CHECK(org.story(2) == "opened/wish moved/correction");
  const auto moved = org.ledger.events(2).back();
  CHECK(moved.old_due == make_day(2026, 12, 24));
  CHECK(moved.due == make_day(2026, 12, 8));
  CHECK(moved.pack_version == "2026.12");
  std::ostringstream out;
  CHECK(heed::report::moves(out, org.ledger, outcome.first_event, 2) == 3);
  CHECK(out.str().find("correction") != std::string::npos);
  CHECK(out.str().find("1 more") != std::string::npos);
  heed::report::moves(out, org.ledger, outcome.first_event, 0);
  CHECK(out.str().find("2026-12-24  2026-12-08  eu-gdpr 2026.12, DE") != std::string::npos);
  CHECK(assess_anew(org, "corrected again").events == 0);
  CHECK(org.ledger.verify().sound());
}

TEST_CASE("an entry that holds from a later day on leaves old cases alone", "[ledger][recompute]") {
  Ledgered org;
  ask(org, 2);
  const auto before = org.dump();
  org.rulebook = answered_within(2, make_day(2026, 12, 1));
  CHECK(assess_anew(org, "a new entry").events == 0);
  CHECK(org.dump() == before);
  CHECK(org.ledger.duty(1)->due == make_day(2026, 12, 28));
  // Without the old entry as well: the duty keeps the rule of its day.
  auto parts = heed::support::shipped_parts();
  for (auto& pack : parts.packs) {
    pack.version = "2027.01";
    for (auto& rule : pack.rules) rule.effective_from = make_day(2026, 12, 1);
  }
  org.rulebook = heed::policy::Rulebook(std::move(parts));
  CHECK(assess_anew(org, "the old one is gone").events == 0);
  CHECK(org.ledger.duty(1)->pack_version == "2026.11.2");
}

TEST_CASE("what is due with another keeps the rule of its day as the other does",
          "[ledger][recompute]") {
  const auto shipped = heed::support::shipped_pack("eu-gdpr");
  const auto rulebook = [](const heed::policy::Pack& pack) {
    auto parts = heed::support::shipped_parts();
    parts.packs = {pack};
    return heed::policy::Rulebook(std::move(parts));
  };
  Ledgered org;
  org.rulebook = rulebook(shipped);
  ask(org, 1);
  const auto before = org.dump();
  REQUIRE(org.duty("eu-gdpr", "recipients.tell").due == make_day(2026, 12, 28));
  // The other's entry is replaced by one that begins after the receipt.
  const auto replaced = [&](heed::policy::Limit limit) {
    auto pack = shipped;
    pack.version = "2027.01";
    for (auto& rule : pack.rules) {
      if (rule.id != "request.respond") continue;
      rule.effective_from = make_day(2026, 11, 26);
      rule.usual.limit = limit;
      rule.extension->limit.unit = limit.unit;
    }
    return rulebook(pack);
  };
  for (const int months : {1, 2}) {
    org.rulebook = replaced({months, heed::policy::Unit::calendar_month});
    CHECK(assess_anew(org, "replaced, " + std::to_string(months)).events == 0);
  }
  CHECK(org.dump() == before);
  CHECK(org.duty("eu-gdpr", "recipients.tell").pack_version == shipped.version);
  // A correction that asks for the earlier date reaches both.
  org.rulebook = replaced({14, heed::policy::Unit::calendar_day});
  CHECK(assess_anew(org, "replaced, two weeks").moved == 2);
  CHECK(org.duty("eu-gdpr", "recipients.tell").due == org.duty("eu-gdpr", "request.respond").due);
}

TEST_CASE("a holiday that is added moves only the dates that fall on it", "[ledger][recompute]") {
  Ledgered org;
  ask(org, 2);
  org.rulebook = with_holiday("2026-12-28");
  const auto outcome = assess_anew(org, "a holiday");
  CHECK(outcome.moved == 1);
  CHECK(outcome.events == 1);
  CHECK(org.ledger.duty(1)->due == make_day(2026, 12, 29));
  CHECK(org.story(1) == "opened/wish moved/calendar");
  CHECK(org.story(2) == "opened/wish");
  const auto& all = org.rulebook.calendars();
  const auto germany =
      std::find_if(all.begin(), all.end(), [](const auto& each) { return each.id() == "DE"; });
  REQUIRE(germany != all.end());
  CHECK(org.ledger.events(1).back().proof ==
        "calendar DE as taken from its source on " + heed::to_text(germany->retrieved()));
}

TEST_CASE("a record that comes back after it was purged opens the duty again",
          "[ledger][recompute]") {
  Ledgered org;
  ask(org, 1);
  org.purge("Individual", 1, "2026-12-01T10:00:00Z");
  org.purge("Contact", 1, "2026-12-01T10:00:00Z");
  org.assess("2026-12-01T12:00:00Z");
  REQUIRE(org.ledger.duty(1)->state == State::met);
  org.see({.object = "Individual",
           .stamp = "2026-12-02T10:00:00Z",
           .values = {{"ShouldForget", "true"}}},
          "2026-12-02T09:00:00Z");
  CHECK(org.assess("2026-12-02T12:00:00Z").reopened == 1);
  CHECK(org.ledger.duty(1)->state == State::open);
  CHECK(org.story(1) == "opened/wish met/purged reopened/evidence");
}

TEST_CASE("two people with the same e-mail are never closed by each other", "[ledger][recompute]") {
  Ledgered org;
  ask(org, 2);
  for (int number = 1; number <= 2; ++number) {
    org.see({.object = "Contact",
             .number = number,
             .stamp = "2026-11-26T10:00:00Z",
             .values = {{"IndividualId", std::string(ref("Individual", number).id.text())},
                        {"MailingCountry", "Deutschland"},
                        {"Email", "same@example.test"}}});
  }
  org.purge("Individual", 1, "2026-12-01T10:00:00Z");
  org.purge("Contact", 1, "2026-12-01T10:00:00Z");
  org.assess("2026-12-01T12:00:00Z");
  CHECK(org.ledger.duty(1)->state == State::met);
  CHECK(org.ledger.duty(2)->state == State::open);
}

TEST_CASE("a correction reaches what waits for its rule to begin, if that is not later",
          "[ledger][recompute]") {
  const auto begins = [](int months, const char* version) {
    auto parts = heed::support::shipped_parts();
    for (auto& pack : parts.packs) {
      if (pack.id != "eu-gdpr") continue;
      pack.version = version;
      for (auto& rule : pack.rules) {
        rule.effective_from = make_day(2027, 1, 1);
        if (rule.id == "request.respond") rule.usual.limit.value = months;
      }
    }
    return heed::policy::Rulebook(std::move(parts));
  };
  Ledgered org;
  org.rulebook = begins(2, "1");
  ask(org, 1);
  REQUIRE(org.ledger.duty(1)->due == make_day(2027, 3, 1));
  org.rulebook = begins(1, "2");
  CHECK(assess_anew(org, "shorter").moved == 1);
  CHECK(org.ledger.duty(1)->due == make_day(2027, 2, 1));
  CHECK(org.ledger.duty(1)->pack_version == "2");
  org.rulebook = begins(3, "3");
  CHECK(assess_anew(org, "longer").moved == 0);
  CHECK(org.ledger.duty(1)->due == make_day(2027, 2, 1));
}

namespace {

heed::policy::Rule& answer_in(heed::policy::Rulebook::Parts& parts) {
  for (auto& pack : parts.packs) {
    if (pack.id != "eu-gdpr") continue;
    for (auto& rule : pack.rules) {
      if (rule.id == "request.respond") return rule;
    }
  }
  throw std::logic_error("eu-gdpr has no answer");
}

/// The shipped rules, changed under the version they had. More time, which is in months, is not
/// what these are about.
heed::policy::Rulebook edited(const std::function<void(heed::policy::Rulebook::Parts&)>& edit) {
  auto parts = heed::support::shipped_parts();
  answer_in(parts).extension.reset();
  edit(parts);
  return heed::policy::Rulebook(std::move(parts));
}

}  // namespace

TEST_CASE("a date that no calendar moved is not said to be moved by one", "[ledger][recompute]") {
  using Parts = heed::policy::Rulebook::Parts;
  using heed::policy::Unit;
  const auto readings = [](Parts& parts) {
    answer_in(parts).strict = answer_in(parts).usual;
    answer_in(parts).strict->limit = {14, Unit::calendar_day};
  };
  Ledgered org;
  org.rulebook = edited(readings);
  ask(org, 1);
  const auto [edit, story] = GENERATE_COPY(table<std::function<void(Parts&)>, const char*>(
      {{[](Parts& parts) { answer_in(parts).usual.limit.value = 2; }, "moved/correction"},
       {[](Parts& parts) {
          answer_in(parts).usual.limit = {14, Unit::calendar_day};
        },
        "moved/correction"},
       {[](Parts& parts) {
          answer_in(parts).usual.limit = {10, Unit::business_day};
        },
        "moved/correction"},
       {[&](Parts& parts) {
          readings(parts);
          parts.profile = heed::policy::Profile::strict;
        },
        "moved/correction"},
       {[&](Parts& parts) {
          readings(parts);
          parts.controller.zone = "Pacific/Kiritimati";
        },
        "moved/correction"},
       {[&](Parts& parts) {
          readings(parts);
          parts.controller.calendar = "NONE";
        },
        "moved/calendar"}}));
  org.rulebook = edited(edit);
  REQUIRE(assess_anew(org, "edited").moved == 1);
  CHECK(org.story(1) == std::string("opened/wish ") + story);
}

TEST_CASE("a pack whose file changes without its version is told of, once", "[ledger]") {
  Ledgered org;
  ask(org, 1);
  int number = 0;
  const auto unraised = [&](const char* file, const char* version) {
    auto parts = heed::support::shipped_parts();
    for (auto& pack : parts.packs) {
      if (pack.id != "eu-gdpr") continue;
      pack.version = version;
      pack.digest = file;
    }
    org.rulebook = heed::policy::Rulebook(std::move(parts));
    org.options.digest = std::to_string(++number);
    return org.assess().unraised;
  };
  CHECK(unraised("first file", "2026.11").empty());
  CHECK(unraised("second file", "2026.11") == std::vector<std::string>{"eu-gdpr 2026.11"});
  CHECK(unraised("second file", "2026.11").empty());
  CHECK(unraised("third file", "2026.12").empty());
  CHECK(unraised("third file", "2026.12").empty());
}
