#include "crm/decode.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "crm/utf8.hpp"
#include "heed/error.hpp"

namespace heed::crm {

namespace {

/// The text, with everything that is no character replaced.
std::string_view kept(std::string_view text, Page& page) {
  if (good_run(text) == text.size()) return page.keep(text);
  ++page.replaced;
  return page.keep(mended(text));
}

template <class Number>
Value number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return NotShown{};
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(number)) return NotShown{};
  }
  return number;
}

Value flag_in(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return NotShown{};
}

Value id_in(std::string_view text, Page& page) {
  if (text.find_first_not_of('0') == 15 && text.substr(15) == "AAA") return Null{};  // an old null
  const auto id = Id::parse(text);
  if (!id) return NotShown{};
  return page.keep(id->text());
}

Value value_in(FieldType type, std::string_view text, Page& page) {
  switch (type) {
    case FieldType::text:
      return kept(text, page);
    case FieldType::id:
      return id_in(text, page);
    case FieldType::integer:
      return number_in<std::int64_t>(text);
    case FieldType::number:
      return number_in<double>(text);
    case FieldType::flag:
      return flag_in(text);
    case FieldType::date: {
      const auto rest = text.substr(std::min<std::size_t>(text.size(), 10));
      if (!rest.empty() && rest != "Z") return NotShown{};
      const auto day = parse_day(text.substr(0, 10));
      return day ? Value(*day) : Value(NotShown{});
    }
    case FieldType::moment: {
      const auto moment = parse_moment(text);
      return moment ? Value(*moment) : Value(NotShown{});
    }
  }
  return NotShown{};
}

}  // namespace

Decoder::Decoder(Page& page) : page_(page), shape_(page.shape()) {
  stamp_ = shape_.find(shape_.stamp);
  deleted_ = shape_.find("IsDeleted");
}

void Decoder::row(const heed_sObject& row) {
  values_.assign(shape_.fields.size(), Value(NotShown{}));
  found_.assign(shape_.fields.size(), false);
  id_.reset();
  std::size_t expected = 0;
  for (const auto& field : row.fields) take(row, field, expected);
  check();
  const bool gone = deleted_ && values_[*deleted_] == Value(true);
  page_.add(*id_, std::get<Moment>(values_[*stamp_]), gone ? Standing::deleted : Standing::live,
            values_);
}

void Decoder::take(const heed_sObject& row, const heed_sObject::Field& field,
                   std::size_t& expected) {
  const auto name = row.name(field);
  const auto text = row.text(field);
  // Answers keep the order of the question, so the next field is nearly always the right one.
  if (expected >= shape_.fields.size() || shape_.fields[expected].name != name) {
    if (name == "Id") {
      if (!text.empty()) id_ = read_id(text);
      return;
    }
    if (name == "type") return;  // the object; a field Type has a capital
    const auto at = shape_.find(name);
    if (!at) {
      if (field.nil) take_null_parent(name);
      return;  // else not asked for
    }
    expected = *at;
  }
  put(expected, field, text);
  ++expected;
}

/// A parent that is null, or an address, has its fields in no other way: they are null.
void Decoder::take_null_parent(std::string_view parent) {
  for (std::size_t i = 0; i < found_.size(); ++i) {
    const std::string_view name = shape_.fields[i].name;
    const bool inside =
        name.size() > parent.size() && name.starts_with(parent) && name[parent.size()] == '.';
    if (!inside) continue;
    found_[i] = true;
    values_[i] = Null{};
  }
}

Id Decoder::read_id(std::string_view text) const {
  const auto id = Id::parse(text);
  if (!id) {
    throw Error(Kind::answer, place() + " has an Id that is none, of " +
                                  std::to_string(text.size()) +
                                  " characters: expected 15, or 18 with a right checksum");
  }
  return *id;
}

void Decoder::put(std::size_t at, const heed_sObject::Field& field, std::string_view text) {
  found_[at] = true;
  const auto type = shape_.fields[at].type;
  if (field.nil) {
    values_[at] = Null{};
  } else if (text.empty()) {
    values_[at] = type == FieldType::text ? Value(Empty{}) : Value(Null{});
  } else {
    const auto before = page_.replaced;
    values_[at] = value_in(type, text, page_);
    const bool bad = field.replaced || std::holds_alternative<NotShown>(values_[at]);
    page_.replaced = before + (bad || page_.replaced != before ? 1 : 0);
  }
}

void Decoder::check() const {
  if (!id_) throw Error(Kind::answer, place() + " has no Id");
  for (std::size_t i = 0; i < found_.size(); ++i) {
    if (!found_[i]) {
      throw Error(Kind::answer,
                  place() + " lacks the field " + shape_.fields[i].name + ", which was asked for");
    }
  }
  if (!stamp_ || !std::holds_alternative<Moment>(values_[*stamp_])) {
    throw Error(Kind::answer, place() + " has no readable " + shape_.stamp);
  }
}

std::string Decoder::place() const {
  return "record " + std::to_string(page_.size() + 1) + " of a page";
}

}  // namespace heed::crm
