#include "evidence.hpp"

#include <algorithm>

namespace heed::ledger {

namespace {

/// The wishes of a record's field, in the order in which they were made.
std::vector<Wished*> wishes_of_field(Dossier& dossier, Id id, const Evidence& evidence) {
  std::vector<Wished*> found;
  for (auto& wished : dossier.wished) {
    const auto& wish = wished.wish;
    const bool here = *wish.id == id && wish.object == evidence.object;
    if (here && wish.field == evidence.field) found.push_back(&wished);
  }
  return found;
}

/// What a field said up to now; the row has the last word.
std::vector<Noted> said(const mirror::Row& row, const std::string& field,
                        const std::vector<Noted>& noted) {
  std::vector<Noted> all;
  for (const auto& one : noted) {
    if (one.field == field) all.push_back(one);
  }
  const auto now = row.value(field);
  const auto value = now ? std::optional(std::string(*now)) : std::nullopt;
  if (all.empty() || all.back().value != value) all.push_back({field, value, std::nullopt});
  return all;
}

bool is_set(std::string_view value) {
  return value == "true" || value == "1";
}

// ---- When a wish came in -----------------------------------------------------------------------

/// A receipt lies before the flag that followed it; a date that does not is a mistake, and would
/// put off what is owed.
bool before_flag(const Wished& wished, Day day) {
  const auto flagged = std::chrono::ceil<std::chrono::days>(flagged_at(wished));
  return day <= Day(flagged.time_since_epoch());
}

/// Whether it came in, or was written down, when the wish before was not over yet.
bool too_early(const Wished& before, const Noted& noted) {
  if (!before.over) return false;
  if (noted.since && *noted.since < *before.over) return true;
  if (const auto day = parse_day(*noted.value)) {
    const auto over = std::chrono::floor<std::chrono::days>(*before.over);
    return *day < Day(over.time_since_epoch());
  }
  const auto moment = parse_moment(*noted.value);
  return moment && *moment < *before.over;
}

void take_receipt(Wished& wished, const std::string& name, std::string_view value) {
  if (wished.not_before) return;  // nothing of it was owed before it was in force
  if (const auto day = parse_day(value)) {
    if (before_flag(wished, *day)) wished.wish.received = policy::Received{*day, name};
  } else if (const auto moment = parse_moment(value)) {
    const auto flagged = flagged_at(wished);
    if (*moment > flagged) return;
    wished.flagged = flagged;
    wished.wish.after = wished.wish.until = *moment;
  }
}

/// Each goes to the last wish that it can have come in with.
void take_receipts(const std::vector<Wished*>& wishes, const std::string& name,
                   const std::vector<Noted>& receipts) {
  for (const auto& receipt : receipts) {
    if (!receipt.value) continue;
    for (auto at = wishes.size(); at-- > 0;) {
      if (at > 0 && too_early(*wishes[at - 1], receipt)) continue;
      take_receipt(*wishes[at], name, *receipt.value);
      break;
    }
  }
}

// ---- What was done -----------------------------------------------------------------------------

/// Whether the mirror has the field and this user sees it.
bool is_known(const mirror::Row& row, const std::string& field) {
  const bool hidden = std::find(row.hidden.begin(), row.hidden.end(), field) != row.hidden.end();
  return !hidden && std::any_of(row.values.begin(), row.values.end(),
                                [&field](const auto& value) { return value.first == field; });
}

/// What stands there was written for an earlier wish of the field, or may have been.
bool left_over(const Wished& wished, const Wished* before, const Noted& noted) {
  if (!wished.again) return false;
  return !noted.since || (before != nullptr && before->over && *noted.since < *before->over);
}

std::optional<Done> done_by(const Wished& wished, const Wished* before, const std::string& name,
                            const Noted& noted) {
  if (is_set(*noted.value)) {
    if (!noted.since || *noted.since < wished.wish.until) return std::nullopt;
    return Done{std::nullopt, noted.since, name + " is set"};
  }
  if (left_over(wished, before, noted)) return std::nullopt;
  if (const auto day = parse_day(*noted.value)) {
    return Done{*day, std::nullopt, name + " is " + to_text(*day)};
  }
  if (const auto moment = parse_moment(*noted.value)) {
    return Done{std::nullopt, *moment, name + " is " + to_text(*moment)};
  }
  return std::nullopt;
}

bool says_done(const Noted& noted) {
  return noted.value &&
         (is_set(*noted.value) || parse_day(*noted.value) || parse_moment(*noted.value));
}

/// What was done for a wish that is over shows nothing.
void take_done(const std::vector<Wished*>& wishes, const Evidence& evidence, const mirror::Row& row,
               const Noted& noted) {
  auto& wished = *wishes.back();
  const auto preference = wished.wish.preference;
  if (preference == Preference::forget || preference == Preference::export_data) return;
  if (wished.over) return;
  if (!is_known(row, evidence.done)) {
    wished.unseen.push_back(&evidence);
    return;
  }
  if (!says_done(noted)) {
    wished.undone.push_back(&evidence);
    return;
  }
  const auto* before = wishes.size() > 1 ? wishes[wishes.size() - 2] : nullptr;
  auto done = done_by(wished, before, row.object + "." + evidence.done, noted);
  if (!done) return;
  done->by = &evidence;
  wished.done.push_back(std::move(*done));
}

}  // namespace

std::vector<Noted> noted_in(std::span<const Change> changes, std::string_view object,
                            const Options& options) {
  std::vector<Noted> noted;
  for (const auto& evidence : options.evidence) {
    if (evidence.object != object) continue;
    for (const auto& field : {evidence.received, evidence.done}) {
      std::vector<const Change*> of_field;
      for (const auto& change : changes) {
        if (!field.empty() && change.field == field) of_field.push_back(&change);
      }
      for (const auto& [change, root] : best_known(of_field)) {
        const bool seen = change->how != How::initial;
        noted.push_back(
            {field, change->new_value, seen ? std::optional(change->until) : std::nullopt});
      }
    }
  }
  return noted;
}

void know_evidence(const mirror::Row& row, const std::vector<Noted>& noted, const Options& options,
                   Dossier& dossier) {
  for (const auto& evidence : options.evidence) {
    if (evidence.object != row.object) continue;
    const auto wishes = wishes_of_field(dossier, row.id, evidence);
    if (wishes.empty()) continue;
    if (!evidence.received.empty()) {
      take_receipts(wishes, row.object + "." + evidence.received,
                    said(row, evidence.received, noted));
    }
    if (!evidence.done.empty()) {
      take_done(wishes, evidence, row, said(row, evidence.done, noted).back());
    }
  }
}

std::optional<Moment> emptied_since(const mirror::Row& row, const Options& options) {
  const auto fields = options.emptied.find(row.object);
  if (fields == options.emptied.end() || fields->second.empty()) return std::nullopt;
  const auto known = [&row](const std::string& field) {
    return is_known(row, field) && row.value(field).value_or("").empty();
  };
  if (!std::all_of(fields->second.begin(), fields->second.end(), known)) return std::nullopt;
  return row.stamp;
}

}  // namespace heed::ledger
