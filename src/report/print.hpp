#pragma once

#include <ostream>

#include "report/words.hpp"

namespace heed::report {

/// What makes a report less than whole, above everything else.
void print_top(std::ostream& out, const Condition& condition);

/// How far the ledger goes, below everything else: a cut tail shows.
void print_head(std::ostream& out, const Condition& condition);

std::string mirrored_words(const Condition& condition);

/// The same of a report about a time that is over: what heed knew then, and by which run.
std::string known_words(const Sources& sources, const Circumstances& circumstances,
                        const Condition& condition);

/// A report of so many owed duties whose due dates lie beyond what their calendars cover is less
/// than whole; of none, it is as it was.
void note_gaps(std::int64_t duties, Condition& condition);

Json meta_json(const Condition& condition, const Circumstances& circumstances);

/// A duty with every key, for all reports.
Json duty_json(const policy::Rulebook& rulebook, const ledger::Duty& duty, Moment as_of);
/// A step of a duty's life, with its texts.
Json event_json(const ledger::Event& event);
Json ref_json(const std::optional<mirror::Ref>& ref);

/// A JSON record whose last member is a list, written item by item: memory does not grow.
class JsonList {
 public:
  /// `before` is a record with at least one member.
  JsonList(std::ostream& out, const Json& before, std::string_view name);
  void add(const Json& item);
  void close();

 private:
  std::ostream& out_;
  bool empty_ = true;
};

}  // namespace heed::report
