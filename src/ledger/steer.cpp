#include "steer.hpp"

#include <algorithm>

#include "heed/error.hpp"
#include "judge.hpp"
#include "wanting.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

/// One duty whose dates somebody moves, and all that they rest on.
class Helm {
 public:
  Helm(Chain& chain, const mirror::Mirror& mirror, const Grounds& grounds, const Author& author,
       std::int64_t number)
      : chain_(chain),
        mirror_(mirror),
        grounds_(grounds),
        author_(author),
        duty_(want_duty(chain.database(), number)) {
    want_open(duty_);
    dossier_ = gather(chain.database(), Lookup(chain.database(), mirror, grounds),
                      want_record(duty_), std::nullopt, author.at);
    const auto wish = Ledger::wish_of(dossier_.person, duty_);
    if (!wish) fail("the mirror does not show its wish any more, so no date can be computed");
    wish_ = *wish;
    want_rule();
    course().wish = wish_;
  }

  const Duty& duty() const { return duty_; }
  const policy::Rule& rule() const { return *rule_; }

  /// As the duty is computed now.
  policy::Duty found() const {
    for (auto& one : grounds_.rulebook.assess(dossier_.person)) {
      if (one.wish == wish_ && one.pack == duty_.pack && one.id == duty_.rule) return one;
    }
    fail("the pack " + duty_.pack + " asks nothing for its wish now (another place?)");
  }

  /// What was done about it so far; what is added here counts in found().
  policy::Course& course() {
    auto& courses = dossier_.person.courses;
    const auto at = std::find_if(courses.begin(), courses.end(), [this](const auto& one) {
      return one.wish == wish_ && one.pack == duty_.pack && one.duty == duty_.rule;
    });
    if (at != courses.end()) return *at;
    courses.push_back(course_of(chain_.database(), duty_));
    courses.back().wish = wish_;
    return courses.back();
  }

  /// Writes down the step and what it makes of the dates, of this duty and of those due with it.
  void take(Step step) {
    const auto before = duty_;
    fill(duty_, found(), dossier_.person.wishes[wish_]);
    duty_.pack_version = before.pack_version;
    duty_.steered = true;
    step.duty = &duty_;
    if (before.due != duty_.due || before.start != duty_.start) {
      step.old_start = before.start;
      step.old_due = before.due;
    }
    Unit unit(chain_);
    chain_.append(step, author_);
    update_duty(chain_, duty_);
    Judge(chain_, mirror_, grounds_, author_, Cause::act).judge(*duty_.record);
    unit.commit();
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw Error(Kind::finding, duty_name(duty_.number) + ": " + why);
  }

 private:
  void want_rule() {
    const auto* pack = grounds_.rulebook.pack(duty_.pack);
    if (pack == nullptr) fail("the pack " + duty_.pack + " is not enabled now");
    const auto now = found();
    if (keeps_its_rule(grounds_.rulebook, duty_, now)) {
      fail("it keeps the rule of version " + duty_.pack_version + " of " + duty_.pack +
           ", which the pack has no more; put that entry back, with its dates of validity");
    }
    rule_ = pack->rule(duty_.rule, now.rules_of);
    if (rule_ == nullptr) fail("the rule " + duty_.rule + " has ended");
    if (!rule_->with.empty()) {
      fail("it is due with the duty of the rule " + rule_->with +
           " for the same wish; that one can be extended and paused");
    }
  }

  Chain& chain_;
  const mirror::Mirror& mirror_;
  const Grounds& grounds_;
  const Author& author_;
  Duty duty_;
  Dossier dossier_;
  std::size_t wish_ = 0;
  const policy::Rule* rule_ = nullptr;
};

void want_more_time(const Helm& helm, const policy::Duty& now, Day today) {
  const auto& duty = helm.duty();
  const auto& extension = helm.rule().extension;
  if (!extension) helm.fail("the pack " + duty.pack + " gives no more time for it");
  if (!now.extension) {
    helm.fail("the pack " + duty.pack + " gives no more time after " +
              std::to_string(now.extended) + (now.extended == 1 ? " extension" : " extensions"));
  }
  if (today > now.extension->notice_by) {
    helm.fail("more time had to be announced by " + to_text(now.extension->notice_by) +
              ", and it is " + to_text(today) + " in " + duty.zone);
  }
}

void want_new_day(const Helm& helm, const std::optional<Day>& to) {
  const auto& duty = helm.duty();
  const auto name = duty_name(duty.number);
  if (!helm.rule().extension->named) {
    if (!to) return;
    throw Error(Kind::usage,
                name + ": the pack " + duty.pack + " says by how much; expected no day");
  }
  if (!to) throw Error(Kind::usage, name + ": the office names the new day; say it with --to");
  if (duty.due && *to <= *duty.due) {
    throw Error(Kind::usage, name + ": " + to_text(*to) + " is not later than " +
                                 to_text(*duty.due) + ", when it is due now");
  }
}

}  // namespace

void Ledger::extend(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t number,
                    std::optional<Day> to, const Author& author, std::string_view reason) {
  work_->chain.want_key();
  Helm helm(work_->chain, mirror, grounds, author, number);
  want_text(helm.duty(), reason, "the reason");
  const auto now = helm.found();
  want_more_time(helm, now, today_of(helm.duty(), author.at));
  want_new_day(helm, to);
  helm.course().extensions.push_back({today_of(helm.duty(), author.at), to});
  const auto longer = helm.found();
  if (longer.extended == now.extended || longer.calendar_incomplete) {
    helm.fail("the calendar " + now.calendar + " does not reach the new date; add its holidays");
  }
  helm.take({.kind = EventKind::extended,
             .cause = Cause::act,
             .day = to,
             .reason = Text{std::string(reason)}});
}

void Ledger::pause(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t number, Day day,
                   const Author& author, std::string_view reason) {
  work_->chain.want_key();
  Helm helm(work_->chain, mirror, grounds, author, number);
  const auto& duty = helm.duty();
  want_text(duty, reason, "the reason");
  want_past(duty, day, author.at);
  if (duty.paused_since) helm.fail("is paused since " + to_text(*duty.paused_since) + " already");
  const auto& pause = helm.rule().pause;
  if (!pause || !pause->concerns(duty.preference)) {
    helm.fail("the pack " + duty.pack + " lets nothing stop its clock");
  }
  if (day < duty.start || (duty.due && day > *duty.due)) {
    helm.fail(to_text(day) + " is not between its start on " + to_text(duty.start) +
              " and the day it is due");
  }
  const auto& before = helm.course().standstills;
  if (!before.empty() && before.back().to && day < *before.back().to) {
    helm.fail("an earlier pause ended on " + to_text(*before.back().to) + ", later than " +
              to_text(day));
  }
  helm.course().standstills.push_back({day, std::nullopt});
  helm.take({.kind = EventKind::paused,
             .cause = Cause::act,
             .day = day,
             .reason = Text{std::string(reason)}});
}

void Ledger::resume(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t number, Day day,
                    const Author& author, std::string_view reason) {
  work_->chain.want_key();
  Helm helm(work_->chain, mirror, grounds, author, number);
  const auto& duty = helm.duty();
  want_text(duty, reason, "the reason");
  want_past(duty, day, author.at);
  auto& standstills = helm.course().standstills;
  if (standstills.empty() || standstills.back().to) helm.fail("is not paused");
  if (day < standstills.back().from) {
    helm.fail(to_text(day) + " is before the pause began, on " + to_text(standstills.back().from));
  }
  standstills.back().to = day;
  helm.take({.kind = EventKind::resumed,
             .cause = Cause::act,
             .day = day,
             .reason = Text{std::string(reason)}});
}

void Ledger::arrived(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t number,
                     policy::Arrival what, Day day, const Author& author, std::string_view reason) {
  work_->chain.want_key();
  Helm helm(work_->chain, mirror, grounds, author, number);
  const auto& duty = helm.duty();
  want_text(duty, reason, "the reason");
  want_past(duty, day, author.at);
  const auto& waits = helm.rule().waits_for;
  if (std::find(waits.begin(), waits.end(), what) == waits.end()) {
    helm.fail("the pack " + duty.pack + " lets its clock wait for no " +
              std::string(policy::to_text(what)));
  }
  auto& arrived = helm.course().arrived;
  std::erase_if(arrived, [what](const policy::Arrived& one) { return one.what == what; });
  arrived.push_back({what, day});
  helm.take({.kind = EventKind::received,
             .cause = what == policy::Arrival::identity ? Cause::identity : Cause::fee,
             .day = day,
             .reason = Text{std::string(reason)}});
}

}  // namespace heed::ledger
