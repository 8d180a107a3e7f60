#include <algorithm>

#include "duties.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

/// The handle stands for the pseudonym from now on, and no text about it is left.
void forget(Chain& chain, const Subject& subject, const mirror::Ref& pseudonym,
            const mirror::Ref& person) {
  chain.database()
      .query(
          "DELETE FROM heed_text WHERE event IN (SELECT e.number FROM heed_event e "
          "JOIN heed_duty d ON d.number = e.duty WHERE d.subject = ?)")
      .bind(subject.number)
      .run();
  rename_subject(chain, {subject.number, subject.handle, pseudonym, person});
}

}  // namespace

std::int64_t Ledger::erase(std::span<const Renamed> records, const Author& author,
                           std::string_view reason) {
  if (records.empty()) return 0;
  auto& chain = work_->chain;
  chain.want_key();
  const auto person =
      std::min_element(records.begin(), records.end(), [](const Renamed& a, const Renamed& b) {
        return a.pseudonym < b.pseudonym;
      })->pseudonym;
  std::int64_t handles = 0;
  Unit unit(chain);
  for (const auto& record : records) {
    work_->database.query("UPDATE heed_turn SET id = ? WHERE object = ? AND id = ?")
        .bind(record.pseudonym.id.text(), record.record.object, record.record.id.text())
        .run();
    const auto subject = find_subject(work_->database, record.record);
    if (!subject) continue;
    forget(chain, *subject, record.pseudonym, person);
    Step step{.kind = EventKind::erased, .cause = Cause::act, .subject = &*subject};
    if (!reason.empty()) step.reason = Text{std::string(reason), true};
    chain.append(step, author);
    ++handles;
  }
  unit.commit();
  return handles;
}

}  // namespace heed::ledger
