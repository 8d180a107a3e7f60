#include <catch2/catch.hpp>

#include "support/schedules.hpp"

using heed::Day;
using heed::make_day;
using heed::Moment;
using heed::parse_moment;
using heed::Preference;
using heed::policy::Duty;
using heed::policy::Person;

namespace {

/// Somebody in that country and state, who wished that between the two moments.
Person wishing(Preference preference, const char* country, const char* state, const char* after,
               const char* until) {
  Person person;
  person.places.push_back({country, "", state, ""});
  heed::policy::Wish wish;
  wish.object = "Contact";
  wish.field = "Flag";
  wish.preference = preference;
  wish.after = parse_moment(after).value();
  wish.until = parse_moment(until).value();
  person.wishes.push_back(wish);
  return person;
}

const Duty* find(const std::vector<Duty>& duties, std::string_view pack, std::string_view rule) {
  for (const auto& duty : duties) {
    if (duty.pack == pack && duty.id == rule) return &duty;
  }
  return nullptr;
}

const heed::policy::Rulebook& rulebook() {
  static const heed::policy::Rulebook book(heed::support::whole_parts(true));
  return book;
}

}  // namespace

TEST_CASE("a wish made under one version of a rule or the next is owed what either asks",
          "[policy]") {
  // The revocation rule of 47 CFR 64.1200 reaches across channels from 31 January 2027.
  const auto sure = rulebook().assess(
      wishing(Preference::text, "US", "TX", "2027-02-01T14:00:00Z", "2027-02-01T15:00:00Z"));
  const auto unsure = rulebook().assess(
      wishing(Preference::text, "US", "TX", "2027-01-29T15:00:00Z", "2027-02-01T15:00:00Z"));
  for (const auto* rule : {"texts.stop", "calls.stop"}) {
    CAPTURE(rule);
    REQUIRE(find(sure, "us-tcpa", rule) != nullptr);
    const auto* duty = find(unsure, "us-tcpa", rule);
    REQUIRE(duty != nullptr);
    CHECK(*duty->due <= *find(sure, "us-tcpa", rule)->due);
  }
}

TEST_CASE("of two versions of a rule the one with the earlier date counts", "[policy]") {
  auto parts = heed::support::shipped_parts();
  const auto change = make_day(2026, 12, 1);
  const int later_months = GENERATE(1, 3);
  for (auto& pack : parts.packs) {
    if (pack.id != "eu-gdpr") continue;
    auto rules = pack.rules;
    for (auto& rule : rules) {
      if (rule.id != "request.respond") continue;
      auto other = rule;
      rule.effective_to = change;
      rule.usual.limit.value = 2;
      other.effective_from = change;
      other.usual.limit.value = later_months;
      pack.rules = rules;
      pack.rules.push_back(other);
      break;
    }
  }
  const heed::policy::Rulebook book(std::move(parts));
  const auto person =
      wishing(Preference::forget, "DE", "", "2026-11-30T10:00:00Z", "2026-12-02T10:00:00Z");
  const auto duties = book.assess(person);
  const auto* duty = find(duties, "eu-gdpr", "request.respond");
  REQUIRE(duty != nullptr);
  CHECK(duty->due == (later_months == 1 ? make_day(2027, 1, 4) : make_day(2027, 2, 1)));
  CHECK(duty->rules_of == (later_months == 1 ? make_day(2026, 12, 2) : make_day(2026, 11, 30)));
  CHECK(book.explain(person, 0, "eu-gdpr", "request.respond")->duty.due == duty->due);
}

TEST_CASE("what goes with a duty that begins on the same day is owed with it", "[policy]") {
  const auto duties = rulebook().assess(
      wishing(Preference::profile, "US", "CA", "2026-11-29T09:00:00Z", "2026-11-29T10:00:00Z"));
  const auto* stop = find(duties, "us-ca-admt", "decisions.stop");
  const auto* tell = find(duties, "us-ca-admt", "recipients.tell");
  REQUIRE(stop != nullptr);
  REQUIRE(tell != nullptr);
  CHECK(tell->due == stop->due);
}

TEST_CASE("a stated receipt never puts off what was in the CRM already", "[policy]") {
  auto person =
      wishing(Preference::solicit, "DE", "", "2026-11-24T10:00:00Z", "2026-11-25T10:00:00Z");
  person.wishes[0].received = heed::policy::Received{make_day(2026, 11, 26), "a date"};
  const auto duties = rulebook().assess(person);
  REQUIRE_FALSE(duties.empty());
  CHECK(duties.front().start == make_day(2026, 11, 25));
}
