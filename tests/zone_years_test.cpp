#include <date/tz.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <random>

#include "heed/time.hpp"
#include "heed/time/wall.hpp"

using heed::Day;
using heed::Moment;

namespace {

/// The C library's clock, which reads the database by itself, and its rules for the years to come.
class Library {
 public:
  Library() : before_(std::getenv("TZ") == nullptr ? "" : std::getenv("TZ")) {}
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    before_.empty() ? unsetenv("TZ") : setenv("TZ", before_.c_str(), 1);
    tzset();
  }

  void move_to(const std::string& zone) {
    setenv("TZ", zone.c_str(), 1);
    tzset();
  }

  std::string text(Moment moment) const {
    const std::time_t seconds = moment.time_since_epoch().count();
    std::tm shown{};
    localtime_r(&seconds, &shown);
    char text[64];
    const auto length = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %z", &shown);
    return {text, length};
  }

 private:
  std::string before_;
};

/// Without the colon of the offset, as the C library writes it.
std::string heed_text(const heed::Zone& zone, Moment moment) {
  auto text = zone.local_text(moment);
  text.erase(text.size() - 3, 1);
  return text;
}

}  // namespace

TEST_CASE("in every zone and in all years to 2085 the clock is that of the C library", "[time]") {
  std::mt19937 random(20261129);
  const Moment first(std::chrono::sys_days(std::chrono::year(2020) / 1 / 1));
  std::uniform_int_distribution<int> hours(0, 66 * 365 * 24);
  Library library;
  int zones = 0;
  for (const auto& each : date::get_tzdb().zones) {
    library.move_to(each.name());
    const auto zone = heed::Zone::named(each.name());
    INFO(each.name());
    for (int i = 0; i < 200; ++i) {
      const Moment moment = first + std::chrono::hours(hours(random));
      REQUIRE(heed_text(zone, moment) == library.text(moment));
      const Day day = zone.day_of(moment);
      REQUIRE(heed::to_text(day) == library.text(moment).substr(0, 10));
      REQUIRE(zone.day_of(zone.start_of(day)) == day);
      REQUIRE(library.text(zone.end_of(day) + std::chrono::seconds(1)).substr(0, 10) ==
              heed::to_text(zone.day_of(zone.end_of(day) + std::chrono::seconds(1))));
      for (const auto noon : heed::moments_of(zone, day, std::chrono::hours(12))) {
        REQUIRE(library.text(noon).substr(0, 19) == heed::to_text(day) + " 12:00:00");
        REQUIRE(heed::moment_of(zone, day, std::chrono::hours(12)) <= noon);
      }
    }
    ++zones;
  }
  CHECK(zones > 300);
}
