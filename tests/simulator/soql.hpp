#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "heed/record.hpp"
#include "simulator/org.hpp"

namespace heed::simulated::soql {

/// A name as it stands in the query, and where: characters from 0.
struct Name {
  std::string text;
  std::size_t at = 0;
};

struct Literal {
  enum class Kind { null, flag, number, date, moment, text };
  Kind kind = Kind::null;
  std::string text;  ///< of a `text` without its quotes, else as it stands
  std::size_t at = 0;
};

enum class Op { equal, unequal, less, less_equal, greater, greater_equal, like, in, not_in };

struct Condition {
  enum class Kind { all, any, negated, compare };
  Kind kind = Kind::compare;
  std::vector<Condition> parts;
  Name field;
  Op op = Op::equal;
  std::size_t op_at = 0;
  std::vector<Literal> values;
};

struct Order {
  Name field;
  bool descending = false;
  bool nulls_last = false;
};

/// A query as it was written, before anybody looks whether its names exist.
struct Query {
  std::string text;
  bool count = false;
  std::vector<Name> select;
  Name object;
  std::optional<Condition> where;
  std::vector<Order> order;
  std::optional<std::uint32_t> limit;
};

/// Throws a MalformedQueryFault, or says what the simulator does not implement.
Query parse(std::string_view text);

/// A field of the queried object or, through references, of a parent.
struct Field {
  const Table* table = nullptr;
  std::size_t column = 0;
  std::vector<std::pair<const Table*, std::size_t>> through;  ///< references, outermost first

  const FieldInfo& info() const { return table->info().fields[column]; }
};

struct Test {
  Condition::Kind kind = Condition::Kind::compare;
  std::vector<Test> parts;
  Field field;
  Op op = Op::equal;
  std::vector<Value> values;  ///< of the field's kind; texts are folded
};

struct Key {
  Field field;
  bool descending = false;
  bool nulls_last = false;
};

/// A selected field, or a parent with its own; in the order of the answer.
struct Selected {
  std::string name;
  Field field;                     ///< of a parent: the reference to it
  std::vector<Selected> children;  ///< empty: a field
};

/// A query whose names and values fit the org as this user sees it. Moves, but is never copied.
struct Plan {
  const Table* table = nullptr;
  bool count = false;
  std::vector<Selected> select;
  std::optional<Test> where;
  std::vector<Key> order;
  std::optional<std::uint32_t> limit;
  std::deque<std::string> texts;  ///< what the tests' values point to

  Plan() = default;
  Plan(Plan&&) = default;
  Plan& operator=(Plan&&) = default;
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
};

/// Throws InvalidSObjectFault, InvalidFieldFault or MalformedQueryFault as the CRM would.
Plan bind(const Query& query, const Org& org);

/// The rows that match, in the order asked for (else by id), without purged and hidden ones, and
/// without deleted ones unless `with_deleted`.
std::vector<std::uint32_t> run(const Plan& plan, const Org& org, bool with_deleted);

/// A field's value for a row of the queried object; Null where a parent is missing.
Value read(const Field& field, const Org& org, std::uint32_t row);

/// The row that a reference points to, unless it is null, purged or not shared.
std::optional<std::pair<const Table*, std::uint32_t>> follow(const Org& org, const Table& table,
                                                             std::uint32_t row, std::size_t column);

/// `text` without letter case, as the CRM compares texts.
std::string fold(std::string_view text);

}  // namespace heed::simulated::soql
