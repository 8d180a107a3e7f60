#include "sync/sweep.hpp"

#include <algorithm>

#include "heed/error.hpp"

namespace heed::sync {

namespace {

constexpr std::int64_t rows_at_once = 2000;
constexpr int most_ranges_refused = 12;

}  // namespace

bool stands(Standing standing) {
  return standing == Standing::live || standing == Standing::deleted;
}

void Sweep::go_on(Id after, std::set<Id> shown) {
  last_there_ = last_here_ = after;
  shown_ = std::move(shown);
}

Ended Sweep::run(const std::function<void(const Difference&)>& found,
                 const std::function<void(std::optional<Id>)>& paged) {
  found_ = &found;
  know_forgotten();
  std::int64_t range = task_.options.load_range;
  int refusals = 0;
  for (bool last = false; !last;) {
    crm::Selection selection;
    selection.shape = shape_;
    selection.only = task_.only;
    selection.one_of = task_.one_of;
    selection.texts = task_.texts;
    selection.by_id = true;
    selection.after = last_there_;
    selection.limit = range;
    const auto before = there_;
    const auto refusal = read_pages(task_, selection, [&](const Page& page) {
      for (std::size_t i = 0; i < page.size(); ++i) look(page[i]);
      if (paged) paged(concealed_as_ ? std::nullopt : last_there_);
    });
    if (!refusal) {
      last = there_ - before < range;
      refusals = 0;
      continue;
    }
    if (refusal->verdict == crm::Verdict::redescribe) return Ended::redescribe;
    const bool smaller = refusal->verdict == crm::Verdict::smaller;
    const bool again = smaller || refusal->verdict == crm::Verdict::restart;
    if (!again || ++refusals > most_ranges_refused)
      throw refusal->error(task_.object() + ": query");
    if (smaller) range = std::max(least_range, range / 2);
  }
  while (const auto* known = next_here()) pass_here(*known);
  for (const auto& [id, known] : forgotten_) miss(known);
  return Ended::whole;
}

/// Rows under pseudonyms stand elsewhere in the order of the ids than the CRM's records.
void Sweep::know_forgotten() {
  for (const auto& erasure : task_.mirror.erasures()) {
    if (erasure.object != task_.object()) continue;
    const auto known = task_.mirror.known(task_.object(), erasure.pseudonym);
    if (!known) continue;
    if (!shown_.contains(known->id)) forgotten_.emplace(known->id, *known);
    pseudonyms_.insert(known->id);
  }
}

/// The mirror's next row, read some at a time: rows may be written meanwhile.
const mirror::Known* Sweep::next_here() {
  for (;; ++at_) {
    if (at_ == chunk_.size()) {
      if (!more_here_) return nullptr;
      chunk_ = task_.mirror.ids(task_.object(), last_here_, rows_at_once);
      at_ = 0;
      more_here_ = !chunk_.empty();
      if (!more_here_) return nullptr;
      last_here_ = chunk_.back().id;
    }
    if (!pseudonyms_.contains(chunk_[at_].id)) return &chunk_[at_];
  }
}

/// A row that the CRM did not return.
void Sweep::pass_here(const mirror::Known& known) {
  ++at_;
  miss(known);
}

void Sweep::miss(const mirror::Known& known) {
  if (history_ || !stands(known.standing)) return;
  ++here_;
  latest_here_ = std::max(latest_here_, std::optional(known.stamp));
  (*found_)({Difference::Kind::missing_there, known.id, known.id, std::nullopt, known.stamp});
}

void Sweep::look(const Record& record) {
  if (last_there_ && record.id <= *last_there_) {
    throw Error(Kind::answer, task_.object() +
                                  ": the CRM's ids do not come in their order, so they cannot be "
                                  "compared; run heed sync --full instead");
  }
  last_there_ = record.id;
  ++there_;
  latest_there_ = std::max(latest_there_, std::optional(record.stamp));
  if (look_at_forgotten(record)) return;
  const auto* known = next_here();
  while (known != nullptr && known->id < record.id) {
    pass_here(*known);
    known = next_here();
  }
  if (known == nullptr || known->id != record.id) {
    return miss_here(record);
  }
  const mirror::Known mine = *known;
  ++at_;
  compare(record, mine);
}

/// True for a record that the mirror has under a pseudonym.
bool Sweep::look_at_forgotten(const Record& record) {
  concealed_as_ = task_.mirror.concealed_as(*shape_, record);
  if (!concealed_as_) return false;
  if (history_) {
    look_at_told(record);
    return true;
  }
  const auto at = forgotten_.find(*concealed_as_);
  if (at == forgotten_.end()) return false;
  const auto mine = at->second;
  forgotten_.erase(at);
  just_shown_.push_back(mine.id);
  const bool live = record.standing == Standing::live;
  if (live) ++live_forgotten_;
  if (compare(record, mine) && live) {
    (*found_)({Difference::Kind::none, record.id, mine.id, record.stamp, mine.stamp});
  }
  return true;
}

/// A row of the history of a forgotten record.
void Sweep::look_at_told(const Record& record) {
  const auto mine = task_.mirror.known(task_.object(), *concealed_as_);
  mine ? void(compare(record, *mine)) : miss_here(record);
}

/// A record that the mirror has not.
void Sweep::miss_here(const Record& record) {
  const Id here_as = concealed_as_.value_or(record.id);
  (*found_)({Difference::Kind::missing_here, record.id, here_as, record.stamp, std::nullopt});
}

/// True where the two agree.
bool Sweep::compare(const Record& record, const mirror::Known& mine) {
  using Kind = Difference::Kind;
  if (stands(mine.standing)) {
    ++here_;
    latest_here_ = std::max(latest_here_, std::optional(mine.stamp));
  }
  if (record.stamp != mine.stamp) {
    const auto kind = record.stamp > mine.stamp ? Kind::older_here : Kind::newer_here;
    (*found_)({kind, record.id, mine.id, record.stamp, mine.stamp});
    return false;
  }
  if (record.standing != mine.standing && !history_) {
    (*found_)({Kind::standing, record.id, mine.id, record.stamp, mine.stamp});
    return false;
  }
  if (mine.written < whole_since_) {
    (*found_)({Kind::unread, record.id, mine.id, record.stamp, mine.stamp});
    return false;
  }
  return true;
}

}  // namespace heed::sync
