#include "weave.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <tuple>

namespace heed::mirror {

namespace {

/// How much later than the record's own stamp the CRM may date the history row of one transaction.
constexpr std::chrono::seconds slack{2};

using Text = std::optional<std::string>;

/// Null, no and nothing are one before a first wish: none of them says anything.
bool says_something(const Text& value) {
  return value && !value->empty() && *value != "false";
}

/// Those that no better one took the place of, in the order in which they happened.
std::vector<const Change*> best_known(std::span<const Change> changes) {
  std::set<std::int64_t> superseded;
  for (const auto& change : changes) {
    if (change.supersedes) superseded.insert(*change.supersedes);
  }
  std::vector<const Change*> best;
  for (const auto& change : changes) {
    if (!superseded.contains(change.number)) best.push_back(&change);
  }
  std::sort(best.begin(), best.end(), [](const Change* a, const Change* b) {
    return std::tuple(a->until, a->after, a->number) < std::tuple(b->until, b->after, b->number);
  });
  return best;
}

/// The value that rows of the second `at` go on from: the last one before it, or that which rows of
/// the same second left that were taken before.
Text value_before(const std::vector<const Change*>& best, const std::vector<Told>& rows) {
  const auto at = rows.front().at;
  Text before;
  Text within;
  for (const auto* change : best) {
    const bool taken = change->how == How::history && change->after == at && change->until == at;
    if (change->until < at) before = change->new_value;
    if (change->until < at || taken) within = change->new_value;
  }
  const bool goes_on = std::any_of(rows.begin(), rows.end(), [&](const Told& row) {
    return row.at == at && say_same(row.old_value, within);
  });
  return goes_on ? within : before;
}

/// Sorts rows as they happened: by time, and within a second so that each begins where the one
/// before it ended.
void sort(std::vector<Told>& rows, const std::vector<const Change*>& best) {
  std::sort(rows.begin(), rows.end(), [](const Told& a, const Told& b) {
    return std::tuple(a.at, a.row) < std::tuple(b.at, b.row);
  });
  Text value = rows.empty() ? Text{} : value_before(best, rows);
  for (auto row = rows.begin(); row != rows.end(); ++row) {
    const auto second =
        std::find_if(row, rows.end(), [row](const Told& other) { return other.at != row->at; });
    const auto next = std::find_if(
        row, second, [&value](const Told& other) { return say_same(other.old_value, value); });
    if (next != second) std::rotate(row, next, next + 1);
    value = row->new_value;
  }
}

class Weaver {
 public:
  Weaver(std::span<const Change> changes, std::vector<Told> rows, const Change& model, Shown shown)
      : best_(best_known(changes)),
        rows_(std::move(rows)),
        explained_(rows_.size(), nullptr),
        model_(model),
        shown_(std::move(shown)) {
    sort(rows_, best_);
    for (const auto* change : best_) explain(*change);
    for (const auto* change : best_) explain_late(*change);
  }

  std::vector<Woven> all() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      fill_gap(i);
      add(i);
    }
    fill_last_gap();
    return std::move(woven_);
  }

  std::vector<Woven> explained() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (explained_[i] != nullptr) add(i);
    }
    return std::move(woven_);
  }

 private:
  /// What is known by estimate is explained by the last row within its bounds that leads to its
  /// value: that is the one which still stood when it was seen.
  void explain(const Change& change) {
    if (change.how == How::history && change.after == change.until) return;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (explained_[i] != nullptr || !say_same(rows_[i].new_value, change.new_value)) continue;
      const auto at = rows_[i].at;
      const bool within = at <= change.until && (at > change.after || at == change.until);
      // What history itself tells ends when a row of its says, whatever the record's stamp is.
      const bool soon = change.how != How::history && at > change.until;
      if (within || (!found && soon && at <= change.until + slack)) found = i;
    }
    if (found) explained_[*found] = &change;
  }

  /// A transaction that was committed late is dated before the bounds, which the stamps of others
  /// have set: the row that went before, from the same value to the same value, is that change.
  void explain_late(const Change& change) {
    if (change.how != How::observed || is_explained(change)) return;
    std::optional<std::size_t> last;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i].at <= change.until) last = i;
    }
    if (!last || explained_[*last] != nullptr) return;
    const auto& row = rows_[*last];
    const bool alone = std::none_of(best_.begin(), best_.end(), [&](const Change* other) {
      return other != &change && other->until >= row.at && other->until <= change.until;
    });
    if (alone && say_same(row.new_value, change.new_value) &&
        say_same(row.old_value, change.old_value)) {
      explained_[*last] = &change;
    }
  }

  bool is_explained(const Change& change) const {
    return std::find(explained_.begin(), explained_.end(), &change) != explained_.end();
  }

  struct State {
    Text value;
    Moment since{};
    bool known = false;
  };

  /// The value just before the row, as far as other rows and changes tell.
  State before(std::size_t i) const { return state_at(rows_[i].at, i); }

  /// The value after the first `count` rows and every other change up to `at`.
  State state_at(Moment at, std::size_t count) const {
    State state{{}, shown_.created.value_or(Moment{}), false};
    for (const auto* change : best_) {
      if (change->until > at || is_explained(*change)) continue;
      state = {change->new_value, std::max(state.since, change->until), true};
    }
    if (count > 0 && rows_[count - 1].at >= state.since) {
      state = {rows_[count - 1].new_value, rows_[count - 1].at, true};
    }
    return state;
  }

  /// What the record shows last came later than all that history tells: there, too, a change may
  /// have left no row.
  void fill_last_gap() {
    if (!shown_.stamp || rows_.empty()) return;
    const State state = state_at(Moment::max(), rows_.size());
    if (state.since > *shown_.stamp || say_same(state.value, shown_.value)) return;
    // Of one second, the record may have been read before the last of what history tells.
    if (state.since == *shown_.stamp && say_same(rows_.back().old_value, shown_.value)) return;
    Change change = model_;
    change.old_value = state.value;
    change.new_value = shown_.value;
    change.after = state.since;
    change.until = *shown_.stamp;
    change.how = How::observed;
    woven_.push_back({std::move(change), std::nullopt});
  }

  /// The row says which value it found. If that is not what was there last, there was a change that
  /// left no row: as when the record was created with it.
  void fill_gap(std::size_t i) {
    const auto& row = rows_[i];
    const State state = before(i);
    if (say_same(state.value, row.old_value) || (!state.known && !says_something(row.old_value))) {
      return;
    }
    Change change = model_;
    change.old_value = state.value;
    change.new_value = row.old_value;
    change.after = std::min(state.since, row.at);
    change.until = row.at;
    change.how = How::history;
    // An end that is no exact time must not look like one.
    if (change.after == change.until) change.after -= std::chrono::seconds(1);
    woven_.push_back({std::move(change), std::nullopt});
  }

  void add(std::size_t i) {
    const auto& row = rows_[i];
    Change change = model_;
    change.old_value = row.old_value;
    change.new_value = row.new_value;
    change.after = change.until = row.at;
    change.how = How::history;
    change.by = row.by;
    if (explained_[i] != nullptr) change.supersedes = explained_[i]->number;
    woven_.push_back({std::move(change), row.row});
  }

  std::vector<const Change*> best_;
  std::vector<Told> rows_;
  std::vector<const Change*> explained_;  ///< by each row; null: none
  const Change& model_;
  Shown shown_;
  std::vector<Woven> woven_;
};

}  // namespace

bool say_same(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  return a == b || (!says_something(a) && !says_something(b));
}

std::vector<Woven> weave(std::span<const Change> changes, std::vector<Told> rows,
                         const Change& model, const Shown& shown) {
  return Weaver(changes, std::move(rows), model, shown).all();
}

std::vector<Woven> explain_only(std::span<const Change> changes, std::vector<Told> rows,
                                const Change& model) {
  return Weaver(changes, std::move(rows), model, Shown{}).explained();
}

}  // namespace heed::mirror
