#include <array>

#include "heed/schedule.hpp"

namespace heed::schedule {

namespace {

constexpr std::array<std::string_view, 7> weekday_names{
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> month_names{
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string clock_text(std::chrono::minutes time) {
  return two_digits(time.count() / 60) + ":" + two_digits(time.count() % 60);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  }
  return text;
}

/// "Monday to Friday and Sunday": three in a row or more are a range.
template <class Name>
std::string ranges(const std::vector<int>& numbers, Name name) {
  std::vector<std::string> words;
  for (std::size_t first = 0; first < numbers.size();) {
    std::size_t last = first;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (last - first >= 2) {
      words.push_back(name(numbers[first]) + " to " + name(numbers[last]));
      first = last + 1;
    } else {
      words.push_back(name(numbers[first++]));
    }
  }
  return joined(words);
}

std::string number_name(int number) {
  return std::to_string(number);
}

/// The step of "*/15": evenly from the first value on; 0 for anything else.
int step_of(const std::vector<int>& numbers, int count) {
  if (numbers.size() < 2 || numbers.front() != 0) return 0;
  const int step = numbers[1];
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != static_cast<int>(i) * step) return 0;
  }
  return static_cast<int>(numbers.size()) * step >= count ? step : 0;
}

std::string hours_words(const std::vector<int>& hours) {
  const int step = step_of(hours, 24);
  if (step == 1) return "every hour";
  if (step > 1) return "every " + std::to_string(step) + " hours";
  return "the " + std::string(hours.size() == 1 ? "hour " : "hours ") + ranges(hours, number_name);
}

std::string span_words(std::chrono::seconds span) {
  const auto one = [](std::int64_t number, const char* unit) {
    return number == 1 ? std::string(unit) : std::to_string(number) + " " + unit + "s";
  };
  const auto seconds = span.count();
  if (seconds % 86400 == 0) return one(seconds / 86400, "day");
  if (seconds % 3600 == 0) return one(seconds / 3600, "hour");
  if (seconds % 60 == 0) return one(seconds / 60, "minute");
  return one(seconds, "second");
}

}  // namespace

std::string Cron::words() const {
  std::string text;
  const int step = step_of(minutes_, 60);
  if (hour_open_ && step_of(hours_, 24) == 1 && step > 0) {
    text = step == 1 ? "every minute" : "every " + std::to_string(step) + " minutes of the hour";
  } else if (times_.size() <= 4) {
    std::vector<std::string> clocks;
    for (const auto time : times_) clocks.push_back(clock_text(time));
    text = "at " + joined(clocks);
  } else if (minutes_.size() == 1 && hour_open_) {
    text = hours_words(hours_) + ", " + std::to_string(minutes_.front()) + " minutes past";
  } else {
    text = "at minute " + ranges(minutes_, number_name) + " of " + hours_words(hours_);
  }
  const auto weekdays = ranges(weekdays_, [](int day) {
    return std::string(weekday_names.at(static_cast<std::size_t>(day)));
  });
  const auto days = "day " + ranges(days_, number_name) + " of the month";
  if (weekdays_.size() < 7 && days_.size() < 31) {
    text += " on " + days + (day_open_ || weekday_open_ ? " if it is a " : ", and on every ") +
            weekdays;
  } else if (weekdays_.size() < 7) {
    text += " on " + weekdays;
  } else if (days_.size() < 31) {
    text += " on " + days;
  } else if (!hour_open_) {
    text += " every day";
  }
  if (months_.size() < 12) {
    text += " in " + ranges(months_, [](int month) {
              return std::string(month_names.at(static_cast<std::size_t>(month - 1)));
            });
  }
  return text;
}

std::string in_words(const Job& job) {
  if (job.every) return "every " + span_words(*job.every);
  return job.at->words() + ", in " + job.zone->name();
}

}  // namespace heed::schedule
