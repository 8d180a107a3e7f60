#include <algorithm>
#include <set>
#include <span>

#include "consents.hpp"
#include "judge.hpp"
#include "tables.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

constexpr std::int64_t page = 1000;

void add(Outcome& to, const Outcome& more) {
  to.people += more.people;
  to.opened += more.opened;
  to.standing += more.standing;
  to.moved += more.moved;
  to.met += more.met;
  to.withdrawn += more.withdrawn;
  to.reopened += more.reopened;
  to.handled += more.handled;
}

/// Notes which pack's file is judged by; whether it is another than before under the same version.
bool is_unraised(Chain& chain, const policy::Pack& pack) {
  if (pack.digest.empty()) return false;
  const auto name = "pack " + pack.id;
  const auto before = setting(chain, name);
  const auto now = pack.version + " " + pack.digest;
  if (before == now) return false;
  set_setting(chain, name, now);
  return before.starts_with(pack.version + " ");
}

/// Rules, places or settings are others than last time: everybody who wishes something is looked
/// at again. The digest is written last, so that a listing that was cut off is done anew.
void list_for_new_rules(Chain& chain, mirror::Mirror& mirror, const Grounds& grounds,
                        std::vector<std::string>& unraised) {
  const auto& digest = grounds.options.digest;
  if (digest.empty() || setting(chain, "digest") == digest) return;
  // At first everything is on the list. Later nothing may be owed, and a new rule ask for
  // something.
  if (has_setting(chain, "digest") || chain.head().count > 0) {
    for (const auto& object : mirror.objects()) list_object(mirror, grounds.preferences, object);
  }
  for (const auto& pack : grounds.rulebook.packs()) {
    if (is_unraised(chain, pack)) unraised.push_back(pack.id + " " + pack.version);
  }
  set_setting(chain, "digest", digest);
}

/// The other ends of a record's links that are over: their persons have lost a record.
std::vector<mirror::Ref> once_linked(const mirror::Mirror& mirror, const mirror::Ref& record) {
  std::vector<mirror::Ref> others;
  for (const auto& link : mirror.links_of(record.id)) {
    if (!link.ended) continue;
    const auto other = link.from == record.id ? link.to : link.from;
    if (const auto object = mirror.object_of(other)) others.push_back({*object, other});
  }
  return others;
}

/// Records whose changes are in memory at the same time.
constexpr std::size_t at_once = 500;

class Batch {
 public:
  Batch(Chain& chain, mirror::Mirror& mirror, const Grounds& grounds, const Author& author)
      : chain_(chain),
        mirror_(mirror),
        worklist_(chain.database()),
        judge_(chain, mirror, grounds, author) {}

  void run(const std::vector<mirror::Listed>& listed) {
    Unit unit(chain_);
    const std::span<const mirror::Listed> all(listed);
    for (std::size_t at = 0; at < all.size(); at += at_once) {
      go_through(all.subspan(at, std::min(at_once, all.size() - at)));
    }
    worklist_.strike_up_to(listed.back().record);
    mirror_.assessed(
        std::vector<mirror::Ref>(done_.upper_bound(listed.back().record), done_.end()));
    unit.commit();
  }

  Outcome outcome() const {
    auto outcome = judge_.outcome();
    outcome.people += silent_;
    return outcome;
  }

 private:
  /// What the records changed is read in one pass beside them.
  void go_through(std::span<const mirror::Listed> some) {
    const auto changes = worklist_.changes(some.front().record, some.back().record);
    const bool strangers = none_is_known(some);
    auto begin = changes.begin();
    for (const auto& [record, alone] : some) {
      const auto end = std::find_if(begin, changes.end(), [&id = record.id](const Change& change) {
        return change.id != id;
      });
      if (!alone) {
        judge_linked(record, {begin, end});
      } else if (begin == end) {
        ++silent_;  // wishes nothing and is owed nothing
      } else {
        judge_.judge_alone(record, {begin, end}, strangers);
      }
      begin = end;
    }
  }

  /// Asked once, it need not be asked of each. Who was never linked, no other record makes known.
  bool none_is_known(std::span<const mirror::Listed> some) const {
    const auto by_id = [](const mirror::Listed& a, const mirror::Listed& b) {
      return a.record.id < b.record.id;
    };
    const auto [least, most] = std::minmax_element(some.begin(), some.end(), by_id);
    return !knows_any(chain_.database(), least->record.id, most->record.id);
  }

  /// And those whom its records were linked to once: they may have lost a place, or their last
  /// record may be gone now.
  void judge_linked(const mirror::Ref& record, std::span<const Change> changes) {
    const auto judged = judge(record, changes);
    if (!judged.parted) return;
    for (const auto& one : judged.records) {
      for (const auto& other : once_linked(mirror_, one)) judge(other);
    }
  }

  /// Nothing, where that was done.
  Judged judge(const mirror::Ref& record,
               std::optional<std::span<const Change>> changes = std::nullopt) {
    if (done_.contains(record)) return {};
    auto judged = judge_.judge(record, changes);
    done_.insert(judged.records.begin(), judged.records.end());
    return judged;
  }

  Chain& chain_;
  mirror::Mirror& mirror_;
  mirror::Worklist worklist_;
  Judge judge_;
  std::set<mirror::Ref> done_;
  std::int64_t silent_ = 0;
};

std::string text_of(const std::optional<Baseline>& baseline) {
  if (!baseline) return {};
  return (baseline->handled_before ? to_text(*baseline->handled_before) : "-") +
         (baseline->treat_open ? " open" : " apart");
}

std::vector<Duty> standing_page(store::Database& database, Day day, std::int64_t number) {
  std::vector<Duty> duties;
  auto row =
      database
          .query("SELECT " + std::string(duty_columns) + " FROM " + std::string(duty_source) +
                 " WHERE d.shelf = 2 AND (d.sort_on, d.number) > (?, ?) "
                 "ORDER BY d.sort_on, d.number LIMIT ?")
          .bind(day, number, page);
  DutyReader reader(database);
  while (row.step()) duties.push_back(reader.read(row));
  return duties;
}

/// Applies a baseline to the standing duties there are. It is written down last, like the digest.
void apply_baseline(Chain& chain, const mirror::Mirror& mirror, const Grounds& grounds,
                    const Author& author, const std::stop_token& stop, Outcome& outcome) {
  auto& database = chain.database();
  const auto wanted = text_of(grounds.options.baseline);
  if (wanted.empty() || setting(chain, "baseline") == wanted) return;
  Day day{};
  std::int64_t number = 0;
  while (!stop.stop_requested()) {
    auto duties = standing_page(database, day, number);
    if (duties.empty()) return set_setting(chain, "baseline", wanted);
    day = duties.back().due.value_or(duties.back().start);
    number = duties.back().number;
    Judge judge(chain, mirror, grounds, author);
    Unit unit(chain);
    for (auto& duty : duties) {
      if (judge.decide(duty)) update_duty(chain, duty);
    }
    unit.commit();
    add(outcome, judge.outcome());
  }
}

}  // namespace

Ledger::Ledger(store::Database& database, std::string key)
    : work_(std::make_unique<Work>(Work{database, Chain(database, std::move(key))})) {
  prepare_tables(work_->chain);
}

Ledger::Ledger(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

Outcome Ledger::assess(mirror::Mirror& mirror, const Grounds& grounds, const Author& author,
                       const std::stop_token& stop) {
  auto& chain = work_->chain;
  chain.want_key();
  Outcome outcome;
  const auto before = chain.head().count;
  list_for_new_rules(chain, mirror, grounds, outcome.unraised);
  list_for_new_names(chain, mirror, grounds);
  list_turned(work_->database, mirror, author.at);
  const auto listed = mirror.list_size();
  const mirror::Worklist worklist(chain.database());
  while (!stop.stop_requested()) {
    const auto records = worklist.front(std::max<std::int64_t>(grounds.options.batch, 1));
    if (records.empty()) break;
    Batch batch(chain, mirror, grounds, author);
    batch.run(records);
    add(outcome, batch.outcome());
  }
  apply_baseline(chain, mirror, grounds, author, stop, outcome);
  outcome.left = mirror.list_size();
  outcome.records = listed - outcome.left;
  outcome.events = chain.head().count - before;
  outcome.first_event = outcome.events > 0 ? before + 1 : 0;
  return outcome;
}

}  // namespace heed::ledger
