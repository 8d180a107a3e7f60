#pragma once

#include "cli/judging.hpp"
#include "cli/opening.hpp"
#include "heed/ledger.hpp"
#include "heed/report.hpp"

namespace heed::cli {

/// Who acts (--by), and when: today is no earlier than what heed knows has been, as in the reports,
/// or a clock that is behind would put in time what is late. Tells on `err` of such a clock.
/// Error(usage) where --by says nobody.
ledger::Author author_of(World& world, const boost::program_options::variables_map& given,
                         const report::Sources& known);

/// The ledger, open for what a person did: nobody else writes meanwhile.
class Acting {
 public:
  Acting(World& world, const boost::program_options::variables_map& given);
  Acting(const Acting&) = delete;
  Acting& operator=(const Acting&) = delete;

  ledger::Ledger& ledger() { return file_.ledger(); }
  const ledger::Ledger& ledger() const { return file_.ledger(); }
  mirror::Mirror& mirror() { return file_.mirror(); }
  const mirror::Mirror& mirror() const { return file_.mirror(); }
  const ledger::Grounds& grounds() const { return grounds_; }
  /// Who acts, as author_of() has it.
  const ledger::Author& author() const { return author_; }

  /// The day of --on; without it author()'s in the duty's zone. Error(usage) for what is no day.
  Day day_for(std::int64_t duty, const boost::program_options::variables_map& given) const;

  /// Notes how far the ledger goes now.
  void note_head() const;

  /// The same, and tells what was done.
  void finish(std::ostream& out, report::Format format) const;

 private:
  Setting setting_;
  Judging judging_;
  ledger::Grounds grounds_;  ///< borrows from the line above
  Writing file_;
  ledger::Author author_;
  std::int64_t first_event_;
};

/// --by and --format; --reason and --on where the act has them.
void act_options(boost::program_options::options_description& described);
void reason_option(boost::program_options::options_description& described, const char* help);
void on_option(boost::program_options::options_description& described, const char* help);

/// --confirm N, which says that one has looked. `help` is of N.
void confirm_option(boost::program_options::options_description& described, const char* help);

/// Goes on where --confirm is `number`. `found` says what that is the number of, and `undone` what
/// did not happen. Error(usage) without --confirm; Error(finding) where it says another number.
void want_confirmed(const boost::program_options::variables_map& given, std::size_t number,
                    const std::string& found, const char* undone);

/// The duty that the operand names. Error(usage) for what is no name.
std::int64_t duty_of(const boost::program_options::variables_map& given, const char* command);

/// A day; Error(usage) that names what it is.
Day want_day(const std::string& text, const std::string& what);

/// One act on the duty that the operand names: `act` does it, then what was done is told.
int act_on(World& world, const boost::program_options::variables_map& given, const char* command,
           const std::function<void(Acting&, std::int64_t)>& act);

}  // namespace heed::cli
