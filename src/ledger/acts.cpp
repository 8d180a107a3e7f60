#include <algorithm>

#include "heed/error.hpp"
#include "judge.hpp"
#include "wanting.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

/// Once the flag is seen the wish has come in; a later day would put off what is owed.
void want_before_flag(const mirror::Mirror& mirror, const mirror::Ref& record, const Duty& duty,
                      Day day) {
  for (const auto& change : mirror.changes({&record.id, 1})) {
    if (change.number != duty.change) continue;
    const auto flagged = Zone::named(duty.zone).day_of(change.until);
    if (day <= flagged) return;
    throw Error(Kind::usage, duty_name(duty.number) + ": " + to_text(day) +
                                 " is after the wish was in the CRM, on " + to_text(flagged) +
                                 "; a wish comes in before it is seen there");
  }
}

}  // namespace

void Ledger::received(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t number, Day day,
                      const Author& author, std::string_view reason) {
  auto& chain = work_->chain;
  chain.want_key();
  const auto duty = want_duty(work_->database, number);
  want_text(duty, reason, "the reason");
  want_past(duty, day, author.at);
  const auto record = want_record(duty);
  want_before_flag(mirror, record, duty, day);
  Unit unit(chain);
  const auto event = chain.append({.kind = EventKind::received,
                                   .cause = Cause::act,
                                   .duty = &duty,
                                   .day = day,
                                   .reason = Text{std::string(reason)}},
                                  author);
  save_receipt(work_->database, duty, day, event);
  Judge(chain, mirror, grounds, author, Cause::received).judge(record);
  unit.commit();
}

void Ledger::note(std::int64_t number, const Author& author, std::string_view reason) {
  auto& chain = work_->chain;
  chain.want_key();
  const auto duty = want_duty(work_->database, number);
  want_text(duty, reason, "the remark");
  Unit unit(chain);
  chain.append({.kind = EventKind::noted,
                .cause = Cause::act,
                .duty = &duty,
                .reason = Text{std::string(reason)}},
               author);
  unit.commit();
}

void Ledger::erase(const mirror::Ref& record, const Author& author) {
  auto& chain = work_->chain;
  chain.want_key();
  const auto subject = find_subject(work_->database, record);
  if (!subject) {
    throw Error(Kind::usage, record.object + " " + std::string(record.id.text()) +
                                 ": the ledger has nothing under this record");
  }
  Unit unit(chain);
  work_->database
      .query(
          "DELETE FROM heed_text WHERE event IN (SELECT e.number FROM heed_event e "
          "JOIN heed_duty d ON d.number = e.duty WHERE d.subject = ?)")
      .bind(subject->number)
      .run();
  drop_subject(chain, subject->number);
  chain.append({.kind = EventKind::erased, .cause = Cause::act, .subject = &*subject}, author);
  unit.commit();
}

policy::Person Ledger::person_of(const mirror::Mirror& mirror, const Grounds& grounds,
                                 const mirror::Ref& record, Moment now) const {
  return gather(work_->database, Lookup(work_->database, mirror, grounds), record, std::nullopt,
                now)
      .person;
}

std::optional<std::size_t> Ledger::wish_of(const policy::Person& person, const Duty& duty) {
  const auto at =
      std::find_if(person.wishes.begin(), person.wishes.end(), [&duty](const policy::Wish& wish) {
        return wish.change == duty.change && wish.field == duty.field && wish.object == duty.object;
      });
  if (at == person.wishes.end()) return std::nullopt;
  return static_cast<std::size_t>(at - person.wishes.begin());
}

}  // namespace heed::ledger
