#include "heed/time/text.hpp"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <mutex>

namespace heed {

namespace {

/// Reads exactly `width` digits at the head of `text` and drops them.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, width)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::seconds> take_time_of_day(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  if (take(text, '.')) {
    const auto fraction = text.find_first_not_of("0123456789");
    if (fraction == 0 || text.empty()) return std::nullopt;
    text.remove_prefix(std::min(fraction, text.size()));
  }
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::optional<std::chrono::seconds> take_offset(std::string_view& text) {
  if (take(text, 'Z')) return std::chrono::seconds(0);
  const int sign = take(text, '+') ? 1 : take(text, '-') ? -1 : 0;
  if (sign == 0) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return sign * (std::chrono::hours(*hour) + std::chrono::minutes(*minute));
}

/// Two digits; what is none makes `bad` something else than 0.
unsigned two_digits(const char* at, unsigned& bad) {
  const unsigned tens = static_cast<unsigned char>(at[0]) - unsigned{'0'};
  const unsigned ones = static_cast<unsigned char>(at[1]) - unsigned{'0'};
  bad |= static_cast<unsigned>(tens > 9) | static_cast<unsigned>(ones > 9);
  return 10 * tens + ones;
}

constexpr std::size_t day_size = std::tuple_size_v<DayText>;

/// The day at the head of ten characters.
std::optional<Day> day_at(const char* at) {
  unsigned bad = static_cast<unsigned>(at[4] != '-') | static_cast<unsigned>(at[7] != '-');
  const unsigned year = 100 * two_digits(at, bad) + two_digits(at + 2, bad);
  const unsigned month = two_digits(at + 5, bad);
  const unsigned day = two_digits(at + 8, bad);
  if (bad != 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return Day(date);
}

std::optional<Day> take_day(std::string_view& text) {
  if (text.size() < day_size) return std::nullopt;
  const auto day = day_at(text.data());
  text.remove_prefix(day_size);
  return day;
}

/// A moment as heed itself writes it; of any other text nothing is said. Every moment that is
/// stored is read by this.
std::optional<Moment> written_moment(std::string_view text) {
  if (text.size() != std::tuple_size_v<MomentText>) return std::nullopt;
  const char* at = text.data();
  unsigned bad = static_cast<unsigned>(at[10] != 'T') | static_cast<unsigned>(at[13] != ':') |
                 static_cast<unsigned>(at[16] != ':') | static_cast<unsigned>(at[19] != 'Z');
  const unsigned hour = two_digits(at + 11, bad);
  const unsigned minute = two_digits(at + 14, bad);
  const unsigned second = two_digits(at + 17, bad);
  if (bad != 0 || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const auto day = day_at(at);
  if (!day) return std::nullopt;
  return Moment(day->time_since_epoch() + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                std::chrono::seconds(second));
}

void put_two_digits(char* at, unsigned value) {
  at[0] = static_cast<char>('0' + value / 10);
  at[1] = static_cast<char>('0' + value % 10);
}

void put_day(char* at, std::chrono::year_month_day date) {
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  put_two_digits(at, year / 100 % 100);
  put_two_digits(at + 2, year % 100);
  put_two_digits(at + 5, static_cast<unsigned>(date.month()));
  put_two_digits(at + 8, static_cast<unsigned>(date.day()));
}

}  // namespace

std::string_view write_text(Moment moment, MomentText& room) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const auto rest = static_cast<unsigned>((moment - day).count());
  constexpr std::string_view form = "0000-00-00T00:00:00Z";
  std::copy(form.begin(), form.end(), room.begin());
  put_day(room.data(), std::chrono::year_month_day(day));
  put_two_digits(room.data() + 11, rest / 3600);
  put_two_digits(room.data() + 14, rest / 60 % 60);
  put_two_digits(room.data() + 17, rest % 60);
  return {room.data(), room.size()};
}

std::string_view write_text(Day day, DayText& room) {
  constexpr std::string_view form = "0000-00-00";
  std::copy(form.begin(), form.end(), room.begin());
  put_day(room.data(), std::chrono::year_month_day(day));
  return {room.data(), room.size()};
}

std::string to_text(Moment moment) {
  MomentText room;
  return std::string(write_text(moment, room));
}

std::string to_text(Day day) {
  DayText room;
  return std::string(write_text(day, room));
}

std::optional<Moment> parse_moment(std::string_view text) {
  if (const auto moment = written_moment(text)) return moment;
  const auto day = take_day(text);
  if (!day || !take(text, 'T')) return std::nullopt;
  const auto time = take_time_of_day(text);
  if (!time) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return Moment(day->time_since_epoch() + *time - *offset);
}

std::optional<Day> parse_day(std::string_view text) {
  const auto day = take_day(text);
  return text.empty() ? day : std::nullopt;
}

Day make_day(int year, unsigned month, unsigned day) {
  return Day(std::chrono::year_month_day{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)});
}

int year_of(Day day) {
  return static_cast<int>(std::chrono::year_month_day(day).year());
}

Day add_months(Day day, int months) {
  const std::chrono::year_month_day from(day);
  const auto month = from.year() / from.month() + std::chrono::months(months);
  const std::chrono::year_month_day to = month / from.day();
  return to.ok() ? Day(to) : Day(month / std::chrono::last);
}

Moment SystemClock::now() const {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

bool SystemClock::sleep_until(Moment moment, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_until(lock, stop, moment, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace heed
