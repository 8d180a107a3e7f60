#include "wanting.hpp"

#include "heed/error.hpp"

namespace heed::ledger {

Duty want_duty(store::Database& database, std::int64_t number) {
  if (auto duty = find_duty(database, number)) return std::move(*duty);
  throw Error(Kind::finding, "there is no duty " + duty_name(number) +
                                 "; heed due lists what is owed, heed show ID what a person had");
}

void want_text(const Duty& duty, std::string_view text, std::string_view what) {
  if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) return;
  throw Error(Kind::usage, duty_name(duty.number) + ": " + std::string(what) +
                               " is missing; say it, since it is what an auditor will read");
}

Day today_of(const Duty& duty, Moment now) {
  return Zone::named(duty.zone).day_of(now);
}

void want_past(const Duty& duty, Day day, Moment now) {
  const auto today = today_of(duty, now);
  if (day <= today) return;
  throw Error(Kind::usage, duty_name(duty.number) + ": " + to_text(day) + " is in the future; in " +
                               duty.zone + " it is " + to_text(today));
}

void want_since_wish(const Duty& duty, Day day, Moment now) {
  want_past(duty, day, now);
  if (day >= duty.start) return;
  throw Error(Kind::usage, duty_name(duty.number) + ": " + to_text(day) +
                               " is before the wish came in, on " + to_text(duty.start) +
                               "; if it came in earlier, say so first with heed received");
}

void want_open(const Duty& duty) {
  if (shelf_of(duty) != 0) return;
  throw Error(Kind::finding, duty_name(duty.number) + ": is closed already (" +
                                 std::string(to_text(duty.state)) +
                                 "); heed reopen makes it owed again, heed note adds a remark");
}

std::string why_not_closable(const Duty& duty) {
  if (shelf_of(duty) == 0) {
    return "is closed already (" + std::string(to_text(duty.state)) +
           "); heed note adds a remark, heed reopen makes it owed again";
  }
  if (duty.hold) {
    return "a privacy hold stands on the person's records, which keeps duties open; it has to be "
           "lifted in the CRM first";
  }
  return {};
}

mirror::Ref want_record(const Duty& duty) {
  if (duty.record) return *duty.record;
  throw Error(Kind::finding,
              duty_name(duty.number) + ": its record was erased, so nothing can move");
}

}  // namespace heed::ledger
