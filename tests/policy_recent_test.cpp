#include <catch2/catch.hpp>

#include "heed/policy.hpp"
#include "support/schedules.hpp"

using heed::parse_moment;
using heed::Preference;
using heed::policy::Person;
using heed::policy::Rulebook;
using heed::policy::Wish;

TEST_CASE("what is remembered of others' wishes gives nobody other duties", "[policy]") {
  const Rulebook rulebook(heed::support::shipped_parts());
  std::vector<Person> people;
  for (const auto* country : {"DE", "US", "CA", "Nowhere"}) {
    for (const auto* until :
         {"2026-11-25T01:30:00Z", "2026-11-25T23:30:00Z", "2027-02-01T12:00:00Z"}) {
      for (int kind = 0; kind < 24; ++kind) {
        Person person;
        person.places.push_back({country, "", kind % 2 == 0 ? "CA" : "", ""});
        person.hold = kind % 3 == 0;
        for (const auto preference : {Preference::text, Preference::forget, Preference::phone}) {
          Wish wish;
          wish.object = "Contact";
          wish.preference = preference;
          wish.until = parse_moment(until).value();
          wish.after = kind % 4 == 0 ? wish.until : wish.until - std::chrono::hours(30);
          wish.standing = kind % 5 == 0;
          if (kind % 7 == 1) wish.received = {heed::make_day(2026, 11, 20), "a letter"};
          person.wishes.push_back(wish);
        }
        if (kind % 11 == 2) {
          auto& course = person.courses.emplace_back();
          course.wish = 1;
          course.pack = "eu-gdpr";
          course.duty = "request.respond";
          course.extensions.push_back({heed::make_day(2026, 11, 27), std::nullopt});
        }
        people.push_back(person);
      }
    }
  }
  Rulebook::Recent recent;
  std::size_t duties = 0;
  // In this order, and in one that comes back to each after others.
  for (std::size_t step : {std::size_t{1}, std::size_t{37}}) {
    for (std::size_t i = 0; i < people.size(); ++i) {
      const auto& person = people[i * step % people.size()];
      const auto alone = rulebook.assess(person);
      CHECK((rulebook.assess(person, recent) == alone));
      duties += alone.size();
    }
  }
  CHECK(duties > 1000);
}
