#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "heed/ledger.hpp"
#include "heed/mirror.hpp"
#include "heed/policy.hpp"
#include "heed/record.hpp"
#include "heed/time.hpp"

namespace heed::schedule {
class Jobs;
struct Job;
}  // namespace heed::schedule

/// What people and machines read. Record ids stand for persons; names and addresses never appear.
namespace heed::report {

// ---- Ways to write -----------------------------------------------------------------------------

/// A table for a terminal: columns as wide as their content, two blanks apart.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell per column.
  void add(std::vector<std::string> row);
  bool empty() const { return rows_.empty(); }

  /// Prints titles and rows, `indent` blanks before each line; nothing when there are no rows.
  void print(std::ostream& out, int indent = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Who will open a CSV file.
enum class CsvMode {
  spreadsheet,  ///< a person: no cell can be taken for a formula
  data          ///< a machine: every cell exact
};
std::optional<CsvMode> parse_csv_mode(std::string_view text);

/// RFC 4180 in UTF-8 without a byte order mark: CRLF, a header row, quotes where needed. For
/// spreadsheets a cell that begins like a formula gets an apostrophe before it; columns of dates,
/// numbers, ids and codes that heed itself wrote are left alone.
class Csv {
 public:
  struct Column {
    std::string title;
    bool typed = false;  ///< heed's own dates, numbers, ids, codes: never text from outside
  };

  /// Writes the header row.
  Csv(std::ostream& out, CsvMode mode, std::vector<Column> columns);

  /// One cell per column; an empty cell is nothing.
  void add(std::span<const std::string_view> row);
  void add(const std::vector<std::string_view>& row) { add(std::span(row)); }

 private:
  void put(std::string_view cell, bool typed);
  std::ostream& out_;
  CsvMode mode_;
  std::vector<Column> columns_;
  std::string line_;
};

/// Where symbolic links at `path` lead, also to a file that is not there yet. Throws Error(storage)
/// where they go round.
std::filesystem::path end_of_links(std::filesystem::path path);

/// Writes a file of mode 0600 as a whole or not at all: beside it first, then in its place, which
/// is where links at `path` lead. What is there and is no file, as a device or a pipe, is written
/// as it is; that its reader goes away is no error. Throws Error(usage) for a folder,
/// Error(storage), and whatever `write` throws.
void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write);

enum class Format { table, csv, json };
std::optional<Format> parse_format(std::string_view text);

// ---- Words -------------------------------------------------------------------------------------

/// "1,234,567".
std::string grouped(std::int64_t number);

/// "1 duty", "2 duties": the count and the word that goes with it.
std::string counted(std::int64_t number, std::string_view one, std::string_view many);

/// How many columns a terminal takes for `text` (UTF-8): combining marks none, wide characters two.
std::size_t width(std::string_view text);

/// What the person wants: "no marketing", "to be forgotten".
std::string_view wish_words(Preference preference);

/// What the office has to do: "stop marketing", "answer the request to be forgotten".
std::string task_words(policy::DutyKind kind, Preference preference);

/// The same of a duty: where its rule stops something else than the wish names, what the pack calls
/// it ("stop telemarketing calls to the person", wished by an opt-out from text messages; "stop
/// what rested on the withdrawn consent", wished by who asks to be forgotten where nobody has to
/// erase).
std::string task_words(const policy::Rulebook& rulebook, const ledger::Duty& duty);

/// How long there is: "overdue 3 days", "today", "in 5 days"; "now, target in 2 days" for what the
/// law wants at once; "long past" where no date is computed.
std::string time_words(const ledger::Duty& duty, Moment as_of);

/// "Contact 003000000000001AAA"; "erased" where heed forgot whose it was.
std::string ref_words(const std::optional<mirror::Ref>& ref);

// ---- What every report rests on and says -------------------------------------------------------

/// What is reported from. Borrowed: all outlive the call. What is read should be one state of the
/// database (a read transaction of the caller's).
struct Sources {
  const mirror::Mirror& mirror;
  const ledger::Ledger& ledger;
  const ledger::Grounds& grounds;
};

/// The moment for which all that heed knows is reported: `now`, or that of the last run or the
/// ledger's last event where this machine's clock is behind the CRM's and has not come there yet.
/// Days counted from it are never told as more than there are.
Moment present(const Sources& sources, Moment now);
Moment present(const mirror::Mirror& mirror, const ledger::Ledger& ledger, Moment now);

/// What to say of this machine's clock where it is behind present() by more than clocks may be
/// apart; nullopt where it is not.
std::optional<std::string> slow_clock_words(const Sources& sources, Moment now);

/// When, and against what.
struct Circumstances {
  Moment now;    ///< by this machine's clock, which may be wrong
  Moment as_of;  ///< days are counted from here; before present(): what heed knew then
  std::vector<std::string> absent;  ///< "Object.Field" or "Object": missed on purpose
  /// The objects that runs read, with the fields that they ask for; none named: all. Others stay as
  /// they were, and nothing waits for them. Empty: all that are there.
  std::map<std::string, std::set<std::string>> mirrored = {};
  std::chrono::hours stale_after = mirror::stale_after;
  /// People with one e-mail address are said to be one, perhaps; see email_fields().
  bool same_email = false;
  /// Ends that the ledger has lost, a line each with its mend: every report is less than whole.
  std::vector<std::string> lost = {};
};

/// The object and field of every e-mail address by which people can be alike. An address that more
/// than twenty people have is nobody's own, and says nothing.
const std::vector<std::pair<std::string, std::string>>& email_fields();

/// How far what is reported can be relied upon.
struct Condition {
  std::optional<Moment> mirrored_up_to;  ///< the object that is furthest behind; none: no data
  /// Of a time that is over: when the last complete run began that had ended by then.
  std::optional<Moment> known_by_run;
  std::vector<std::string> incomplete;  ///< one line each, with its mend; any of them is exit 8
  std::vector<std::string> remarks;     ///< worth knowing, and no defect
  ledger::Head head;
  bool complete() const { return incomplete.empty(); }
};

/// Looks at the clock, runs, cursors, hidden fields, the list to assess, calendars, and at what no
/// pack is asked for want of a checked figure.
Condition condition_of(const Sources& sources, const Circumstances& circumstances);

/// Its lines, as they stand at the top of every report.
void print_condition(std::ostream& out, const Condition& condition);

// ---- Reports -----------------------------------------------------------------------------------

struct DueOptions {
  Format format = Format::table;
  CsvMode csv = CsvMode::spreadsheet;
  std::optional<int> within;  ///< days from as_of; overdue and long past ones always belong
  std::optional<mirror::Ref> person;
  std::string pack;  ///< empty: all
  std::optional<Preference> preference;
  bool long_past = false;   ///< only what has no date; the table then tells it one by one
  bool all_duties = false;  ///< in the table a line a duty, not a line a person
  std::size_t limit = 50;   ///< lines of the table; 0: no limit
};

struct DueResult {
  Condition condition;
  bool overdue = false;
};

/// What is owed, soonest first, and after it what is long past: in the table summed up. CSV and
/// JSON have every duty, and CSV nothing else: its reader must be told the condition another way.
/// Memory grows with the people owed to (table, json) or not at all (csv); with the duties when
/// as_of lies before the ledger's last event, and with the people alike.
///
/// as_of in the past replays the ledger's events: states, dates and acts are those of then,
/// and what was opened later is left out. The rest of a duty (its record, hold, place) and the
/// mirror's condition are today's.
DueResult due(std::ostream& out, const Sources& sources, const Circumstances& circumstances,
              const DueOptions& options);

/// The titles of due() in CSV, in their order.
std::vector<std::string> due_titles();

struct PeopleOptions {
  Format format = Format::table;
  CsvMode csv = CsvMode::spreadsheet;
  std::optional<Preference> preference;
  std::optional<Moment> changed_since;  ///< preferences that may have been set at or after it
  bool conflicts = false;               ///< only preferences on which records disagree
  std::size_t limit = 50;               ///< people in the table; 0: no limit
};

/// For whom preferences are set, which, on which record, since when, and whether that person's
/// records agree. A person is listed once, at the first of its records (by object and id) that
/// holds a preference; one whose records are all purged is left out. A record disagrees when it has
/// the field for the same preference and it is neither restrictive nor null; the most restrictive
/// value counts. as_of in the past: values, links and records as the mirror knew them then; nobody
/// is said to be alike then. Memory does not grow with the people (csv, json), or with `limit`
/// alone, but with those alike.
Condition people(std::ostream& out, const Sources& sources, const Circumstances& circumstances,
                 const PeopleOptions& options);

/// One person: records, preferences, disagreement, changes, duties; as_of in the past leaves out
/// what the mirror came to know later. `format` is table or json. Like due() and explain() it is
/// incomplete where an owed duty of it has a date that its calendar does not reach.
/// Error(finding) when the mirror has no record of that id.
Condition show(std::ostream& out, const Sources& sources, const Circumstances& circumstances, Id id,
               Format format);

/// What was done to duties from the event `from` on: a line a step with the due day before and
/// after, and how the duty stands now. `format` is table or json.
void steps(std::ostream& out, const ledger::Ledger& ledger, const policy::Rulebook& rulebook,
           std::int64_t from, Moment as_of, Format format);

/// The dates that moved from the event `from` on, why, by which version of which pack and calendar,
/// and whether what was done is late by that now: at most `limit` lines (0: all), and how many
/// there are more. Nothing where nothing moved. Returns how many there were.
std::int64_t moves(std::ostream& out, const ledger::Ledger& ledger, std::int64_t from,
                   std::size_t limit);

/// How a duty's date came about. `format` is table or json. Error(finding) when there is no such
/// duty. Where it cannot be computed again (erased, pack not enabled, wish gone) it says why, and
/// tells what the ledger has.
Condition explain(std::ostream& out, const Sources& sources, const Circumstances& circumstances,
                  std::int64_t duty, Format format);

// ---- Whether the schedule can meet the deadlines -----------------------------------------------

/// The worst that a schedule does to one rule: a wish, the first report that shows it, and what is
/// left then.
struct Reach {
  std::string pack;
  std::string rule;
  std::string zone;
  bool immediate = false;
  Moment wished;
  Moment shown;
  Day last{};  ///< the due day, or the office's target for what the law wants at once
  /// From the day after the report's to `last`, by the duty's calendar; -1 when it is over.
  std::int64_t working_days = 0;
  /// That many should be left: the pack's internal target, or a third of the limit; 0 for what the
  /// law wants at once.
  std::int64_t wanted = 0;

  bool enough() const { return working_days >= wanted; }
};

/// A job that reports what is owed, and what it asks for: pack, preference and within count.
struct Reporter {
  const schedule::Job* job;
  DueOptions asked;
};

/// The jobs that bring wishes from the CRM to somebody's eyes. Borrowed.
struct Relay {
  std::vector<const schedule::Job*> syncs;
  std::vector<Reporter> reporters;

  /// Whether some job mirrors the CRM, and some job reports what is owed.
  bool complete() const { return !syncs.empty() && !reporters.empty(); }
};

/// The worst case of every rule, for wishes made within `days` days from `now` on, by pack and
/// rule. A wish is mirrored by the next sync and shown by the next report after it (that lists its
/// pack and preference, within its --within); its start is earlier by `overlap`. Where nothing runs
/// in these days, a wish made now is the worst case. Days beyond a calendar are left out. Empty
/// where the relay is not complete.
std::vector<Reach> reaches(const Relay& relay, const policy::Rulebook& rulebook,
                           std::chrono::seconds overlap, Moment now, int days);

/// What becomes of a wish that was made when one sync had begun at `from`, where the next one
/// mirrored it at `to` only: by pack and rule. Empty where the relay has no report.
std::vector<Reach> reaches_over(const Relay& relay, const policy::Rulebook& rulebook,
                                std::chrono::seconds overlap, Moment from, Moment to);

/// A job that does not run for long, and its next run.
struct Idle {
  const schedule::Job* job;
  Moment next;
};

/// Where none that mirrors, or none that reports, runs within `days` days from `now` on: of these
/// the first to run.
std::vector<Idle> idle_jobs(const Relay& relay, Moment now, int days);

/// The lines of jobs.toml that would do beside `jobs`, where the relay of these is not complete: a
/// job that syncs, one that reports, or both. Empty where none are found.
std::string lines_to_add(const schedule::Jobs& jobs, const Relay& relay, const std::string& zone,
                         const policy::Rulebook& rulebook, std::chrono::seconds overlap, Moment now,
                         int days);

/// A schedule that would do, in words, where `reaches` has one that is not enough; empty where none
/// is found.
std::string better_schedule(const std::string& zone, const policy::Rulebook& rulebook,
                            std::chrono::seconds overlap, Moment now, int days);

}  // namespace heed::report
