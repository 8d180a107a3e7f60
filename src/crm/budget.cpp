#include "crm/budget.hpp"

#include <charconv>
#include <vector>

#include "heed/error.hpp"

namespace heed::crm {

namespace {

const std::string key = "spending";
constexpr std::chrono::hours usage_holds{1};

// A crash loses the count of fewer requests than this; writing at each would cost a disk's turn.
constexpr std::int64_t write_every = 20;

Day day_of(Moment moment) {
  return Day(std::chrono::floor<std::chrono::days>(moment).time_since_epoch());
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto space = text.find(' ');
    words.push_back(text.substr(0, space));
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return words;
}

std::optional<std::int64_t> number_in(std::string_view word) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size() || number < 0) return std::nullopt;
  return number;
}

/// Whether `used` of `share` leaves less than a fifth, or nothing.
Allowance of_share(double used, double share) {
  if (used >= share) return Allowance::none;
  return used >= share * 0.8 ? Allowance::needed : Allowance::all;
}

/// The spending as far as it still counts at `now`.
Spending still_true(Spending spending, Moment now) {
  if (spending.day != day_of(now)) {
    spending.day = day_of(now);
    spending.calls = 0;
  }
  if (spending.usage && now - spending.at >= usage_holds) spending.usage.reset();
  return spending;
}

}  // namespace

std::optional<Spending> spending_in(const vault::State& state) {
  const auto text = state.get(key);
  if (!text) return std::nullopt;
  const auto words = words_of(*text);
  if (words.size() != 2 && words.size() != 5) return std::nullopt;
  const auto day = parse_day(words[0]);
  const auto calls = number_in(words[1]);
  if (!day || !calls) return std::nullopt;
  Spending spending{*day, *calls, std::nullopt, {}};
  if (words.size() == 2) return spending;
  const auto used = number_in(words[2]);
  const auto allowed = number_in(words[3]);
  const auto at = parse_moment(words[4]);
  if (!used || !allowed || !at) return std::nullopt;
  spending.usage = Usage{*used, *allowed};
  spending.at = *at;
  return spending;
}

Allowance allowance_of(const Options& options, const Spending& spent, Moment now) {
  const Spending spending = still_true(spent, now);
  auto allowance = Allowance::all;
  if (options.calls_a_day > 0) {
    allowance =
        of_share(static_cast<double>(spending.calls), static_cast<double>(options.calls_a_day));
  }
  if (spending.usage && spending.usage->allowed > 0) {
    const double share = static_cast<double>(spending.usage->allowed) * (1 - options.leave_share);
    allowance = std::max(allowance, of_share(static_cast<double>(spending.usage->used), share));
  }
  return allowance;
}

Budget::Budget(const Clock& clock, const Options& options, vault::State* state)
    : clock_(clock), options_(options), state_(state) {
  if (state_ == nullptr) return;
  if (const auto before = spending_in(*state_)) spending_ = *before;
}

Budget::~Budget() {
  try {
    if (unwritten_ > 0) write();
  } catch (const Error&) {
    // The count of a few requests; the run has its own result to tell.
  }
}

Allowance Budget::allowance() const {
  return allowance_of(options_, spending_, clock_.now());
}

bool Budget::allows(int requests) const {
  const Moment now = clock_.now();
  Spending before_last = still_true(spending_, now);
  before_last.calls += requests - 1;
  if (before_last.usage) before_last.usage->used += requests - 1;
  return allowance_of(options_, before_last, now) != Allowance::none;
}

void Budget::check() const {
  if (allowance() != Allowance::none) return;
  const Spending now = still_true(spending_, clock_.now());
  if (options_.calls_a_day > 0 && now.calls >= options_.calls_a_day) {
    throw Error(Kind::incomplete, "heed has sent the " + std::to_string(options_.calls_a_day) +
                                      " requests that [crm] calls_a_day allows; it goes on after "
                                      "midnight UTC, or raise the figure");
  }
  throw Error(Kind::incomplete,
              "the org has used " + std::to_string(now.usage->used) + " of its " +
                  std::to_string(now.usage->allowed) +
                  " daily requests, and [crm] leave_share leaves the rest to others; run heed sync "
                  "later, or lower the share");
}

void Budget::note(std::int64_t calls, const std::optional<Usage>& usage) {
  const Moment now = clock_.now();
  spending_ = still_true(spending_, now);
  spending_.calls += calls - noted_;
  unwritten_ += calls - noted_;
  noted_ = calls;
  if (usage) {
    spending_.usage = usage;
    spending_.at = now;
  }
  if (unwritten_ >= write_every) write();
}

/// Adds what is not yet written to what the file has by now: another heed may have asked meanwhile.
void Budget::write() {
  if (state_ == nullptr) return;
  const vault::State::Hold hold(*state_);
  if (const auto written = spending_in(*state_); written && written->day == spending_.day) {
    spending_.calls = written->calls + unwritten_;
  }
  std::string text = to_text(spending_.day) + " " + std::to_string(spending_.calls);
  if (spending_.usage) {
    text += " " + std::to_string(spending_.usage->used) + " " +
            std::to_string(spending_.usage->allowed) + " " + to_text(spending_.at);
  }
  state_->set(key, text);
  unwritten_ = 0;
}

}  // namespace heed::crm
