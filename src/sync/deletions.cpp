#include "sync/deletions.hpp"

#include <algorithm>
#include <set>

#include "heed/error.hpp"
#include "sync/witnesses.hpp"

namespace heed::sync {

namespace {

using std::chrono::minutes;

constexpr int most_windows_refused = 20;

std::vector<Id> ids_of(const std::vector<mirror::Deletion>& deletions) {
  std::vector<Id> ids;
  ids.reserve(deletions.size());
  for (const auto& each : deletions) ids.push_back(each.id);
  return ids;
}

}  // namespace

/// From where the last answer was whole, as far as the CRM remembers; the first time all that it
/// remembers: what lies in its recycle bin then was loaded as deleted, and will leave it. What was
/// gone before the first load is not missed. A later reading of every record changes nothing: it
/// does not show what is gone.
std::optional<crm::Window> Deletions::window() {
  const auto until = upkeep_.deletions_until;
  since_ = until ? *until : task_.mirror.loaded(task_.object()).value_or(task_.now);
  const Moment from = until ? std::min(*until, task_.now - least_span) : Moment{};
  const auto window = crm::Window::for_deleted(from, task_.now, task_.now);
  if (window && std::chrono::floor<minutes>(since_) < window->from()) log_ = Log::gap;
  return window;
}

Ended Deletions::read() {
  const auto whole = window();
  if (!whole) return Ended::whole;
  covered_ = task_.now;
  if (!ask(*whole)) return Ended::whole;
  const Ended ended = take();
  if (ended == Ended::whole) {
    const Moment until = std::min(whole->to(), covered_) - task_.options.overlap;
    upkeep_.deletions_until = std::max(upkeep_.deletions_until.value_or(until), until);
  }
  return ended;
}

/// False when there is no log to be read.
bool Deletions::ask(const crm::Window& window) {
  std::chrono::seconds span = window.to() - window.from();
  int refusals = 0;
  for (Moment from = window.from(); from < window.to();) {
    task_.heed_stop();
    Moment to = std::min(from + span, window.to());
    if (window.to() - to < least_span) to = window.to();
    const auto part = crm::Window::for_deleted(from, to, task_.now);
    if (!part) break;
    auto answer = task_.client.deleted(task_.object(), *part);
    if (const auto* refusal = std::get_if<crm::Refusal>(&answer)) {
      if (began_within_minute(*refusal, from, window)) continue;
      if (++refusals > most_windows_refused) throw refusal->error(task_.object() + ": getDeleted");
      refused(*refusal, span);
      if (log_ == Log::lost || log_ == Log::refused) return false;
      continue;
    }
    const auto& told = std::get<crm::Deletions>(answer);
    for (const auto& [id, at] : told.records) named_.push_back({id, at});
    if (told.earliest_known > std::max(from, since_) && log_ == Log::whole) log_ = Log::gap;
    covered_ = std::min(covered_, told.covered);
    from = to;
  }
  return true;
}

/// Windows are of whole minutes, and a log that was lost begins within one: it is asked once from
/// the next minute on, and what was deleted in between is for the comparison.
bool Deletions::began_within_minute(const crm::Refusal& refusal, Moment& from,
                                    const crm::Window& window) {
  const bool first = refusal.verdict == crm::Verdict::resync && from == window.from();
  const bool within = from < since_ && since_ < from + minutes(1);
  if (!first || !within || window.to() - from <= least_span + minutes(1)) return false;
  from += minutes(1);
  log_ = Log::gap;
  return true;
}

void Deletions::refused(const crm::Refusal& refusal, std::chrono::seconds& span) {
  switch (refusal.verdict) {
    case crm::Verdict::smaller:
      if (span <= least_span) throw refusal.error(task_.object() + ": getDeleted");
      span = std::max<std::chrono::seconds>(least_span, std::chrono::floor<minutes>(span / 2));
      return;
    case crm::Verdict::resync:
      log_ = Log::lost;
      return;
    case crm::Verdict::restart:
      return;
    case crm::Verdict::redescribe:
    case crm::Verdict::stop:
      if (refusal.everywhere) throw refusal.error(task_.object() + ": getDeleted");
      log_ = Log::refused;
      code_ = refusal.code;
  }
}

/// Compares what was named with what the mirror has of it.
Ended Deletions::take() {
  std::vector<mirror::Deletion> doubtful;
  std::vector<mirror::Deletion> binned;
  for (const auto& each : named_) {
    const auto known = task_.mirror.known(task_.object(), each.id);
    if (!known || known->standing == Standing::purged) continue;
    (known->standing == Standing::deleted ? binned : doubtful).push_back(each);
  }
  task_.mirror.put_in_bin(task_.object(), binned);
  return look_at(doubtful);
}

/// Records that are said to be deleted, and that the mirror knows otherwise: the query may be older
/// than the answer, or there is nothing left to be queried.
Ended Deletions::look_at(const std::vector<mirror::Deletion>& asked) {
  if (asked.empty()) return Ended::whole;
  std::set<Id> returned;
  const auto cursor = task_.mirror.cursor(task_.object());
  const Ended ended = read_by_id(task_, task_.shape, ids_of(asked), [&](const Page& page) {
    for (std::size_t i = 0; i < page.size(); ++i) returned.insert(page[i].id);
    tally_ += task_.mirror.record(page, cursor, {task_.now, false, cursor.known_until, {}});
  });
  if (ended != Ended::whole) return ended;
  std::vector<mirror::Deletion> missing;
  std::vector<mirror::Deletion> binned;
  for (const auto& each : asked) {
    const auto known = task_.mirror.known(task_.object(), each.id);
    if (returned.contains(each.id)) {
      if (known->standing == Standing::deleted) binned.push_back(each);
    } else if (each.at + minutes(1) >= known->stamp) {
      // One that came back since is not meant; it is hidden now, and nothing says that it is gone.
      missing.push_back(each);
    }
  }
  if (doubt_if_unseen(missing) != Ended::whole) return Ended::redescribe;
  std::vector<mirror::Marking> markings;
  for (const auto& each : missing) {
    markings.push_back({each.id, Standing::deleted, each.at, each.at});
    if (!doubt_) markings.push_back({each.id, Standing::purged, each.at, task_.now});
  }
  if (doubt_) {
    binned.insert(binned.end(), missing.begin(), missing.end());
    ask_bin_again();
  }
  tally_ += task_.mirror.mark(task_.object(), markings, task_.now);
  task_.mirror.put_in_bin(task_.object(), binned);
  return Ended::whole;
}

/// The log names them this once: from now on each run looks for them, until it is known; the next
/// one, too, if this one is cut off.
void Deletions::ask_bin_again() {
  auto& last = upkeep_.bin_checked;
  if (last) last = std::min(*last, task_.now - task_.options.bin_every);
  task_.mirror.save(upkeep_);
}

/// A deleted record that does not come is purged, or this user may not see it any more: whether
/// others come tells which. Where none is missing, a doubt that there was stands: no bin is asked
/// for what is forgotten.
Ended Deletions::doubt_if_unseen(const std::vector<mirror::Deletion>& missing) {
  if (missing.empty()) return Ended::whole;
  Witnesses witnesses;
  const Ended ended = ask_witnesses(task_, ids_of(missing), witnesses);
  if (ended != Ended::whole) return ended;
  doubt_.reset();
  if (!witnesses.vouch()) {
    doubt_ = not_purged(task_.object(), static_cast<std::int64_t>(missing.size()), witnesses);
  }
  return ended;
}

Ended Deletions::check_bin() {
  const auto last = upkeep_.bin_checked;
  if (last && *last + task_.options.bin_every > task_.now) return Ended::whole;
  auto bin = task_.mirror.bin(task_.object());
  // The CRM knows no pseudonyms: whether these are purged, a comparison of all ids tells.
  std::erase_if(bin, [&](const auto& each) { return task_.mirror.is_pseudonym(each.id); });
  std::set<Id> returned;
  const Ended ended = read_by_id(task_, narrow(*task_.shape), ids_of(bin), [&](const Page& page) {
    for (std::size_t i = 0; i < page.size(); ++i) returned.insert(page[i].id);
  });
  if (ended != Ended::whole) return ended;
  std::vector<mirror::Deletion> missing;
  for (const auto& each : bin) {
    if (returned.contains(each.id)) continue;
    const auto known = task_.mirror.known(task_.object(), each.id);
    if (known && known->standing == Standing::deleted) missing.push_back(each);
  }
  if (doubt_if_unseen(missing) != Ended::whole) return Ended::redescribe;
  mark_missing(missing);
  if (!doubt_) upkeep_.bin_checked = task_.now;
  return Ended::whole;
}

/// In doubt they stay as they are, until somebody says that they are out of sight: not even that
/// is evidence of a purge.
void Deletions::mark_missing(const std::vector<mirror::Deletion>& missing) {
  if (doubt_ && !task_.options.accept_vanished) return;
  const auto standing = doubt_ ? Standing::vanished : Standing::purged;
  const auto last = upkeep_.bin_checked;
  std::vector<mirror::Marking> markings;
  markings.reserve(missing.size());
  for (const auto& each : missing) {
    markings.push_back({each.id, standing, std::max(each.at, last.value_or(each.at)), task_.now});
  }
  tally_ += task_.mirror.mark(task_.object(), markings, task_.now);
  doubt_.reset();
}

}  // namespace heed::sync
