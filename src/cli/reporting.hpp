#pragma once

#include <functional>
#include <set>
#include <string>

#include "cli/heads.hpp"
#include "cli/judging.hpp"
#include "cli/opening.hpp"
#include "heed/ledger.hpp"
#include "heed/report.hpp"

namespace heed::cli {

/// Everything a report reads, as one state of the mirror's file that does not change meanwhile.
class Reporting {
 public:
  Reporting(const World& world, const boost::program_options::variables_map& given,
            Shown shown = Shown::people);
  Reporting(const Reporting&) = delete;
  Reporting& operator=(const Reporting&) = delete;

  report::Sources sources() const { return {mirror_, ledger_, grounds_}; }
  const report::Circumstances& circumstances() const { return circumstances_; }
  const mirror::Mirror& mirror() const { return mirror_; }
  const policy::Rulebook& rulebook() const { return judging_.rulebook(); }
  const config::Config& config() const { return setting_.config; }
  const store::Database& database() const { return database_; }

 private:
  Setting setting_;
  Judging judging_;
  ledger::Grounds grounds_;  ///< borrows from the line above
  store::Database database_;
  Heads heads_;  ///< read before the state: a ledger that goes on meanwhile has lost nothing
  store::Transaction state_;
  mirror::Mirror mirror_;
  ledger::Ledger ledger_;
  report::Circumstances circumstances_;
};

/// --format, --csv-mode and --out, as each command that has them describes and reads them.
void output_options(boost::program_options::options_description& described, bool with_csv);
report::Format format_of(const boost::program_options::variables_map& given, bool with_csv);
report::CsvMode csv_mode_of(const boost::program_options::variables_map& given);

/// Gives `write` the file of --out, or the standard output. Throws Error(usage) for what heed
/// keeps.
void write_out(World& world, const boost::program_options::variables_map& given,
               const config::Config& config, const std::function<void(std::ostream&)>& write);

/// What a command line asks heed due for, but for --as-of and --person, which want the mirror.
/// Throws Error(usage).
report::DueOptions asked_of_due(const boost::program_options::variables_map& given);

/// The packs that there are duties of; asked for only where it matters.
using OwedPacks = std::function<std::set<std::string>()>;

/// Throws Error(usage) for a pack that is neither enabled nor one that there are duties of.
void want_pack(const boost::program_options::variables_map& given, const policy::Rulebook& rulebook,
               const OwedPacks& owed);

/// A number of lines that is not negative. Throws Error(usage).
std::size_t limit_of(const boost::program_options::variables_map& given);
std::optional<Preference> preference_of(const boost::program_options::variables_map& given);

/// All that there are, ", " between.
std::string_view preference_names();

/// A moment, or a day's first moment in UTC. Throws Error(usage) that names the option.
Moment moment_of(std::string_view option, const std::string& text);

/// The record that a text names: 15 or 18 characters. Error(usage) for what is no id.
Id id_of(const std::string& text);

/// 0, or that of an incomplete report. The condition, which a CSV cannot tell, goes to `err` then.
int exit_of(World& world, const report::Condition& condition, report::Format format);

}  // namespace heed::cli
