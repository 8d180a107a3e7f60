#include "mirrored.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace heed::support {

namespace {

Value moment_value(const std::optional<std::string>& text) {
  return text ? Value(at(*text)) : Value(Null{});
}

Value id_value(Page& page, std::string_view prefix, std::optional<int> number) {
  if (!number) return Null{};
  return page.keep(make_id(prefix, *number).text());
}

}  // namespace

Id make_id(std::string_view prefix, int number) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.3s%012d", prefix.data(), number);
  const auto id = Id::parse(text.data());
  if (!id) throw std::logic_error("not an id");
  return *id;
}

Moment at(std::string_view text) {
  return parse_moment("2026-11-25T" + std::string(text) + "Z").value();
}

Shape individual_shape() {
  Shape shape{"Individual", {}, "SystemModstamp"};
  shape.fields.push_back({.name = "Name"});
  shape.fields.push_back({.name = "CreatedDate", .type = FieldType::moment});
  shape.fields.push_back({.name = "SystemModstamp", .type = FieldType::moment});
  shape.fields.push_back({.name = "HasOptedOutSolicit", .type = FieldType::flag, .tracked = true});
  shape.fields.push_back({.name = "ShouldForget", .type = FieldType::flag, .tracked = true});
  shape.fields.push_back({.name = "MasterRecordId", .type = FieldType::id, .tracked = true});
  return shape;
}

Shape contact_shape() {
  Shape shape{"Contact", {}, "SystemModstamp"};
  shape.fields.push_back({.name = "LastName"});
  shape.fields.push_back({.name = "CreatedDate", .type = FieldType::moment});
  shape.fields.push_back({.name = "HasOptedOutOfEmail", .type = FieldType::flag, .tracked = true});
  shape.fields.push_back({.name = "IndividualId", .type = FieldType::id, .tracked = true});
  shape.fields.push_back({.name = "MasterRecordId", .type = FieldType::id, .tracked = true});
  shape.fields.push_back({.name = "Score", .type = FieldType::number});
  return shape;
}

Page page_of(const std::vector<Person>& people) {
  Page page(std::make_shared<const Shape>(individual_shape()));
  for (const auto& each : people) {
    const std::array<Value, 6> values{
        page.keep(each.name), moment_value(each.created),
        at(each.stamp),       each.solicit,
        each.forget,          id_value(page, person_prefix, each.master)};
    page.add(each.id(), at(each.stamp), each.standing, values);
  }
  return page;
}

Page page_of(const std::vector<Card>& cards) {
  Page page(std::make_shared<const Shape>(contact_shape()));
  for (const auto& each : cards) {
    const std::array<Value, 6> values{page.keep("Smith"),
                                      at("08:00:00"),
                                      each.no_email,
                                      id_value(page, person_prefix, each.person),
                                      id_value(page, contact_prefix, each.master),
                                      each.score};
    page.add(each.id(), at(each.stamp), each.standing, values);
  }
  return page;
}

Mirrored::Mirrored(store::Database opened) : database(std::move(opened)), mirror(database) {
  mirror.adopt(individual_shape(), at("07:00:00"));
  mirror.adopt(contact_shape(), at("07:00:00"));
}

mirror::Tally Mirrored::record(const std::vector<Person>& people, const mirror::Reading& reading) {
  return mirror.record(page_of(people), mirror.cursor("Individual"), reading);
}

mirror::Tally Mirrored::record(const std::vector<Card>& cards, const mirror::Reading& reading) {
  return mirror.record(page_of(cards), mirror.cursor("Contact"), reading);
}

mirror::Reading first_load() {
  return {at("09:30:00"), true, std::nullopt};
}

mirror::Reading later(std::string_view known_until) {
  return {at("23:00:00"), false, at(known_until)};
}

}  // namespace heed::support
