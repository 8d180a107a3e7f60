#include <algorithm>
#include <array>
#include <charconv>

#include "heed/ledger.hpp"

namespace heed::ledger {

namespace {

// In the order of the enumerations. The words are in chained bytes: they never change.
constexpr std::array<std::string_view, 7> states{
    "open", "standing", "withdrawn-to-confirm", "met", "met-late", "refused", "handled"};
constexpr std::array<std::string_view, 14> kinds{
    "opened",   "received", "acknowledged",         "extended", "paused",   "resumed", "met",
    "met-late", "refused",  "withdrawn-to-confirm", "moved",    "reopened", "noted",   "erased"};
constexpr std::array<std::string_view, 15> causes{
    "wish",       "again",    "standing", "withdrawn", "evidence", "received", "place", "calendar",
    "correction", "baseline", "enforced", "purged",    "act",      "identity", "fee"};

template <class Word, std::size_t Size>
std::optional<Word> find(const std::array<std::string_view, Size>& words, std::string_view text) {
  const auto* at = std::find(words.begin(), words.end(), text);
  if (at == words.end()) return std::nullopt;
  return static_cast<Word>(at - words.begin());
}

}  // namespace

std::string_view to_text(State state) {
  return states.at(static_cast<std::size_t>(state));
}
std::string_view to_text(EventKind kind) {
  return kinds.at(static_cast<std::size_t>(kind));
}
std::string_view to_text(Cause cause) {
  return causes.at(static_cast<std::size_t>(cause));
}

std::optional<State> parse_state(std::string_view text) {
  return find<State>(states, text);
}
std::optional<EventKind> parse_event_kind(std::string_view text) {
  return find<EventKind>(kinds, text);
}
std::optional<Cause> parse_cause(std::string_view text) {
  return find<Cause>(causes, text);
}

std::string duty_name(std::int64_t number) {
  return "D" + std::to_string(number);
}

std::optional<std::int64_t> parse_duty_name(std::string_view text) {
  if (!text.empty() && (text.front() == 'D' || text.front() == 'd')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

bool owed(const Duty& duty) {
  return duty.state == State::open || duty.state == State::withdrawn_to_confirm;
}

std::optional<std::int64_t> days_left(const Duty& duty, Moment as_of) {
  if (!duty.due) return std::nullopt;
  return (*duty.due - Zone::named(duty.zone).day_of(as_of)).count();
}

std::optional<Day> last_day(const Duty& duty) {
  return duty.due && duty.immediate && duty.target ? duty.target : duty.due;
}

bool overdue(const Duty& duty, Moment as_of) {
  if (!owed(duty)) return false;
  const auto last = last_day(duty);
  return !last || *last < Zone::named(duty.zone).day_of(as_of);
}

}  // namespace heed::ledger
