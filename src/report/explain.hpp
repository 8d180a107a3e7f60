#pragma once

#include "report/alike.hpp"

namespace heed::report {

/// All that is known of a duty's date.
struct Account {
  ledger::Duty duty;
  const policy::Rulebook& rulebook;    ///< as it is now
  std::optional<policy::Trace> trace;  ///< the same date computed again
  std::string why_not;                 ///< why it cannot be; empty where it was
  std::vector<ledger::Event> events;
  const policy::Pack* pack = nullptr;            ///< as it is enabled now; nullptr: it is not
  const calendar::Calendar* calendar = nullptr;  ///< as it is now; nullptr: it is not there
  std::vector<mirror::Ref> alike = {};           ///< people who may be the person besides
  std::vector<std::string> places = {};          ///< what the records say of where the person lives
  std::string applies = {};                      ///< why the pack does, as known now
};

/// A step, or several days in a row that are told in one line.
struct StepLine {
  std::string days;
  std::string what;
  std::string text;
};

/// The steps for a person: what counts, a line a week; weekends in one line.
std::vector<StepLine> step_lines(const std::vector<policy::Step>& steps);

void print_account(std::ostream& out, const Account& account, const Circumstances& circumstances);
Json account_json(const Account& account, Moment as_of);

/// A sentence where the date in the ledger is not what the same computation gives now; else empty.
std::string difference_words(const Account& account);

/// That figures are computed, and what that is worth.
std::string_view no_advice();

}  // namespace heed::report
