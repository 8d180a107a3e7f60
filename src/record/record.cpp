#include "heed/record.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include "record/words.hpp"

namespace heed {

namespace {

constexpr Words<FieldType, 7> field_types{{{FieldType::text, "text"},
                                           {FieldType::id, "id"},
                                           {FieldType::integer, "integer"},
                                           {FieldType::number, "number"},
                                           {FieldType::flag, "flag"},
                                           {FieldType::date, "date"},
                                           {FieldType::moment, "moment"}}};
constexpr Words<Standing, 4> standings{{{Standing::live, "live"},
                                        {Standing::deleted, "deleted"},
                                        {Standing::purged, "purged"},
                                        {Standing::vanished, "vanished"}}};
constexpr Words<How, 3> hows{
    {{How::initial, "initial"}, {How::observed, "observed"}, {How::history, "history"}}};
constexpr Words<Preference, 13> preferences{{{Preference::solicit, "solicit"},
                                             {Preference::track, "track"},
                                             {Preference::geotrack, "geotrack"},
                                             {Preference::profile, "profile"},
                                             {Preference::process, "process"},
                                             {Preference::forget, "forget"},
                                             {Preference::export_data, "export"},
                                             {Preference::store_elsewhere, "store-elsewhere"},
                                             {Preference::email, "email"},
                                             {Preference::phone, "phone"},
                                             {Preference::fax, "fax"},
                                             {Preference::text, "text"},
                                             {Preference::hold, "hold"}}};

template <class Number>
std::string digits(Number number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), end};
}

}  // namespace

std::string_view to_text(FieldType type) {
  return word_of(field_types, type);
}
std::string_view to_text(Standing standing) {
  return word_of(standings, standing);
}
std::string_view to_text(How how) {
  return word_of(hows, how);
}
std::string_view to_text(Preference preference) {
  return word_of(preferences, preference);
}
std::optional<Standing> parse_standing(std::string_view text) {
  return value_of(standings, text);
}
std::optional<How> parse_how(std::string_view text) {
  return value_of(hows, text);
}
std::optional<Preference> parse_preference(std::string_view text) {
  return value_of(preferences, text);
}

std::optional<std::size_t> Shape::find(std::string_view field) const {
  const auto at = std::find_if(fields.begin(), fields.end(),
                               [field](const Field& each) { return each.name == field; });
  if (at == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(at - fields.begin());
}

std::optional<std::string> to_text(const Value& value) {
  struct Writer {
    std::optional<std::string> operator()(NotShown) const { return std::nullopt; }
    std::optional<std::string> operator()(Null) const { return std::nullopt; }
    std::optional<std::string> operator()(Empty) const { return ""; }
    std::optional<std::string> operator()(bool flag) const { return flag ? "true" : "false"; }
    std::optional<std::string> operator()(std::int64_t number) const { return digits(number); }
    std::optional<std::string> operator()(double number) const { return digits(number); }
    std::optional<std::string> operator()(std::string_view text) const { return std::string(text); }
    std::optional<std::string> operator()(Day day) const { return to_text(day); }
    std::optional<std::string> operator()(Moment moment) const { return to_text(moment); }
  };
  return std::visit(Writer{}, value);
}

Page::Page(std::shared_ptr<const Shape> shape)
    : shape_(std::move(shape)),
      texts_(std::make_unique<std::pmr::monotonic_buffer_resource>(std::size_t{64} * 1024)) {}

Record Page::operator[](std::size_t index) const {
  const auto& head = heads_[index];
  const auto width = shape_->fields.size();
  return {head.id, head.stamp, head.standing,
          std::span<const Value>(values_.data() + index * width, width)};
}

std::string_view Page::keep(std::string_view text) {
  if (text.empty()) return {};
  auto* to = static_cast<char*>(texts_->allocate(text.size(), 1));
  std::memcpy(to, text.data(), text.size());
  return {to, text.size()};
}

void Page::add(Id id, Moment stamp, Standing standing, std::span<const Value> values) {
  if (values.size() != shape_->fields.size()) throw std::logic_error("a record of another shape");
  heads_.push_back({id, stamp, standing});
  values_.insert(values_.end(), values.begin(), values.end());
}

}  // namespace heed
