#include <date/tz.h>

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "heed/schedule.hpp"

using heed::Day;
using heed::Moment;
using heed::schedule::Cron;
using heed::schedule::Job;
using heed::schedule::next_run;

namespace {

constexpr std::chrono::minutes a_minute{1};

/// A clock on a wall, walked minute by minute: what it shows, and when it is set.
class Wall {
 public:
  Wall(const date::time_zone& zone, Moment start) : zone_(zone), now_(start) { look(); }

  Moment now() const { return now_; }
  std::chrono::local_seconds shown() const {
    return std::chrono::local_seconds(now_.time_since_epoch() + info_.offset);
  }
  void tick() {
    now_ += a_minute;
    if (now_ >= Moment(info_.end.time_since_epoch())) look();
  }

 private:
  void look() { info_ = zone_.get_info(date::sys_seconds(now_.time_since_epoch())); }

  const date::time_zone& zone_;
  Moment now_;
  date::sys_info info_;
};

/// Whether the wall's time is one of the job's.
bool fits(const Cron& cron, std::chrono::local_seconds shown) {
  const auto day = std::chrono::floor<std::chrono::days>(shown);
  if (!cron.on(day)) return false;
  const auto clock = shown - day;
  for (const auto time : cron.times()) {
    if (time == clock) return true;
  }
  return false;
}

/// All runs between the two moments, found by walking there.
std::vector<Moment> walked(const date::time_zone& zone, const Cron& cron, Moment from, Moment to) {
  std::vector<Moment> runs;
  std::set<std::chrono::local_seconds> made;
  Wall wall(zone, from - std::chrono::hours(30));
  auto before = wall.shown() - a_minute;
  for (; wall.now() <= to; wall.tick()) {
    const auto shown = wall.shown();
    bool run = false;
    // One step on an ordinary day; what a clock that is set forward leaves out, in one go.
    for (auto time = std::min(before + a_minute, shown); time <= shown; time += a_minute) {
      const bool here = time == shown;
      if (!fits(cron, time) || (cron.every_hour() && !here)) continue;
      run = (cron.every_hour() || made.insert(time).second) || run;
    }
    before = shown;
    if (run && wall.now() > from) runs.push_back(wall.now());
  }
  return runs;
}

/// A moment at which the zone's clock is set, in the ten years from 2020 on, or any.
Moment place_of(const date::time_zone& zone, std::mt19937& random) {
  const Moment first(std::chrono::sys_days(std::chrono::year(2020) / 1 / 1));
  std::uniform_int_distribution<int> minutes(0, 10 * 365 * 24 * 60);
  const Moment any = first + std::chrono::minutes(minutes(random));
  const auto info = zone.get_info(date::sys_seconds(any.time_since_epoch()));
  const Moment end(info.end.time_since_epoch());
  return end < first + std::chrono::days(3650) ? end : any;
}

std::string number_up_to(int highest, std::mt19937& random) {
  return std::to_string(std::uniform_int_distribution<int>(0, highest)(random));
}

/// Mostly fixed times in the small hours, where clocks are set.
std::string any_cron(std::mt19937& random) {
  const auto one_in = [&random](int n) {
    return std::uniform_int_distribution<int>(1, n)(random) == 1;
  };
  std::string text = one_in(4) ? "*/15" : number_up_to(59, random) + "," + number_up_to(59, random);
  text += one_in(4) ? " *" : " " + number_up_to(3, random) + "," + number_up_to(23, random);
  text += one_in(4) ? " */2 *" : " * *";
  return text + (one_in(4) ? " mon-thu,sun" : " *");
}

}  // namespace

TEST_CASE("in every zone no run is left out, none comes twice, and each is later than now",
          "[schedule]") {
  std::mt19937 random(20261125);
  int zones = 0;
  for (const auto& zone : date::get_tzdb().zones) {
    const auto from = place_of(zone, random) - std::chrono::hours(20);
    const auto to = from + std::chrono::hours(44);
    Job job;
    job.at = Cron::parse(any_cron(random));
    job.zone = heed::Zone::named(zone.name());
    std::vector<Moment> found;
    for (auto run = next_run(job, from); run <= to; run = next_run(job, run)) {
      if (!found.empty()) REQUIRE(run > found.back());
      found.push_back(run);
    }
    INFO(zone.name() << " " << job.at->text() << " from " << heed::to_text(from));
    REQUIRE(found == walked(zone, *job.at, from, to));
    ++zones;
  }
  CHECK(zones > 300);
}

TEST_CASE("a daily job runs once for each civil day of ten years", "[schedule]") {
  std::mt19937 random(7);
  for (const auto* name : {"Europe/Berlin", "America/Santiago", "Africa/Casablanca",
                           "Australia/Lord_Howe", "America/Havana", "Asia/Gaza"}) {
    Job job;
    job.at = Cron::parse(number_up_to(59, random) + " " + number_up_to(3, random) + " * * *");
    job.zone = heed::Zone::named(name);
    auto run = Moment(std::chrono::sys_days(std::chrono::year(2020) / 1 / 1));
    Day day = job.zone->day_of(run);
    run = next_run(job, run - std::chrono::hours(24));
    INFO(name << " " << job.at->text());
    while (job.zone->day_of(run) < day) run = next_run(job, run);
    for (int i = 0; i < 3650; ++i, day += std::chrono::days(1)) {
      REQUIRE(job.zone->day_of(run) == day);
      run = next_run(job, run);
    }
  }
}
