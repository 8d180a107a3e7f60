#include "tampering.hpp"

#include <algorithm>

#include "balance.hpp"
#include "duties.hpp"
#include "heed/error.hpp"
#include "raw.hpp"
#include "rules.hpp"
#include "sealable.hpp"

namespace heed::ledger {

namespace {

int count_of(std::string_view columns) {
  return static_cast<int>(std::count(columns.begin(), columns.end(), ',')) + 1;
}

/// Whether the row's first `columns` columns are what the seal in the next one was made of.
bool sealed_right(const store::Statement& row, int columns, const Keys& keys) {
  const auto seal = row.blob(columns);
  if (seal.size() < key_name_bytes) return false;
  const auto key = keys.find(digits_of(seal.substr(0, key_name_bytes)));
  if (key == keys.end()) return false;
  Sealable sealable;
  const auto text = sealable.add_row(row, columns).text();
  return key->second.seal(text) == digits_of(seal.substr(key_name_bytes));
}

std::optional<Flaw> flaw_of_duties(store::Database& database, const Keys& keys) {
  const int columns = count_of(sealed_duty_columns);
  auto row = database.query("SELECT " + std::string(sealed_duty_columns) +
                            ", d.seal, e.number, e.state, d.state, e.start, d.start, e.due, d.due "
                            "FROM " +
                            std::string(duty_source) +
                            " LEFT JOIN heed_event e ON e.number = (SELECT MAX(x.number) FROM "
                            "heed_event x WHERE x.duty = d.number) ORDER BY d.number");
  while (row.step()) {
    const auto name = duty_name(row.integer(0));
    const int event = columns + 1;
    if (row.is_null(event)) return Flaw{0, name + " has no event that opened it"};
    for (int column = event + 1; column < event + 7; column += 2) {
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

/// What an erasure left of a subject has no seal: its events name the handle.
std::optional<Flaw> flaw_of_subjects(store::Database& database, const Keys& keys) {
  const int columns = count_of(sealed_subject_columns);
  auto row = database.query("SELECT " + std::string(sealed_subject_columns) +
                            ", seal FROM heed_subject WHERE COALESCE(object, id, person_object, "
                            "person_id, seal) IS NOT NULL ORDER BY number");
  while (row.step()) {
    if (sealed_right(row, columns, keys)) continue;
    return Flaw{0, "the record that subject " + std::string(row.text(0)) +
                       " stands for was edited: its seal does not fit"};
  }
  return std::nullopt;
}

std::optional<Flaw> flaw_of_rules(store::Database& database, const Keys& keys) {
  const int columns = count_of(sealed_rule_columns);
  auto row = database.query("SELECT " + std::string(sealed_rule_columns) +
                            ", seal, number FROM heed_rule ORDER BY number");
  while (row.step()) {
    if (sealed_right(row, columns, keys)) continue;
    return Flaw{0, "row " + std::to_string(row.integer(columns + 1)) +
                       " of the table of rules was edited: its seal does not fit"};
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

// A row whose seal fits may be an older one that was put back: what people did has to be in it.
constexpr Rule rules[] = {
    {"SELECT MIN(e.number) FROM heed_event e JOIN heed_duty d ON d.number = e.duty "
     "WHERE e.kind = 'acknowledged' AND d.acknowledged_on IS NOT e.day AND NOT EXISTS "
     "(SELECT 1 FROM heed_event x WHERE x.duty = e.duty AND x.number > e.number AND "
     "x.kind = 'acknowledged')",
     "is not in the table of duties: its row is an older one"},
    {"SELECT MIN(e.number) FROM heed_event e JOIN heed_duty d ON d.number = e.duty "
     "WHERE e.kind IN ('met', 'met-late', 'refused') AND "
     "d.state IN ('met', 'met-late', 'refused') AND d.closed_on IS NOT e.day AND NOT EXISTS "
     "(SELECT 1 FROM heed_event x WHERE x.duty = e.duty AND x.number > e.number AND "
     "x.kind IN ('met', 'met-late', 'refused'))",
     "is not in the table of duties: its row is an older one"},
    {"SELECT MIN(e.number) FROM heed_event e JOIN heed_duty d ON d.number = e.duty "
     "WHERE e.kind = 'reopened' AND e.cause = 'act' AND d.reopened = 0 AND NOT EXISTS "
     "(SELECT 1 FROM heed_event x WHERE x.duty = e.duty AND x.number > e.number AND "
     "x.kind IN ('met', 'met-late', 'refused'))",
     "is not in the table of duties: its row is an older one"},
    {"SELECT MIN(e.number) FROM heed_event e JOIN heed_duty d ON d.number = e.duty "
     "WHERE d.steered = 0 AND (e.kind IN ('extended', 'paused', 'resumed') OR "
     "(e.kind = 'received' AND e.cause IN ('identity', 'fee')))",
     "is not in the table of duties: its row is an older one"},
    {"SELECT MIN(e.number) FROM heed_event e JOIN heed_duty d ON d.number = e.duty "
     "JOIN heed_subject s ON s.number = d.subject "
     "LEFT JOIN heed_event x ON x.subject = d.subject AND x.kind = 'erased' "
     "WHERE s.id IS NULL AND x.number IS NULL",
     "is about a record that was taken out of the ledger, and no erasure says so"},
    {"SELECT MIN(r.event) FROM heed_receipt r LEFT JOIN heed_event e ON e.number = r.event AND "
     "e.kind = 'received' AND e.day = r.day "
     "LEFT JOIN heed_duty d ON d.number = e.duty AND d.subject = r.subject AND "
     "d.change = r.change "
     "LEFT JOIN heed_rule a ON a.number = d.rule AND a.field = r.field WHERE a.number IS NULL",
     "does not say what the table of receipts says"},
    {"SELECT MAX(e.number) FROM heed_event e JOIN heed_duty d ON d.number = e.duty "
     "JOIN heed_rule a ON a.number = d.rule "
     "LEFT JOIN heed_receipt r ON r.subject = d.subject AND r.field = a.field AND "
     "r.change = d.change "
     "LEFT JOIN heed_event x ON x.subject = d.subject AND x.kind = 'erased' "
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
  if (auto flaw = flaw_of_rules(database, keys)) return flaw;
  for (const auto& rule : rules) {
    if (const auto event = first_of(database, rule.query)) return Flaw{*event, rule.problem};
  }
  if (!has_numbers(database, counted_numbers(database))) {
    return Flaw{0, "the numbers of what is owed are not those of the table of duties"};
  }
  return std::nullopt;
}

}  // namespace heed::ledger
