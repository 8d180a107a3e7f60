#include <algorithm>
#include <set>

#include "duties.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

constexpr std::string_view events_of_subject =
    "SELECT e.number FROM heed_event e JOIN heed_duty d ON d.number = e.duty WHERE d.subject = ?";

/// Adds the digests of texts that others may share, and that steps about the subject gave.
void add_shared(store::Database& database, const Subject& subject, std::set<std::string>& digests) {
  for (const auto* column : {"reason", "proof"}) {
    auto row =
        database
            .query("SELECT t.hash FROM heed_text t JOIN heed_event e ON e." + std::string(column) +
                   " = t.hash WHERE t.event IS NULL AND e.number IN (" +
                   std::string(events_of_subject) + ")")
            .bind(subject.number);
    while (row.step()) digests.emplace(row.blob(0));
  }
}

/// The handle stands for the pseudonym from now on, and no text about it is left.
void forget(Chain& chain, const Subject& subject, const mirror::Ref& pseudonym,
            const mirror::Ref& person) {
  chain.database()
      .query("DELETE FROM heed_text WHERE event IN (" + std::string(events_of_subject) + ")")
      .bind(subject.number)
      .run();
  rename_subject(chain, {subject.number, subject.handle, pseudonym, person});
}

/// Who is filed under the record and is not forgotten: in a copy, a record that has left since.
void part_others(Chain& chain, const Renamed& record) {
  std::vector<Subject> others;
  auto row = chain.database()
                 .query(
                     "SELECT number, handle, object, id FROM heed_subject WHERE person_id = ? AND "
                     "person_id <> id")
                 .bind(record.record.id.text());
  while (row.step()) {
    if (const auto id = Id::parse(row.text(3))) {
      others.push_back({row.integer(0),
                        std::string(row.text(1)),
                        {std::string(row.text(2)), *id},
                        record.pseudonym});
    }
  }
  for (const auto& other : others) set_person(chain, other);
}

/// A text that was given for many at once goes with the last of them: it may name one.
void forget_shared(Chain& chain, std::set<std::string> digests) {
  if (digests.empty()) return;
  auto& database = chain.database();
  auto row = database.query(
      "SELECT e.reason, e.proof FROM heed_event e LEFT JOIN heed_duty d ON d.number = e.duty "
      "WHERE e.kind = 'erased' OR COALESCE(e.subject, d.subject) NOT IN "
      "(SELECT subject FROM heed_event WHERE kind = 'erased')");
  while (row.step() && !digests.empty()) {
    for (const int column : {0, 1}) {
      if (!row.is_null(column)) digests.erase(std::string(row.blob(column)));
    }
  }
  for (const auto& digest : digests) {
    database.query("DELETE FROM heed_text WHERE hash = ? AND event IS NULL")
        .bind(store::Blob{digest})
        .run();
  }
  chain.forget_texts();
}

}  // namespace

std::int64_t Ledger::erase(std::span<const Renamed> records, const Author& author,
                           std::string_view reason) {
  if (records.empty()) return 0;
  auto& chain = work_->chain;
  auto& database = work_->database;
  chain.want_key();
  const auto person =
      std::min_element(records.begin(), records.end(), [](const Renamed& a, const Renamed& b) {
        return a.pseudonym < b.pseudonym;
      })->pseudonym;
  std::int64_t handles = 0;
  std::set<std::string> shared;
  Unit unit(chain);
  for (const auto& record : records) {
    database.query("UPDATE heed_turn SET id = ? WHERE object = ? AND id = ?")
        .bind(record.pseudonym.id.text(), record.record.object, record.record.id.text())
        .run();
    const auto subject = find_subject(database, record.record);
    if (!subject) continue;
    add_shared(database, *subject, shared);
    forget(chain, *subject, record.pseudonym, person);
    Step step{.kind = EventKind::erased, .cause = Cause::act, .subject = &*subject};
    if (!reason.empty()) step.reason = Text{std::string(reason), true};
    chain.append(step, author);
    ++handles;
  }
  for (const auto& record : records) part_others(chain, record);
  forget_shared(chain, std::move(shared));
  unit.commit();
  return handles;
}

}  // namespace heed::ledger
