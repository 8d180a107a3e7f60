#include <algorithm>
#include <charconv>
#include <set>

#include "simulator/refusal.hpp"
#include "simulator/soql.hpp"

namespace heed::simulated::soql {

namespace {

constexpr std::size_t deepest = 5;  // relationships in one path

/// A text literal without the backslashes that LIKE would need.
std::string bare(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    plain += text[at];
  }
  return plain;
}

std::string_view type_word(const FieldInfo& field) {
  if (field.kind() == FieldType::moment) return "dateTime";
  return field.kind() == FieldType::flag ? "boolean" : field.type;
}

class Binder {
 public:
  Binder(const Query& query, const Org& org) : query_(query), org_(org) {}

  Plan plan() {
    Plan plan;
    plan.table = org_.visible(query_.object.text);
    if (plan.table == nullptr) throw unknown_object();
    plan.count = query_.count;
    plan.limit = query_.limit;
    texts_ = &plan.texts;
    table_ = plan.table;
    for (const auto& name : query_.select) select(plan, name);
    if (query_.where) plan.where = test(*query_.where);
    for (const auto& order : query_.order) plan.order.push_back(key(order));
    return plan;
  }

 private:
  Refusal unknown_object() const {
    const std::string& name = query_.object.text;
    return at_place("InvalidSObjectFault", "INVALID_TYPE", query_.text, query_.object.at,
                    "sObject type '" + name +
                        "' is not supported. If you are attempting to use a custom object, be sure "
                        "to append the '__c' after the entity name. Please reference your WSDL or "
                        "the describe call for the appropriate names.");
  }

  Refusal bad_field(std::size_t at, const std::string& message) const {
    return at_place("InvalidFieldFault", "INVALID_FIELD", query_.text, at, message);
  }

  Refusal bad_operator(std::size_t at, const std::string& message) const {
    return at_place("InvalidFieldFault", "INVALID_QUERY_FILTER_OPERATOR", query_.text, at, message);
  }

  Refusal unknown_field(std::size_t at, std::string_view field, const Table& table) const {
    return bad_field(at, "No such column '" + std::string(field) + "' on entity '" +
                             std::string(table.info().name) +
                             "'. If you are attempting to use a custom field, be sure to append "
                             "the '__c' after the custom field name. Please reference your WSDL or "
                             "the describe call for the appropriate names.");
  }

  /// Follows the path of a name and says the describe's spelling of every step.
  Field field(const Name& name, std::vector<std::string>* spelled = nullptr) const {
    Field found;
    found.table = table_;
    std::string_view rest = name.text;
    for (;;) {
      const auto dot = rest.find('.');
      const auto step = rest.substr(0, dot);
      if (dot == std::string_view::npos) return last_step(found, name, step, spelled);
      parent_step(found, name, step, spelled);
      rest.remove_prefix(dot + 1);
    }
  }

  Field last_step(Field found, const Name& name, std::string_view step,
                  std::vector<std::string>* spelled) const {
    const auto column = found.table->info().find(step);
    if (!column || !org_.field_visible(found.table->info(), found.table->info().fields[*column])) {
      throw unknown_field(name.at, step, *found.table);
    }
    found.column = *column;
    if (spelled != nullptr) spelled->emplace_back(found.info().name);
    return found;
  }

  void parent_step(Field& found, const Name& name, std::string_view step,
                   std::vector<std::string>* spelled) const {
    const auto& info = found.table->info();
    const auto column = info.find_relationship(step);
    const bool seen = column && org_.field_visible(info, info.fields[*column]);
    const Table* const parent = seen ? org_.visible(info.fields[*column].reference_to) : nullptr;
    if (parent == nullptr) {
      throw bad_field(name.at, "Didn't understand relationship '" + std::string(step) +
                                   "' in field path. If you are attempting to use a custom "
                                   "relationship, be sure to append the '__r' after the custom "
                                   "relationship name. Please reference your WSDL or the describe "
                                   "call for the appropriate names.");
    }
    if (found.through.size() == deepest) {
      throw bad_field(name.at, "a path of more than five relationships: '" + name.text + "'");
    }
    found.through.emplace_back(found.table, *column);
    found.table = parent;
    if (spelled != nullptr) spelled->emplace_back(info.fields[*column].relationship);
  }

  /// Fields of one parent stand together, where the first of them was asked for.
  void select(Plan& plan, const Name& name) {
    std::vector<std::string> steps;
    const Field leaf = field(name, &steps);
    std::vector<Selected>* level = &plan.select;
    for (std::size_t depth = 0; depth + 1 < steps.size(); ++depth) {
      auto node = std::find_if(level->begin(), level->end(),
                               [&](const Selected& s) { return s.name == steps[depth]; });
      if (node == level->end()) {
        Field reference;
        reference.table = leaf.through[depth].first;
        reference.column = leaf.through[depth].second;
        level->push_back({steps[depth], reference, {}});
        node = level->end() - 1;
      }
      level = &node->children;
    }
    const auto same = [&](const Selected& s) { return s.name == steps.back(); };
    if (std::any_of(level->begin(), level->end(), same)) {
      throw bad_field(name.at, "duplicate field selected: " + name.text);
    }
    level->push_back({steps.back(), leaf, {}});
  }

  Key key(const Order& order) {
    const Field by = field(order.field);
    if (!by.info().sortable || !org_.may_filter(by.table->info(), by.info())) {
      throw bad_field(order.field.at,
                      "field '" + order.field.text + "' can not be sorted in a query call");
    }
    return {by, order.descending, order.nulls_last};
  }

  Test test(const Condition& condition) {
    Test test;
    test.kind = condition.kind;
    for (const auto& part : condition.parts) test.parts.push_back(this->test(part));
    if (condition.kind != Condition::Kind::compare) return test;
    test.field = field(condition.field);
    test.op = condition.op;
    check_operator(condition, test.field);
    for (const auto& literal : condition.values) {
      test.values.push_back(value(literal, test.field.info(), condition));
    }
    return test;
  }

  void check_operator(const Condition& condition, const Field& field) const {
    const auto& info = field.info();
    if (!info.filterable || !org_.may_filter(field.table->info(), info)) {
      throw bad_field(condition.field.at,
                      "field '" + condition.field.text + "' can not be filtered in a query call");
    }
    const bool ordered = condition.op == Op::less || condition.op == Op::less_equal ||
                         condition.op == Op::greater || condition.op == Op::greater_equal;
    const FieldType kind = info.kind();
    const bool wrong = (condition.op == Op::like && kind != FieldType::text) ||
                       (ordered && kind == FieldType::flag);
    if (wrong) {
      throw bad_operator(condition.op_at, "invalid operator on " + std::string(type_word(info)) +
                                              " field '" + condition.field.text + "'");
    }
  }

  Refusal wrong_type(const Literal& literal, const FieldInfo& info) const {
    const bool text = info.kind() == FieldType::text || info.kind() == FieldType::id;
    return bad_field(literal.at, "value of filter criterion for field '" + std::string(info.name) +
                                     "' must be of type " + std::string(type_word(info)) +
                                     (text ? " and should be enclosed in quotes"
                                           : " and should not be enclosed in quotes"));
  }

  Value value(const Literal& literal, const FieldInfo& info, const Condition& condition) {
    if (literal.kind == Literal::Kind::null) return Null{};
    switch (info.kind()) {
      case FieldType::flag:
        if (literal.kind == Literal::Kind::flag) return same_name(literal.text, "TRUE");
        break;
      case FieldType::date:
        if (literal.kind == Literal::Kind::date) return *parse_day(literal.text);
        break;
      case FieldType::moment:
        if (literal.kind == Literal::Kind::moment) return *parse_moment(literal.text);
        break;
      case FieldType::integer:
      case FieldType::number:
        if (literal.kind == Literal::Kind::number) return number(literal, info);
        break;
      case FieldType::id:
        if (literal.kind == Literal::Kind::text) return id(literal);
        break;
      case FieldType::text:
        if (literal.kind != Literal::Kind::text) break;
        if (literal.text.empty()) return Null{};
        return keep(fold(condition.op == Op::like ? literal.text : bare(literal.text)));
    }
    throw wrong_type(literal, info);
  }

  Value number(const Literal& literal, const FieldInfo& info) const {
    double number = 0;
    const char* const end = literal.text.data() + literal.text.size();
    const auto read = std::from_chars(literal.text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end) throw wrong_type(literal, info);
    return number;
  }

  Value id(const Literal& literal) {
    if (literal.text.empty()) return Null{};
    const auto id = Id::parse(literal.text);
    if (!id) throw bad_operator(literal.at, "invalid ID field: " + literal.text);
    return keep(std::string(id->text()));
  }

  std::string_view keep(std::string text) { return texts_->emplace_back(std::move(text)); }

  const Query& query_;
  const Org& org_;
  const Table* table_ = nullptr;
  std::deque<std::string>* texts_ = nullptr;
};

}  // namespace

Plan bind(const Query& query, const Org& org) {
  return Binder(query, org).plan();
}

}  // namespace heed::simulated::soql
