#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "heed/mirror.hpp"
#include "heed/store.hpp"

namespace heed::mirror {

namespace {

/// The changes of one field that heed knew, without those that a better known one superseded.
class FieldAsKnown {
 public:
  FieldAsKnown(const std::vector<Change>& changes, std::string_view field, Moment known_at) {
    std::set<std::int64_t> superseded;
    for (const auto& change : changes) {
      if (change.field != field) continue;
      if (change.first_seen > known_at) {
        if (next_ == nullptr) next_ = &change;
        continue;
      }
      known_.push_back(&change);
      if (change.supersedes) superseded.insert(*change.supersedes);
    }
    std::erase_if(known_,
                  [&](const Change* change) { return superseded.contains(change->number); });
    std::stable_sort(known_.begin(), known_.end(),
                     [](const Change* a, const Change* b) { return a->until < b->until; });
  }

  /// The value then; `now` is the value at present, which a field without changes has always had.
  std::optional<std::string> value(const std::optional<std::string>& now) const {
    if (!known_.empty()) return known_.back()->new_value;
    return next_ != nullptr ? next_->old_value : now;
  }

  const Change* last() const { return known_.empty() ? nullptr : known_.back(); }

 private:
  std::vector<const Change*> known_;
  const Change* next_ = nullptr;  ///< the first one that heed did not know yet
};

bool was_known(const Row& row, const std::vector<Change>& changes, const Shape& shape,
               std::optional<Moment> loaded, Moment known_at) {
  for (const auto& change : changes) {
    if (change.first_seen <= known_at) return true;
  }
  // A first change without an old value came with the record itself.
  for (const auto& change : changes) {
    const auto at = shape.find(change.field);
    if (at && shape.fields[*at].type == FieldType::flag) {
      if (!change.old_value) return false;
      break;
    }
  }
  const auto created = row.value("CreatedDate");
  const auto since = created ? parse_moment(*created) : std::nullopt;
  return since.value_or(row.stamp) <= known_at && (!loaded || *loaded <= known_at);
}

}  // namespace

std::optional<Row> Mirror::row_as_known(std::string_view object, Id id, Moment known_at) const {
  auto row = this->row(object, id);
  const auto shape = this->shape(object);
  if (!row || !shape) return std::nullopt;
  const auto changes = this->changes(std::array{id});
  if (!was_known(*row, changes, *shape, loaded(object), known_at)) return std::nullopt;
  std::vector<std::pair<std::string, std::optional<std::string>>> values;
  std::optional<Moment> stamp;
  for (auto& [name, value] : row->values) {
    const auto at = shape->find(name);
    if (name == "CreatedDate") values.emplace_back(name, value);
    if (!at || !shape->fields[*at].tracked) continue;
    const FieldAsKnown field(changes, name, known_at);
    if (field.last() != nullptr) stamp = std::max(stamp, std::optional(field.last()->until));
    values.emplace_back(name, field.value(value));
  }
  const FieldAsKnown standing(changes, standing_field, known_at);
  if (standing.last() != nullptr) stamp = std::max(stamp, std::optional(standing.last()->until));
  const auto stood = standing.value(std::string(to_text(row->standing)));
  row->standing = parse_standing(stood.value_or("live")).value_or(Standing::live);
  row->values = std::move(values);
  const auto created = row->value("CreatedDate");
  if (!stamp && created) stamp = parse_moment(*created);
  row->stamp = stamp.value_or(std::min(row->stamp, known_at));
  return row;
}

}  // namespace heed::mirror
