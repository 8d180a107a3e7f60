#pragma once

#include <optional>
#include <span>
#include <vector>

#include "chain.hpp"
#include "people.hpp"

namespace heed::ledger {

/// Who was judged.
struct Judged {
  std::vector<mirror::Ref> records;  ///< done with by that
  bool parted = false;               ///< as mirror::Grouped has it
};

/// Brings the duties of people in line with what is known of them. All calls happen inside a
/// transaction of the caller's.
class Judge {
 public:
  /// `because`: the cause of every date that moves; nullopt: as the comparison tells.
  Judge(Chain& chain, const mirror::Mirror& mirror, const Grounds& grounds, const Author& author,
        std::optional<Cause> because = {});

  /// Judges the person a record belongs to. That record's changes may be at hand.
  Judged judge(const mirror::Ref& record,
               std::optional<std::span<const Change>> changes = std::nullopt);

  /// Judges a record that was never linked, and whose changes these are. `stranger`: the ledger has
  /// surely nothing of it.
  void judge_alone(const mirror::Ref& record, std::span<const Change> changes, bool stranger);

  /// What the office's baseline says of a standing duty. True if it decided.
  bool decide(Duty& duty);

  /// What was done since construction; only the counts of steps are filled in.
  const Outcome& outcome() const { return outcome_; }

 private:
  void bring_in_line(Dossier& dossier);
  void reconcile(Dossier& dossier, const std::vector<policy::Duty>& found);
  void open(Dossier& dossier, Member& member, const policy::Duty& found, const Wished& wished);
  void update(Duty& duty, const policy::Duty& found, const Wished& wished);
  void lost(Duty& duty, const Dossier& dossier);
  void take_up(Duty& duty);
  void doubt(Duty& duty, std::optional<Cause> cause);
  /// `wished` and `found`: its wish and what the engine asks because of it, where both are there.
  void settle(Duty& duty, Dossier& dossier, const Wished* wished, const policy::Duty* found);
  void settle_erasure(Duty& duty, const Dossier& dossier);
  void note_emptiness(const Duty& duty, const Dossier& dossier);
  void settle_channel(Duty& duty, const Dossier& dossier, const Wished& wished,
                      const policy::Duty& found);
  void settle_field(Duty& duty, Dossier& dossier, const Wished* wished);
  void open_again(Duty& duty);
  void meet(Duty& duty, Day day, State state, Cause cause, const std::string& proof);
  void regrade(Duty& duty, Cause cause, const Wished& wished);
  void regroup(Dossier& dossier);
  bool names_rule(const Duty& duty) const;
  std::int64_t step(Step step, const Duty& duty);

  Chain& chain_;
  Lookup lookup_;
  const Grounds& grounds_;
  const Author& author_;
  std::optional<Cause> because_;
  policy::Rulebook::Recent recent_;
  Outcome outcome_;
};

/// Copies what the engine found into a duty; number, subject and life stay.
void fill(Duty& duty, const policy::Duty& found, const policy::Wish& wish);

/// The grade of a duty that was done on `day`: by the day that the law sets, whatever target the
/// office has of its own.
State grade(const Duty& duty, Day day);

/// Whether a person or a field of the CRM says when the wish came in.
bool says_when(const Wished& wished);

}  // namespace heed::ledger
