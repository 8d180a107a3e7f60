#include "tampering.hpp"

#include <algorithm>

#include "balance.hpp"
#include "duties.hpp"
#include "heed/error.hpp"
#include "sealable.hpp"

namespace heed::ledger {

namespace {

int count_of(std::string_view columns) {
  return static_cast<int>(std::count(columns.begin(), columns.end(), ',')) + 1;
}

/// Whether the row's first `columns` columns are what the seal in the next one was made of.
bool sealed_right(const store::Statement& row, int columns, const Keys& keys) {
  const auto seal = row.text(columns);
  const auto blank = seal.find(' ');
  if (blank == std::string_view::npos) return false;
  const auto key = keys.find(seal.substr(0, blank));
  if (key == keys.end()) return false;
  Sealable sealable;
  const auto text = sealable.add_row(row, columns).text();
  return key->second.seal(text) == seal.substr(blank + 1);
}

/// The columns, each of the table by its short name.
std::string prefixed(std::string_view columns, char table) {
  std::string text;
  for (const char c : columns) {
    if (text.empty() || text.back() == ' ') text.append({table, '.'});
    text += c;
  }
  return text;
}

std::optional<Flaw> flaw_of_duties(store::Database& database, const Keys& keys) {
  const int columns = count_of(sealed_duty_columns);
  auto row = database.query(
      "SELECT " + prefixed(sealed_duty_columns, 'd') +
      ", d.seal, e.number, e.state, d.state, e.start, d.start, e.due, d.due, e.subject, d.subject "
      "FROM heed_duty d LEFT JOIN heed_event e ON e.number = "
      "(SELECT MAX(x.number) FROM heed_event x WHERE x.duty = d.number) ORDER BY d.number");
  while (row.step()) {
    const auto name = duty_name(row.integer(0));
    const int event = columns + 1;
    if (row.is_null(event)) return Flaw{0, name + " has no event that opened it"};
    for (int column = event + 1; column < event + 9; column += 2) {
      if (row.optional_text(column) == row.optional_text(column + 1)) continue;
      return Flaw{row.integer(event), "does not agree with the table of duties about " + name};
    }
    if (!sealed_right(row, columns, keys)) {
      return Flaw{row.integer(event), "is the last about " + name +
                                          ", which was edited afterwards: its seal does not fit"};
    }
  }
  return std::nullopt;
}

std::optional<Flaw> flaw_of_subjects(store::Database& database, const Keys& keys) {
  const int columns = count_of(sealed_subject_columns);
  auto row = database.query("SELECT " + std::string(sealed_subject_columns) +
                            ", seal FROM heed_subject ORDER BY handle");
  while (row.step()) {
    if (sealed_right(row, columns, keys)) continue;
    return Flaw{0, "the record that subject " + std::string(row.text(0)) +
                       " stands for was edited: its seal does not fit"};
  }
  return std::nullopt;
}

/// Whether the numbers that are kept are these. Such as cannot be read are not.
bool has_numbers(store::Database& database, const Numbers& numbers) {
  try {
    return kept_numbers(database) == numbers;
  } catch (const Error&) {
    return false;
  }
}

/// The number that a query finds; nullopt where it finds none.
std::optional<std::int64_t> first_of(store::Database& database, const char* query) {
  auto row = database.query(query);
  if (!row.step() || row.is_null(0)) return std::nullopt;
  return row.integer(0);
}

struct Rule {
  const char* query;  ///< the first event that breaks it
  const char* problem;
};

constexpr Rule rules[] = {
    {"SELECT MIN(e.number) FROM heed_event e LEFT JOIN heed_duty d ON d.number = e.duty "
     "WHERE e.duty IS NOT NULL AND d.number IS NULL",
     "speaks of a duty that is gone"},
    {"SELECT MIN(e.number) FROM heed_event e JOIN heed_duty d ON d.number = e.duty "
     "LEFT JOIN heed_subject s ON s.handle = e.subject "
     "LEFT JOIN heed_event x ON x.subject = e.subject AND x.kind = 'erased' "
     "WHERE s.handle IS NULL AND x.number IS NULL",
     "is about a record that was taken out of the ledger, and no erasure says so"},
    {"SELECT MIN(r.event) FROM heed_receipt r LEFT JOIN heed_event e ON e.number = r.event AND "
     "e.kind = 'received' AND e.subject = r.subject AND e.day = r.day "
     "LEFT JOIN heed_duty d ON d.number = e.duty AND d.field = r.field AND d.change = r.change "
     "WHERE d.number IS NULL",
     "does not say what the table of receipts says"},
    {"SELECT MAX(e.number) FROM heed_event e JOIN heed_duty d ON d.number = e.duty "
     "LEFT JOIN heed_receipt r ON r.subject = e.subject AND r.field = d.field AND "
     "r.change = d.change "
     "LEFT JOIN heed_event x ON x.subject = e.subject AND x.kind = 'erased' "
     "WHERE e.kind = 'received' AND e.cause = 'act' AND x.number IS NULL AND "
     "(r.event IS NULL OR r.event < e.number)",
     "is not in the table of receipts"},
    {"SELECT MIN(t.event) FROM heed_text t LEFT JOIN heed_event e ON e.number = t.event AND "
     "(e.reason = t.hash OR e.proof = t.hash) WHERE t.event IS NOT NULL AND e.number IS NULL",
     "does not have a text that is filed under it"}};

}  // namespace

std::optional<Flaw> find_flaw(store::Database& database, const Keys& keys) {
  if (auto flaw = flaw_of_duties(database, keys)) return flaw;
  if (auto flaw = flaw_of_subjects(database, keys)) return flaw;
  for (const auto& rule : rules) {
    if (const auto event = first_of(database, rule.query)) return Flaw{*event, rule.problem};
  }
  if (!has_numbers(database, counted_numbers(database))) {
    return Flaw{0, "the numbers of what is owed are not those of the table of duties"};
  }
  return std::nullopt;
}

}  // namespace heed::ledger
