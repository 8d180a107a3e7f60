#include "report/explain.hpp"

#include <algorithm>

#include "heed/error.hpp"

namespace heed::report {

namespace {

const policy::Pack* find_pack(const policy::Rulebook& rulebook, std::string_view id) {
  for (const auto& pack : rulebook.packs()) {
    if (pack.id == id) return &pack;
  }
  return nullptr;
}

const calendar::Calendar* find_calendar(const policy::Rulebook& rulebook, std::string_view id) {
  for (const auto& each : rulebook.calendars()) {
    if (each.id() == id) return &each;
  }
  return nullptr;
}

/// Computes the date again, by what the mirror and the schedules say now.
void compute(const Sources& sources, Moment as_of, Account& account) {
  const auto& duty = account.duty;
  if (!duty.record) {
    account.why_not = "heed was told to forget whose duty this is";
    return;
  }
  if (account.pack == nullptr) {
    account.why_not = "the pack " + duty.pack + " is not enabled now";
    return;
  }
  const auto person =
      sources.ledger.person_of(sources.mirror, sources.grounds, *duty.record, as_of);
  account.applies = sources.grounds.rulebook.why_applies(person, duty.pack);
  for (const auto& place : person.places) {
    const auto words = sources.grounds.rulebook.place_words(place);
    const auto& known = account.places;
    if (words.empty() || std::find(known.begin(), known.end(), words) != known.end()) continue;
    account.places.push_back(words);
  }
  const auto wish = ledger::Ledger::wish_of(person, duty);
  if (!wish) {
    account.why_not = "the mirror does not show that wish any more";
    return;
  }
  account.trace = sources.grounds.rulebook.explain(person, *wish, duty.pack, duty.rule);
  if (!account.trace) {
    account.why_not = "the pack " + duty.pack +
                      " asks nothing for this wish now (another place, or the rule has ended)";
  }
}

}  // namespace

std::string difference_words(const Account& account) {
  if (!account.trace) return {};
  const auto& now = account.trace->duty;
  if (now.due == account.duty.due && now.start == account.duty.start) return {};
  return "The ledger has " + (account.duty.due ? to_text(*account.duty.due) : "no date") +
         ", and today's schedules and mirror give " + (now.due ? to_text(*now.due) : "no date") +
         (owed(account.duty) ? "; the next heed sync notes the move"
                             : "; the next heed sync notes the move, closed as the duty is");
}

std::string_view no_advice() {
  return "Computed from the CRM's data and the pack named here; not legal advice.";
}

Condition explain(std::ostream& out, const Sources& sources, const Circumstances& circumstances,
                  std::int64_t number, Format format) {
  auto condition = condition_of(sources, circumstances);
  const auto duty = sources.ledger.duty(number);
  if (!duty) {
    throw Error(Kind::finding, "there is no duty " + ledger::duty_name(number) +
                                   "; heed due lists what is owed, heed show ID what a person had");
  }
  if (owed(*duty) && duty->calendar_incomplete) note_gaps(1, condition);
  Account account{*duty,
                  sources.grounds.rulebook,
                  std::nullopt,
                  {},
                  sources.ledger.events(number),
                  find_pack(sources.grounds.rulebook, duty->pack),
                  find_calendar(sources.grounds.rulebook, duty->calendar),
                  Alike(sources.mirror, circumstances.same_email).of(duty->person)};
  compute(sources, circumstances.as_of, account);
  if (format == Format::json) {
    Json json;
    json["meta"] = meta_json(condition, circumstances);
    json.update(account_json(account, circumstances.as_of));
    out << json.dump(2) << "\n";
    return condition;
  }
  print_top(out, condition);
  print_account(out, account, circumstances);
  print_head(out, condition);
  return condition;
}

}  // namespace heed::report
