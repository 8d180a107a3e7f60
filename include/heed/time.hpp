#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace heed {

/// A moment of the world's clock: whole seconds, UTC. Never a local time.
using Moment = std::chrono::sys_seconds;

/// A civil date, in no zone. It does not convert to a Moment; only a Zone relates the two.
using Day = std::chrono::local_days;

/// "2026-11-25T03:34:11Z" (RFC 3339, UTC, whole seconds).
std::string to_text(Moment moment);

/// "2026-11-25".
std::string to_text(Day day);

/// Reads an RFC 3339 date-time with a zone ("Z" or an offset). Fractions of a second are cut off.
/// nullopt for anything else, a date-time without a zone included: such a text has no moment.
std::optional<Moment> parse_moment(std::string_view text);

/// Reads "YYYY-MM-DD"; nullopt for anything else and for days that do not exist.
std::optional<Day> parse_day(std::string_view text);

/// The day `year`-`month`-`day`; it must exist.
Day make_day(int year, unsigned month, unsigned day);

/// The year that `day` is in.
int year_of(Day day);

/// `day` moved by whole months: the same day number, or the last day of the month where that number
/// does not exist. Not sticky: 29 Feb plus one month is 29 Mar.
Day add_months(Day day, int months);

/// A time zone of the system's database. Values are cheap to copy and never dangle.
class Zone {
 public:
  /// Throws Error(configuration) when the database has no zone of that name.
  static Zone named(std::string_view name);

  std::string name() const;

  /// The civil date in this zone at `moment`.
  Day day_of(Moment moment) const;

  /// The first moment of `day` in this zone; in a gap, the first moment after it.
  Moment start_of(Day day) const;

  /// The last second of `day` in this zone: a thing due on `day` is late from the next second on.
  Moment end_of(Day day) const;

  /// "2026-11-25 04:34:11 +01:00": `moment` as a clock in this zone shows it.
  std::string local_text(Moment moment) const;

 private:
  explicit Zone(const void* zone) : zone_(zone) {}
  const void* zone_;
};

/// The world's clock: the first of heed's two seams to the outside. Only code that waits or begins
/// a run holds one; arithmetic takes moments and days.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual Moment now() const = 0;

  /// Waits until `moment`. False when `stop` was requested first.
  virtual bool sleep_until(Moment moment, std::stop_token stop) = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  Moment now() const override;
  bool sleep_until(Moment moment, std::stop_token stop) override;
};

}  // namespace heed
