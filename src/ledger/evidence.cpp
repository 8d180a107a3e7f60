#include "evidence.hpp"

#include <algorithm>

namespace heed::ledger {

namespace {

/// The last of the wishes of a record's field.
Wished* last_wish(Dossier& dossier, Id id, const Evidence& evidence) {
  for (auto at = dossier.wished.rbegin(); at != dossier.wished.rend(); ++at) {
    const auto& wish = at->wish;
    if (*wish.id != id || wish.object != evidence.object || wish.field != evidence.field) continue;
    return &*at;
  }
  return nullptr;
}

/// A receipt lies before the flag that followed it; a date that does not is a mistake, and would
/// put off what is owed.
bool before_flag(const Wished& wished, Day day) {
  const auto flagged = std::chrono::ceil<std::chrono::days>(wished.wish.until);
  return day <= Day(flagged.time_since_epoch());
}

void take_receipt(Wished& wished, const std::string& name, std::string_view value) {
  if (wished.not_before) return;  // nothing of it was owed before it was in force
  if (const auto day = parse_day(value)) {
    if (before_flag(wished, *day)) wished.wish.received = policy::Received{*day, name};
  } else if (const auto moment = parse_moment(value)) {
    if (*moment > wished.wish.until) return;
    wished.flagged = wished.wish.until;
    wished.wish.after = wished.wish.until = *moment;
  }
}

void take_done(Wished& wished, const std::string& name, std::string_view value,
               const mirror::Row& row) {
  const auto preference = wished.wish.preference;
  if (preference == Preference::forget || preference == Preference::export_data) return;
  if (const auto day = parse_day(value)) {
    wished.done = Done{*day, std::nullopt, name + " is " + to_text(*day)};
  } else if (const auto moment = parse_moment(value)) {
    wished.done = Done{std::nullopt, *moment, name + " is " + to_text(*moment)};
  } else if (value == "true" || value == "1") {
    wished.done = Done{std::nullopt, row.stamp, name + " is set"};
  }
}

}  // namespace

void know_evidence(const mirror::Row& row, const Options& options, Dossier& dossier) {
  for (const auto& evidence : options.evidence) {
    if (evidence.object != row.object) continue;
    auto* wished = last_wish(dossier, row.id, evidence);
    if (wished == nullptr) continue;
    const auto name = [&](const std::string& field) { return row.object + "." + field; };
    if (const auto value = row.value(evidence.received); value && !evidence.received.empty()) {
      take_receipt(*wished, name(evidence.received), *value);
    }
    // What was done for a wish that is over shows nothing; when it came in, it came in.
    if (wished->over) continue;
    if (const auto value = row.value(evidence.done); value && !evidence.done.empty()) {
      take_done(*wished, name(evidence.done), *value, row);
    }
  }
}

std::optional<Moment> emptied_since(const mirror::Row& row, const Options& options) {
  const auto fields = options.emptied.find(row.object);
  if (fields == options.emptied.end() || fields->second.empty()) return std::nullopt;
  const auto known = [&row](const std::string& field) {
    const bool hidden = std::find(row.hidden.begin(), row.hidden.end(), field) != row.hidden.end();
    const bool there = std::any_of(row.values.begin(), row.values.end(),
                                   [&field](const auto& value) { return value.first == field; });
    return there && !hidden && row.value(field).value_or("").empty();
  };
  if (!std::all_of(fields->second.begin(), fields->second.end(), known)) return std::nullopt;
  return row.stamp;
}

}  // namespace heed::ledger
