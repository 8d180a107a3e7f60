#include <algorithm>

#include "heed/error.hpp"
#include "judge.hpp"
#include "wanting.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

constexpr std::size_t tell_every = 1000;

void want_closable(const Duty& duty) {
  const auto why = why_not_closable(duty);
  if (!why.empty()) throw Error(Kind::finding, duty_name(duty.number) + ": " + why);
}

/// The duty, as it may be closed on that day.
Duty want_to_close(store::Database& database, const Closing& closing, Moment now) {
  auto duty = want_duty(database, closing.duty);
  want_text(duty, closing.proof, "the proof");
  want_closable(duty);
  if (closing.day) want_since_wish(duty, *closing.day, now);
  return duty;
}

void close(Chain& chain, Duty& duty, Day day, const Author& author, Text proof) {
  duty.state = grade(duty, day);
  duty.closed_on = day;
  duty.closed_by = Cause::act;
  duty.reopened = false;
  chain.append({.kind = duty.state == State::met ? EventKind::met : EventKind::met_late,
                .cause = Cause::act,
                .duty = &duty,
                .day = day,
                .proof = std::move(proof)},
               author);
  update_duty(chain, duty);
}

}  // namespace

std::optional<std::string> Ledger::why_not_done(const Closing& closing, Moment now) const {
  try {
    want_to_close(work_->database, closing, now);
    return std::nullopt;
  } catch (const Error& error) {
    if (error.kind() == Kind::storage) throw;
    return error.what();
  }
}

void Ledger::done(std::span<const Closing> closings, const Author& author,
                  const std::function<void(std::size_t)>& progress) {
  auto& chain = work_->chain;
  chain.want_key();
  Unit unit(chain);
  std::size_t closed = 0;
  for (const auto& closing : closings) {
    auto duty = want_to_close(work_->database, closing, author.at);
    const auto day = closing.day.value_or(today_of(duty, author.at));
    close(chain, duty, day, author, {closing.proof, closing.shared});
    if (++closed % tell_every == 0 && progress) progress(closed);
  }
  unit.commit();
}

void Ledger::done(std::int64_t number, Day day, const Author& author, std::string_view proof) {
  const Closing closing{number, day, std::string(proof)};
  done({&closing, 1}, author);
}

void Ledger::refuse(std::int64_t number, Day day, const Author& author, std::string_view reason) {
  auto& chain = work_->chain;
  chain.want_key();
  auto duty = want_duty(work_->database, number);
  want_text(duty, reason, "the reason");
  want_closable(duty);
  want_since_wish(duty, day, author.at);
  duty.state = State::refused;
  duty.closed_on = day;
  duty.closed_by = Cause::act;
  duty.reopened = false;
  Unit unit(chain);
  chain.append({.kind = EventKind::refused,
                .cause = Cause::act,
                .duty = &duty,
                .day = day,
                .reason = Text{std::string(reason)}},
               author);
  update_duty(chain, duty);
  unit.commit();
}

void Ledger::reopen(std::int64_t number, const Author& author, std::string_view reason) {
  auto& chain = work_->chain;
  chain.want_key();
  auto duty = want_duty(work_->database, number);
  want_text(duty, reason, "the reason");
  if (shelf_of(duty) != 0) {
    throw Error(Kind::finding, duty_name(number) + ": is not closed (" +
                                   std::string(to_text(duty.state)) +
                                   "), so there is nothing to reopen");
  }
  duty.state = duty.doubt ? State::withdrawn_to_confirm : State::open;
  duty.closed_on.reset();
  duty.closed_by.reset();
  duty.reopened = true;
  Unit unit(chain);
  chain.append({.kind = EventKind::reopened,
                .cause = Cause::act,
                .duty = &duty,
                .reason = Text{std::string(reason)}},
               author);
  update_duty(chain, duty);
  unit.commit();
}

void Ledger::acknowledge(std::int64_t number, Day day, const Author& author,
                         std::string_view reason) {
  auto& chain = work_->chain;
  chain.want_key();
  auto duty = want_duty(work_->database, number);
  want_open(duty);
  want_since_wish(duty, day, author.at);
  duty.acknowledged_on = day;
  Unit unit(chain);
  Step step{.kind = EventKind::acknowledged, .cause = Cause::act, .duty = &duty, .day = day};
  if (!reason.empty()) step.reason = Text{std::string(reason)};
  chain.append(step, author);
  if (duty.kind == policy::DutyKind::acknowledge_by) {
    want_closable(duty);
    close(chain, duty, day, author, {"receipt was confirmed to the person", true});
  } else {
    update_duty(chain, duty);
  }
  unit.commit();
}

}  // namespace heed::ledger
