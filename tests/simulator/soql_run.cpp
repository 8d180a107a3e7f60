#include <algorithm>
#include <compare>
#include <limits>

#include "simulator/soql.hpp"

namespace heed::simulated::soql {

namespace {

std::string_view text_of(const Value& value) {
  const auto* text = std::get_if<std::string_view>(&value);
  return text != nullptr ? *text : std::string_view{};
}

bool is_null(const Value& value) {
  return std::holds_alternative<Null>(value);
}

double number_of(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  const auto* number = std::get_if<double>(&value);
  return number != nullptr ? *number : 0.0;
}

template <typename T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

/// Neither is null; `b` is folded where the kind is text.
int compare(FieldType kind, const Value& a, const Value& b) {
  switch (kind) {
    case FieldType::text:
      return fold(text_of(a)).compare(text_of(b));
    case FieldType::id:
      return text_of(a).compare(text_of(b));
    case FieldType::integer:
    case FieldType::number:
      return three_way(number_of(a), number_of(b));
    case FieldType::flag:
      return three_way(std::get<bool>(a), std::get<bool>(b));
    case FieldType::date:
      return three_way(std::get<Day>(a), std::get<Day>(b));
    case FieldType::moment:
      return three_way(std::get<Moment>(a), std::get<Moment>(b));
  }
  return 0;
}

bool continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The first character (not byte) of `text` taken off it.
void drop_character(std::string_view& text) {
  text.remove_prefix(1);
  while (!text.empty() && continuation(text.front())) text.remove_prefix(1);
}

bool like(std::string_view text, std::string_view pattern) {
  std::string_view retry_text, retry_pattern;
  bool may_retry = false;
  for (;;) {
    const bool literal = pattern.size() > 1 && pattern[0] == '\\';
    const char wanted = pattern.empty() ? '\0' : pattern[literal ? 1 : 0];
    if (!literal && wanted == '%') {
      pattern.remove_prefix(1);
      may_retry = true;
      retry_text = text;
      retry_pattern = pattern;
    } else if (text.empty()) {
      return pattern.empty();
    } else if (!pattern.empty() && !literal && wanted == '_') {
      drop_character(text);
      pattern.remove_prefix(1);
    } else if (!pattern.empty() && wanted == text.front()) {
      text.remove_prefix(1);
      pattern.remove_prefix(literal ? 2 : 1);
    } else if (may_retry && !retry_text.empty()) {
      drop_character(retry_text);
      text = retry_text;
      pattern = retry_pattern;
    } else {
      return false;
    }
  }
}

bool one(const Test& test, const Value& found, const Value& wanted, Op op) {
  if (is_null(found) || is_null(wanted)) {
    const bool both = is_null(found) && is_null(wanted);
    return op == Op::equal ? both : op == Op::unequal ? !both : false;
  }
  if (op == Op::like) return like(fold(text_of(found)), text_of(wanted));
  const int order = compare(test.field.info().kind(), found, wanted);
  switch (op) {
    case Op::equal:
      return order == 0;
    case Op::unequal:
      return order != 0;
    case Op::less:
      return order < 0;
    case Op::less_equal:
      return order <= 0;
    case Op::greater:
      return order > 0;
    case Op::greater_equal:
      return order >= 0;
    default:
      return false;
  }
}

bool matches(const Test& test, const Org& org, std::uint32_t row) {
  const auto part = [&](const Test& t) { return matches(t, org, row); };
  switch (test.kind) {
    case Condition::Kind::all:
      return std::all_of(test.parts.begin(), test.parts.end(), part);
    case Condition::Kind::any:
      return std::any_of(test.parts.begin(), test.parts.end(), part);
    case Condition::Kind::negated:
      return !part(test.parts.front());
    case Condition::Kind::compare:
      break;
  }
  const Value found = read(test.field, org, row);
  if (test.op != Op::in && test.op != Op::not_in) {
    return one(test, found, test.values.front(), test.op);
  }
  const bool among = std::any_of(test.values.begin(), test.values.end(), [&](const Value& wanted) {
    return one(test, found, wanted, Op::equal);
  });
  return among == (test.op == Op::in);
}

/// Rows stand in the order of their ids: bounds on Id are bounds on rows.
struct Range {
  std::uint32_t begin, end;
};

void narrow(Range& range, const Table& table, const Test& test) {
  if (test.kind == Condition::Kind::all) {
    for (const auto& part : test.parts) narrow(range, table, part);
  }
  if (test.kind != Condition::Kind::compare || !test.field.through.empty() ||
      test.field.info().system != System::id || is_null(test.values.front())) {
    return;
  }
  const auto bound = [&](bool after) {
    std::uint32_t low = 0, high = table.size();
    while (low < high) {
      const auto middle = low + (high - low) / 2;
      const int order = table.row(middle).id.text().compare(text_of(test.values.front()));
      if (order < 0 || (after && order == 0))
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  };
  const bool exact = test.op == Op::equal;
  if (exact || test.op == Op::greater_equal) range.begin = std::max(range.begin, bound(false));
  if (test.op == Op::greater) range.begin = std::max(range.begin, bound(true));
  if (exact || test.op == Op::less_equal) range.end = std::min(range.end, bound(true));
  if (test.op == Op::less) range.end = std::min(range.end, bound(false));
}

bool by_id(const Key& key) {
  return key.field.through.empty() && key.field.info().system == System::id && !key.descending;
}

bool goes_first(const Plan& plan, const Org& org, std::uint32_t a, std::uint32_t b) {
  for (const auto& key : plan.order) {
    Value x = read(key.field, org, a);
    Value y = read(key.field, org, b);
    if (is_null(x) || is_null(y)) {
      if (is_null(x) && is_null(y)) continue;
      return is_null(x) != key.nulls_last;
    }
    std::string folded;
    if (key.field.info().kind() == FieldType::text) y = folded = fold(text_of(y));
    const int order = compare(key.field.info().kind(), x, y);
    if (order != 0) return key.descending ? order > 0 : order < 0;
  }
  return false;
}

}  // namespace

std::optional<std::pair<const Table*, std::uint32_t>> follow(const Org& org, const Table& table,
                                                             std::uint32_t row,
                                                             std::size_t column) {
  const auto id = Id::parse(text_of(table.value(row, column)));
  if (!id) return std::nullopt;
  const Table& parent = org.table(table.info().fields[column].reference_to);
  const auto found = parent.find(*id);
  if (!found || parent.row(*found).purged || parent.row(*found).hidden) return std::nullopt;
  return std::pair(&parent, *found);
}

Value read(const Field& field, const Org& org, std::uint32_t row) {
  for (const auto& [table, column] : field.through) {
    const auto parent = follow(org, *table, row, column);
    if (!parent) return Null{};
    row = parent->second;
  }
  return field.table->value(row, field.column);
}

namespace {

/// Rows of field history that are older are not returned: after 18 months queryAll alone has them,
/// and after 24 nobody.
Moment oldest_row(const Plan& plan, const Org& org, bool with_deleted) {
  if (!plan.table->info().history) return Moment::min();
  return org.now() - std::chrono::days{with_deleted ? 730 : 548};
}

/// Whoever may not see a record may not see its history, which goes with it when it is purged.
bool parent_hidden(const Plan& plan, const Org& org, std::uint32_t row) {
  const auto& info = plan.table->info();
  if (!info.history) return false;
  const auto column = info.find(info.parent_field);
  const Value parent = plan.table->value(row, *column);
  const auto* text = std::get_if<std::string_view>(&parent);
  const auto id = text != nullptr ? Id::parse(*text) : std::nullopt;
  if (!id) return false;
  const Table& table = org.table(info.fields[*column].reference_to);
  const auto at = table.find(*id);
  return at && (table.row(*at).hidden || table.row(*at).purged);
}

}  // namespace

std::vector<std::uint32_t> run(const Plan& plan, const Org& org, bool with_deleted) {
  std::vector<std::uint32_t> found;
  Range range{0, plan.table->size()};
  if (plan.where) narrow(range, *plan.table, *plan.where);
  const bool sorted = plan.order.empty() || by_id(plan.order.front());
  const std::size_t most = plan.limit.value_or(std::numeric_limits<std::uint32_t>::max());
  const Moment oldest = oldest_row(plan, org, with_deleted);
  for (auto row = range.begin; row < range.end; ++row) {
    if (sorted && found.size() == most) break;
    const Row& head = plan.table->row(row);
    if (head.purged || head.hidden || (head.deleted && !with_deleted)) continue;
    if (head.created < oldest || parent_hidden(plan, org, row)) continue;
    if (!plan.where || matches(*plan.where, org, row)) found.push_back(row);
  }
  if (!sorted) {
    std::stable_sort(found.begin(), found.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return goes_first(plan, org, a, b); });
  }
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace heed::simulated::soql
