#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/time.hpp"

/// When heed's own commands are to run: `schedules/jobs.toml`. Nothing here reads a clock or runs
/// anything.
namespace heed::schedule {

/// Five fields as cron(8) reads them: minute, hour, day of the month, month, day of the week.
/// Numbers, ranges ("1-5"), lists ("0,30"), steps ("*/15", "8-18/2"), English names of months and
/// days of three letters; Sunday is 0 and 7. Where both day fields are restricted (do not begin
/// with "*"), one of them is enough.
class Cron {
 public:
  /// Throws Error(configuration) that names the field, what it says and what was expected, also for
  /// what no day can ever fit ("0 0 30 2 *").
  static Cron parse(std::string_view text);

  /// Whether it runs on that day.
  bool on(Day day) const;

  /// When on such a day, from midnight, in order; never empty.
  const std::vector<std::chrono::minutes>& times() const { return times_; }

  /// The hour begins with "*": it goes with the clock, so that it runs in both passes of an hour
  /// that is repeated, and not for one that is left out. All others run once a civil day.
  bool every_hour() const { return hour_open_; }

  const std::string& text() const { return text_; }

  /// "at 06:30 on Monday to Friday".
  std::string words() const;

 private:
  Cron() = default;
  void refuse_never() const;

  std::string text_;
  std::vector<int> minutes_;
  std::vector<int> hours_;
  std::vector<int> days_;
  std::vector<int> months_;
  std::vector<int> weekdays_;  ///< 0 is Sunday
  bool hour_open_ = false;     ///< begins with "*"; so the others
  bool day_open_ = false;
  bool weekday_open_ = false;
  std::vector<std::chrono::minutes> times_;
};

/// What becomes of runs that nobody made, because the machine was off.
enum class Missed {
  once,  ///< one run as soon as possible, however many there were
  skip   ///< none
};

/// Reads "90s", "15m", "6h" or "7d" (24 hours each); nullopt for anything else.
std::optional<std::chrono::seconds> parse_span(std::string_view text);

/// One command and when to run it: at the times of `at` in `zone`, or every so often.
struct Job {
  std::string name;
  std::string command;             ///< as it is written
  std::vector<std::string> words;  ///< the command line, "heed" left out; never empty
  std::optional<Cron> at;
  std::optional<Zone> zone;  ///< with `at`
  std::optional<std::chrono::seconds> every;
  Missed missed = Missed::once;
};

/// `schedules/jobs.toml`, in the order of the file.
class Jobs {
 public:
  /// `commands` are those that heed has. `controller_zone` is what a job's zone "controller" means;
  /// where it is empty, UTC. Throws Error(configuration) for anything unknown, missing or
  /// contradictory.
  static Jobs parse(std::string_view text, std::string_view name,
                    const std::vector<std::string>& commands, const std::string& controller_zone);

  const std::vector<Job>& all() const { return jobs_; }

 private:
  std::vector<Job> jobs_;
};

/// The first run later than `after`. Fixed times are civil: one that the clock is set forward over
/// comes at the first moment after the gap, one that it is set back over on the first pass only. An
/// interval runs from `after`, by elapsed time.
Moment next_run(const Job& job, Moment after);

/// When a job is to run that last ran (or was first known) at `last`, as seen at `now`: the next
/// run, or `now` when that is over and missed runs are made up for.
Moment planned_run(const Job& job, Moment last, Moment now);

/// When it runs, in words: "every 15 minutes", "at 06:30 on Monday to Friday, in Europe/Berlin".
std::string in_words(const Job& job);

}  // namespace heed::schedule
