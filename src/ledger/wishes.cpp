#include "wishes.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

namespace heed::ledger {

std::vector<Seen> best_known(const std::vector<const Change*>& changes) {
  std::map<std::int64_t, const Change*> roots;  // by number: the first of the chain it belongs to
  std::map<const Change*, const Change*> best;  // root -> the last of its chain
  for (const auto* change : changes) {
    const Change* root = change;
    if (change->supersedes) {
      if (const auto at = roots.find(*change->supersedes); at != roots.end()) root = at->second;
    }
    roots[change->number] = root;
    best[root] = change;
  }
  std::vector<Seen> seen;
  seen.reserve(best.size());
  for (const auto& [root, change] : best) seen.push_back({change, root});
  std::sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) {
    return std::tuple(a.change->until, a.change->after, a.root->number) <
           std::tuple(b.change->until, b.change->after, b.root->number);
  });
  return seen;
}

Moment flagged_at(const Wished& wished) {
  return wished.flagged.value_or(wished.wish.until);
}

Wished wish_since(const Seen& seen, Preference preference) {
  Wished wished;
  auto& wish = wished.wish;
  wish.object = seen.change->object;
  wish.id = seen.change->id;
  wish.field = seen.change->field;
  wish.preference = preference;
  wish.change = seen.root->number;
  wish.after = seen.change->after;
  wish.until = seen.change->until;
  wish.how = seen.change->how;
  wish.standing = seen.root->how == How::initial;
  return wished;
}

namespace {

void follow(const std::vector<const Change*>& changes, const policy::Mapping& mapping,
            std::optional<Moment> loaded, std::vector<Wished>& wishes) {
  const auto first = wishes.size();
  bool stands = false;
  for (const auto& seen : best_known(changes)) {
    const auto& change = *seen.change;
    const bool is_news = seen.root->how != How::initial || made_since(change, loaded);
    const bool known_before = is_news && change.old_value.has_value();
    if (stands && !mapping.restricts(change.new_value)) {
      wishes.back().wish.withdrawn = true;
      wishes.back().over = change.until;
      stands = false;
    } else if (!stands && mapping.opens(change.old_value, change.new_value, known_before)) {
      wishes.push_back(wish_since(seen, mapping.preference));
      wishes.back().again = wishes.size() > first + 1;
      stands = true;
    }
  }
}

}  // namespace

std::vector<Wished> wishes_of(std::span<const Change> changes,
                              const policy::PreferenceMap& preferences,
                              std::optional<Moment> loaded) {
  std::map<std::string_view, std::vector<const Change*>> by_field;
  for (const auto& change : changes) by_field[change.field].push_back(&change);
  std::vector<Wished> wishes;
  for (const auto& [field, of_field] : by_field) {
    const auto* mapping = preferences.find(of_field.front()->object, field);
    if (mapping == nullptr || mapping->terms || mapping->preference == Preference::hold) continue;
    follow(of_field, *mapping, loaded, wishes);
  }
  return wishes;
}

bool overlap(const Wished& a, const Wished& b) {
  const auto begin = std::max(a.wish.until, b.wish.until);
  if (a.over && *a.over <= begin) return false;
  return !b.over || *b.over > begin;
}

}  // namespace heed::ledger
