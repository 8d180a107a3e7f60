#include <cstdint>

#include "chain.hpp"
#include "duties.hpp"
#include "heed/error.hpp"
#include "heed/vault.hpp"
#include "sealable.hpp"

namespace heed::ledger {

std::optional<Subject> find_subject(store::Database& database, const mirror::Ref& record) {
  auto row =
      database
          .query(
              "SELECT number, handle, person_object, person_id FROM heed_subject WHERE id = ? "
              "AND object = ?")
          .bind(record.id.text(), record.object);
  if (!row.step()) return std::nullopt;
  const auto person = Id::parse(row.text(3));
  if (!person) throw Error(Kind::storage, "heed_subject holds an id that is none");
  return Subject{
      row.integer(0), std::string(row.text(1)), record, {std::string(row.text(2)), *person}};
}

bool knows_any(store::Database& database, Id least, Id most) {
  auto row = database
                 .query(
                     "SELECT 1 FROM heed_subject WHERE id >= ? AND id <= ? UNION ALL "
                     "SELECT 1 FROM heed_subject WHERE person_id >= ? AND person_id <= ? AND "
                     "person_id <> id LIMIT 1")
                 .bind(least.text(), most.text(), least.text(), most.text());
  return row.step();
}

std::string of_person(const std::string& subject) {
  const auto person = subject + ".person_id";
  const auto id = subject + ".id";
  return "((" + id + " = ? AND " + person + " = " + id + ") OR (" + person + " = ? AND " + person +
         " <> " + id + "))";
}

const std::string_view sealed_subject_columns = "handle, object, id, person_object, person_id";

namespace {

/// Random, but for its beginning: that is when it was given, which the chain tells anyway. So
/// handles that are given together lie together in every index.
std::string new_handle(const Chain& chain) {
  const auto when = static_cast<std::uint64_t>(chain.next_event());
  std::string handle;
  for (int shift = 28; shift >= 0; shift -= 4) handle += "0123456789abcdef"[(when >> shift) & 15U];
  return handle + vault::random_hex(12);
}

Seal seal_of(const Chain& chain, const Subject& subject) {
  return chain.sealed(Sealable()
                          .add(subject.handle, subject.record.object, subject.record.id.text(),
                               subject.person.object, subject.person.id.text())
                          .text());
}

}  // namespace

Subject add_subject(Chain& chain, const mirror::Ref& record, const mirror::Ref& person,
                    bool stranger) {
  Subject subject{chain.next_subject(), new_handle(chain), record, person};
  chain.balance().meets(person, stranger);
  const auto seal = seal_of(chain, subject);
  auto& pen = chain.pens().subject;
  pen.take(chain.database(),
           "INSERT INTO heed_subject (number, handle, object, id, person_object, person_id, seal) "
           "VALUES (?, ?, ?, ?, ?, ?, ?)");
  pen.add(subject.number, subject.handle, record.object, record.id.text(), person.object,
          person.id.text(), seal.blob())
      .write();
  return subject;
}

void set_person(Chain& chain, const Subject& subject) {
  chain.balance().moves(subject.number, subject.person);
  chain.database()
      .query("UPDATE heed_subject SET person_object = ?, person_id = ?, seal = ? WHERE number = ?")
      .bind(subject.person.object, subject.person.id.text(), seal_of(chain, subject).blob(),
            subject.number)
      .run();
}

void rename_subject(Chain& chain, const Subject& subject) {
  chain.balance().moves(subject.number, subject.person);
  chain.database()
      .query(
          "UPDATE heed_subject SET object = ?, id = ?, person_object = ?, person_id = ?, seal = ? "
          "WHERE number = ?")
      .bind(subject.record.object, subject.record.id.text(), subject.person.object,
            subject.person.id.text(), seal_of(chain, subject).blob(), subject.number)
      .run();
}

void drop_subject(Chain& chain, std::int64_t number) {
  chain.balance().moves(number, std::nullopt);
  chain.database()
      .query(
          "UPDATE heed_subject SET object = NULL, id = NULL, person_object = NULL, "
          "person_id = NULL, seal = NULL WHERE number = ?")
      .bind(number)
      .run();
}

std::vector<Receipt> receipts_of(store::Database& database, std::int64_t subject) {
  std::vector<Receipt> receipts;
  auto row = database
                 .query(
                     "SELECT r.field, r.change, r.day, t.text FROM heed_receipt r "
                     "JOIN heed_event e ON e.number = r.event "
                     "LEFT JOIN heed_text t ON t.hash = e.reason WHERE r.subject = ?")
                 .bind(subject);
  while (row.step()) {
    receipts.push_back(
        {std::string(row.text(0)), row.integer(1), row.day(2), std::string(row.text(3))});
  }
  return receipts;
}

void save_receipt(store::Database& database, const Duty& duty, Day day, std::int64_t event) {
  database
      .query(
          "INSERT INTO heed_receipt (subject, field, change, day, event) "
          "SELECT subject, ?, change, ?, ? FROM heed_duty WHERE number = ? "
          "ON CONFLICT (subject, field, change) DO UPDATE SET day = excluded.day, "
          "event = excluded.event")
      .bind(duty.field, day, event, duty.number)
      .run();
}

namespace {

/// The value after its seal.
std::string sealed_value(const Chain& chain, std::string_view name, std::string_view value) {
  const auto seal = chain.sealer().seal(Sealable().add(name, value).text());
  return chain.key_name() + seal + " " + std::string(value);
}

}  // namespace

bool has_setting(const Chain& chain, std::string_view name) {
  return chain.database().query("SELECT 1 FROM heed_ledger WHERE name = ?").bind(name).step();
}

std::string setting(const Chain& chain, std::string_view name) {
  auto row = chain.database().query("SELECT value FROM heed_ledger WHERE name = ?").bind(name);
  if (!row.step()) return {};
  const auto stored = row.text(0);
  const auto value = stored.substr(std::min(stored.size(), stored.find(' ') + 1));
  return stored == sealed_value(chain, name, value) ? std::string(value) : std::string();
}

void set_setting(Chain& chain, std::string_view name, std::string_view value) {
  chain.database()
      .query(
          "INSERT INTO heed_ledger (name, value) VALUES (?, ?) "
          "ON CONFLICT (name) DO UPDATE SET value = excluded.value")
      .bind(name, sealed_value(chain, name, value))
      .run();
}

}  // namespace heed::ledger
