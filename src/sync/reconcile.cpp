#include "sync/reconcile.hpp"

#include <limits>
#include <set>
#include <utility>

#include "sync/witnesses.hpp"

namespace heed::sync {

namespace {

constexpr std::int64_t reread_at_once = 500;
constexpr auto without_limit = std::numeric_limits<std::int64_t>::max();
/// What vanished in these days counts together.
constexpr std::chrono::days together{7};

bool over_one_percent(std::int64_t vanished, std::int64_t rows) {
  return vanished * 100 > rows;
}

std::string records(std::int64_t number) {
  return std::to_string(number) + (number == 1 ? " record" : " records");
}

}  // namespace

Ended Reconcile::run() {
  last_ = task_.mirror.upkeep(task_.object()).reconciled;
  again_ = all(As::again);
  for (const auto& each : task_.mirror.bin(task_.object())) bin_.emplace(each.id, each.at);
  if (sweep() != Ended::whole || look_for_missing() != Ended::whole ||
      reread_some(1) != Ended::whole) {
    return Ended::redescribe;
  }
  return Ended::whole;
}

Ended Reconcile::sweep() {
  Sweep walk(task_);
  const auto shown = all(As::shown);
  if (to_) walk.go_on(*to_, {shown.begin(), shown.end()});
  Ended ended = Ended::whole;
  const auto differs = [this](const Difference& difference) {
    if (difference.kind == Difference::Kind::missing_there) {
      note(difference.id, As::missing);
    } else {
      const bool concealed = difference.here_as != difference.id;
      concealed ? forgotten_.push_back(difference.id) : note(difference.id, As::again);
    }
  };
  const Ended swept = walk.run(differs, [&](std::optional<Id> last) {
    if (ended != Ended::whole) return;
    for (const auto& pseudonym : walk.take_shown()) note(pseudonym, As::shown);
    ended = reread_forgotten();
    if (ended != Ended::whole) return;
    if (last) to_ = last;
    store();
    ended = reread_some(static_cast<std::size_t>(reread_at_once));
  });
  if (swept != Ended::whole || ended != Ended::whole) return Ended::redescribe;
  store();
  result_.compared = walk.there();
  return Ended::whole;
}

void Reconcile::note(Id id, As as) {
  fresh_.push_back({id, as});
  if (as == As::again) again_.push_back(id);
}

void Reconcile::store() {
  task_.mirror.note_compared(task_.object(), to_, fresh_);
  fresh_.clear();
}

std::vector<Id> Reconcile::all(As as) const {
  return task_.mirror.compared(task_.object(), as, std::nullopt, without_limit);
}

Ended Reconcile::reread_some(std::size_t least) {
  if (again_.size() < least) return Ended::whole;
  if (record_by_id(task_, again_, tally_) != Ended::whole) return Ended::redescribe;
  result_.reread += static_cast<std::int64_t>(again_.size());
  for (const auto& id : std::exchange(again_, {})) note(id, As::settled);
  store();
  return Ended::whole;
}

Ended Reconcile::reread_forgotten() {
  result_.reread += static_cast<std::int64_t>(forgotten_.size());
  return record_by_id(task_, std::exchange(forgotten_, {}), tally_);
}

/// Each one that did not come is asked for by its id: an answer in many pages may have passed over
/// a record that moved meanwhile, and one that was taken down by an earlier run may be back.
Ended Reconcile::look_for_missing() {
  std::optional<Id> after;
  for (;;) {
    const auto ids = some_missing(after);
    if (ids.empty()) break;
    if (rows_ == 0) count_rows();
    std::set<Id> returned;
    const Ended ended = read_by_id(task_, narrow(*task_.shape), ids, [&](const Page& page) {
      for (std::size_t i = 0; i < page.size(); ++i) returned.insert(page[i].id);
    });
    if (ended != Ended::whole) return ended;
    for (const auto& id : ids) returned.contains(id) ? note(id, As::again) : count(id);
    store();
    if (task_.options.accept_vanished || !too_many()) continue;
    disbelieve();
    return Ended::whole;
  }
  mark_gone(believes_purges());
  say_vanished();
  return Ended::whole;
}

void Reconcile::count_rows() {
  earlier_ = task_.mirror.vanished_since(task_.object(), task_.now - together);
  live_ = task_.mirror.count(task_.object(), Standing::live);
  rows_ = live_ + task_.mirror.count(task_.object(), Standing::deleted) + earlier_;
}

/// A single record of a small object may well vanish, and is more than 1% of it all the same; but
/// not the last one, and not one after the other.
bool Reconcile::too_many() const {
  if (gone_.vanished == 0) return false;
  const auto vanished = gone_.vanished + earlier_;
  return over_one_percent(vanished, rows_) && (vanished > 1 || lost_ == live_);
}

void Reconcile::disbelieve() {
  believed_ = false;
  std::string text = task_.object() + ": the CRM returns at least " + records(gone_.vanished) +
                     " no more and tells of no deletion";
  if (earlier_ > 0) {
    text += ", after " + std::to_string(earlier_) + " that vanished in the last " +
            std::to_string(together.count()) + " days";
  }
  findings_.push_back({task_.object(), "",
                       text +
                           ": this user has probably lost a permission, so none is marked; give "
                           "it Read and View All on " +
                           task_.object() +
                           ", or, where they were deleted there, run heed sync --reconcile "
                           "--accept-vanished"});
}

/// What is more than 1% never passes without a word, were it a single record.
void Reconcile::say_vanished() {
  if (task_.options.accept_vanished || !over_one_percent(result_.vanished, rows_)) return;
  findings_.push_back({task_.object(), "",
                       task_.object() + ": " + records(result_.vanished) +
                           " has vanished: the CRM returns it no more and tells of no deletion; if "
                           "nobody deleted it there, give this user Read and View All on " +
                           task_.object()});
}

/// The next ones that did not come.
std::vector<Id> Reconcile::some_missing(std::optional<Id>& after) const {
  auto ids = task_.mirror.compared(task_.object(), As::missing, after, reread_at_once);
  if (!ids.empty()) after = ids.back();
  return ids;
}

void Reconcile::count(Id id) {
  const auto known = task_.mirror.known(task_.object(), id);
  if (!known || !stands(known->standing)) return;
  ++(bin_.contains(id) ? gone_.purged : gone_.vanished);
  if (known->standing == Standing::live) ++lost_;
}

/// Whether what was deleted and does not come is purged, and not out of this user's sight: others
/// do come.
bool Reconcile::believes_purges() {
  if (live_ > lost_) return !too_many();
  if (gone_.purged > 0 && !task_.options.accept_vanished) {
    findings_.push_back(not_purged(task_.object(), gone_.purged, {live_, 0}));
  }
  return false;
}

/// What has become of a record that the CRM returns no more.
void Reconcile::judge(Id id, bool purges) {
  const auto known = task_.mirror.known(task_.object(), id);
  if (!known || !stands(known->standing)) return;
  const auto evidence = bin_.find(id);
  if (evidence == bin_.end()) {
    const auto seen = std::max(known->stamp, last_.value_or(known->stamp));
    markings_.push_back({id, Standing::vanished, seen, task_.now});
    ++result_.vanished;
  } else if (purges) {
    markings_.push_back({id, Standing::purged, evidence->second, task_.now});
    ++result_.purged;
  } else if (task_.options.accept_vanished) {
    markings_.push_back({id, Standing::vanished, evidence->second, task_.now});
    ++result_.vanished;
  }
}

/// Some at a time: all of an object may be gone.
void Reconcile::mark_gone(bool purges) {
  std::optional<Id> after;
  for (;;) {
    const auto ids = some_missing(after);
    if (ids.empty()) return;
    for (const auto& id : ids) judge(id, purges);
    tally_ += task_.mirror.mark(task_.object(), markings_, task_.now);
    for (const auto& each : std::exchange(markings_, {})) note(each.id, As::settled);
    store();
  }
}

}  // namespace heed::sync
