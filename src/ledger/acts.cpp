#include <algorithm>

#include "heed/error.hpp"
#include "judge.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

Duty want_duty(store::Database& database, std::int64_t number) {
  if (auto duty = find_duty(database, number)) return std::move(*duty);
  throw Error(Kind::usage,
              duty_name(number) + ": there is no such duty; 'heed due' lists the ones there are");
}

void want_text(std::int64_t number, std::string_view text, std::string_view what) {
  if (!text.empty()) return;
  throw Error(Kind::usage, duty_name(number) + ": " + std::string(what) +
                               " is missing; say it, since it is what an auditor will read");
}

void want_past(const Duty& duty, Day day, Moment now) {
  const auto today = Zone::named(duty.zone).day_of(now);
  if (day <= today) return;
  throw Error(Kind::usage, duty_name(duty.number) + ": " + to_text(day) + " is in the future; in " +
                               duty.zone + " it is " + to_text(today));
}

void want_closable(const Duty& duty) {
  if (shelf_of(duty) == 0) {
    throw Error(Kind::usage, duty_name(duty.number) + ": is closed already (" +
                                 std::string(to_text(duty.state)) + "); 'heed note' adds a remark");
  }
  if (duty.hold) {
    throw Error(Kind::usage, duty_name(duty.number) +
                                 ": a privacy hold stands on the person's records, which keeps "
                                 "duties open; it has to be lifted in the CRM first");
  }
}

}  // namespace

void Ledger::received(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t number, Day day,
                      const Author& author, std::string_view reason) {
  auto& chain = work_->chain;
  chain.want_key();
  const auto duty = want_duty(work_->database, number);
  want_text(number, reason, "the reason");
  want_past(duty, day, author.at);
  if (!duty.record) {
    throw Error(Kind::usage, duty_name(number) + ": its record was erased, so nothing can move");
  }
  Unit unit(chain);
  const auto event = chain.append({.kind = EventKind::received,
                                   .cause = Cause::act,
                                   .duty = &duty,
                                   .subject = duty.subject,
                                   .day = day,
                                   .reason = Text{std::string(reason)}},
                                  author);
  save_receipt(work_->database, duty.subject, {duty.field, duty.change, day, {}}, event);
  Judge(chain, mirror, grounds, author, Cause::received).judge(*duty.record);
  unit.commit();
}

void Ledger::done(std::int64_t number, Day day, const Author& author, std::string_view proof) {
  auto& chain = work_->chain;
  chain.want_key();
  auto duty = want_duty(work_->database, number);
  want_text(number, proof, "the proof");
  want_closable(duty);
  want_past(duty, day, author.at);
  duty.state = grade(duty, day);
  duty.closed_on = day;
  duty.closed_by = Cause::act;
  Unit unit(chain);
  chain.append({.kind = duty.state == State::met ? EventKind::met : EventKind::met_late,
                .cause = Cause::act,
                .duty = &duty,
                .subject = duty.subject,
                .day = day,
                .proof = Text{std::string(proof)}},
               author);
  update_duty(work_->database, duty);
  unit.commit();
}

void Ledger::note(std::int64_t number, const Author& author, std::string_view reason) {
  auto& chain = work_->chain;
  chain.want_key();
  const auto duty = want_duty(work_->database, number);
  want_text(number, reason, "the remark");
  Unit unit(chain);
  chain.append({.kind = EventKind::noted,
                .cause = Cause::act,
                .duty = &duty,
                .subject = duty.subject,
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
      .bind(subject->handle)
      .run();
  work_->database.query("DELETE FROM heed_subject WHERE handle = ?").bind(subject->handle).run();
  chain.append({.kind = EventKind::erased, .cause = Cause::act, .subject = subject->handle},
               author);
  unit.commit();
}

policy::Person Ledger::person_of(const mirror::Mirror& mirror, const Grounds& grounds,
                                 const mirror::Ref& record) const {
  return gather(work_->database, mirror, grounds, record).person;
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
