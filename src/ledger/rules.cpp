#include "rules.hpp"

#include "chain.hpp"
#include "sealable.hpp"

namespace heed::ledger {

const std::string_view sealed_rule_columns =
    "object, field, preference, how, pack, version, rule, title, kind, zone, calendar";

namespace {

constexpr int asked_columns = 11;

Rules all_rules(store::Database& database) {
  Rules rules;
  auto row = database.query("SELECT " + std::string(sealed_rule_columns) +
                            ", number FROM heed_rule ORDER BY number DESC");
  while (row.step()) {
    Sealable text;
    rules[std::string(text.add_row(row, asked_columns).text())] = row.integer(asked_columns);
  }
  return rules;
}

}  // namespace

std::int64_t RuleTable::number_of(const Chain& chain, const Asked& asked) {
  auto& database = chain.database();
  if (!known_) known_ = all_rules(database);
  Sealable text;
  text.add(asked.object, asked.field, asked.preference, asked.how, asked.pack, asked.version,
           asked.rule, asked.title, asked.kind, asked.zone, asked.calendar);
  const auto known = known_->find(text.text());
  if (known != known_->end()) return known->second;
  database
      .query("INSERT INTO heed_rule (" + std::string(sealed_rule_columns) +
             ", seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(asked.object, asked.field, asked.preference, asked.how, asked.pack, asked.version,
            asked.rule, asked.title, asked.kind, asked.zone, asked.calendar,
            chain.sealed(text.text()).blob())
      .run();
  auto row = database.query("SELECT last_insert_rowid()");
  row.step();
  known_->emplace(text.text(), row.integer(0));
  return row.integer(0);
}

}  // namespace heed::ledger
