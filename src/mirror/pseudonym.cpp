#include "pseudonym.hpp"

#include <algorithm>
#include <array>

#include "heed/vault.hpp"

namespace heed::mirror {

namespace {

constexpr std::string_view alphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t letters = 12;  // of an id, after the prefix and before the checksum

unsigned digit(char hex) {
  return static_cast<unsigned>(hex <= '9' ? hex - '0' : hex - 'a' + 10);
}

bool is_system(std::string_view field) {
  constexpr std::array<std::string_view, 5> names{
      "CreatedDate", "LastModifiedDate", "LastModifiedById", "SystemModstamp", "IsDeleted"};
  return std::find(names.begin(), names.end(), field) != names.end();
}

}  // namespace

std::string pseudonym_digest(std::string_view key, Id id) {
  return vault::keyed_digest(key, "heed pseudonym " + std::string(id.text()));
}

std::string pseudonym_key_name(std::string_view key) {
  return vault::keyed_digest(key, "heed pseudonym key").substr(0, 16);
}

Id pseudonym_of(std::string_view key, Id id) {
  const auto digest = pseudonym_digest(key, id);
  std::string text(id.prefix());
  for (std::size_t i = 0; i < letters; ++i) {
    unsigned number = 0;
    for (std::size_t k = 0; k < 4; ++k) number = 16 * number + digit(digest[4 * i + k]);
    text += alphabet[number % alphabet.size()];
  }
  return Id::parse(text).value_or(id);
}

std::vector<Erasure> erasures_of(std::string_view key, std::span<const Ref> records, Moment at) {
  std::vector<Erasure> erasures;
  for (const auto& record : records) {
    erasures.push_back({record.object, pseudonym_of(key, record.id),
                        pseudonym_digest(key, record.id), pseudonym_key_name(key), at});
  }
  return erasures;
}

bool is_kept(const Keeping& keeping, std::string_view object, const Field& field) {
  if (is_system(field.name)) return true;
  if (field.tracked) return field.type != FieldType::id;
  const auto of_object = keeping.fields.find(object);
  return of_object != keeping.fields.end() && of_object->second.contains(field.name);
}

Mask::Mask(const Keeping& keeping, const std::set<Id>& gone, const Shape& shape)
    : keeping_(keeping), gone_(gone), shape_(shape) {
  if (const auto of = history_of(shape)) parent_ = shape.find(of->parent);
  for (const auto& each : gone) prefixes_.emplace(each.prefix());
}

std::optional<Id> Mask::pseudonym(std::string_view text) const {
  const auto id = Id::parse(text);
  if (!id || !prefixes_.contains(id->prefix())) return std::nullopt;
  const Id pseudonym = pseudonym_of(keeping_.key, *id);
  return gone_.contains(pseudonym) ? std::optional(pseudonym) : std::nullopt;
}

Record Mask::apply(const Record& record) {
  ids_.clear();
  values_.assign(record.values.begin(), record.values.end());
  Record masked = record;
  masked.values = values_;
  const auto own = pseudonym(record.id.text());
  forgotten_ = own.has_value();
  bool drop = forgotten_;
  if (own) masked.id = *own;
  if (parent_) {
    const auto* parent = std::get_if<std::string_view>(&values_[*parent_]);
    drop = parent != nullptr && pseudonym(*parent).has_value();
    if (drop) masked.id = pseudonym_of(keeping_.key, record.id);
  }
  mask_links();
  if (drop) drop_the_rest();
  return masked;
}

void Mask::mask_links() {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (shape_.fields[i].type != FieldType::id) continue;
    const auto* text = std::get_if<std::string_view>(&values_[i]);
    const auto target = text != nullptr ? pseudonym(*text) : std::nullopt;
    if (target) values_[i] = ids_.emplace_back(*target).text();
  }
}

/// Of a forgotten record: all that says who somebody is, links to others who are not forgotten
/// among it. Of a row of history about one: who made the change.
void Mask::drop_the_rest() {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const auto& field = shape_.fields[i];
    const auto* text = std::get_if<std::string_view>(&values_[i]);
    const bool masked = text != nullptr && std::any_of(ids_.begin(), ids_.end(), [&](const Id& id) {
                          return id.text() == *text;
                        });
    const bool kept =
        parent_ ? field.type != FieldType::id : is_kept(keeping_, shape_.object, field);
    if (!masked && !kept && !std::holds_alternative<NotShown>(values_[i])) values_[i] = Null{};
  }
}

}  // namespace heed::mirror
