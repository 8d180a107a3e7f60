#include "sync/care.hpp"

#include <algorithm>
#include <utility>

#include "sync/deletions.hpp"
#include "sync/reconcile.hpp"
#include "sync/shapes.hpp"

namespace heed::sync {

bool comparison_due(const mirror::Upkeep& upkeep, const Options& options, Moment now) {
  if (options.reconcile || upkeep.comparing_since) return true;
  const auto every = options.reconcile_every;
  return every.count() > 0 && (!upkeep.reconciled || *upkeep.reconciled + every <= now);
}

Ended Care::run() {
  // What the first load has read, its deleted records among it, needs no second look. A later one
  // does not show what is gone.
  const bool first = loaded_ && task_.mirror.loaded(task_.object()) == loaded_;
  if (first && !upkeep_.reconciled) upkeep_.reconciled = loaded_;
  if (loaded_) upkeep_.calculated = loaded_;
  if (deletions() != Ended::whole) return Ended::redescribe;
  if (reconcile_due() && reconcile() != Ended::whole) return Ended::redescribe;
  return Ended::whole;
}

std::optional<mirror::Upkeep> Care::upkeep() const {
  if (upkeep_ == before_) return std::nullopt;
  return upkeep_;
}

Ended Care::deletions() {
  // Records that are only ever added have no deletions that anything follows from.
  if (task_.shape->stamp == "CreatedDate") return Ended::whole;
  Deletions deletions(task_, upkeep_);
  if (deletions.read() != Ended::whole) return Ended::redescribe;
  if (deletions.log() == Deletions::Log::gap) gap_ = true;
  if (deletions.log() == Deletions::Log::lost && resync() != Ended::whole) return Ended::redescribe;
  // What cannot be deleted has no log either.
  const bool refused = deletions.log() == Deletions::Log::refused;
  if (refused && task_.shape->find("IsDeleted")) note_untold(deletions.code());
  if (deletions.check_bin() != Ended::whole) return Ended::redescribe;
  if (deletions.doubt()) findings_.push_back(*deletions.doubt());
  tally_ += deletions.tally();
  return Ended::whole;
}

/// getDeleted is refused: to this user, or to everybody, for an object that has no such log.
void Care::note_untold(const std::string& code) {
  const auto& object = task_.object();
  const auto answer = task_.client.describe(object);
  const auto* described = std::get_if<crm::Description>(&answer);
  if (described == nullptr || described->replicateable) {
    findings_.push_back(deletions_untold(object, code));
    return;
  }
  notes_.push_back(object +
                   ": the CRM keeps no log of its deletions, so what is gone is found when all ids "
                   "are compared ([sync] reconcile, or heed sync --reconcile), and counts as "
                   "vanished");
}

/// The CRM has lost its log of deletions: all is read again and compared, once; where it goes on
/// saying so, the comparison that comes by itself must do.
Ended Care::resync() {
  const auto& object = task_.object();
  const auto& until = upkeep_.deletions_until;
  if (until && *until > task_.now - Deletions::least_span) {
    return Ended::whole;  // from there on too little time has passed to be asked about
  }
  lost_ = true;
  if (upkeep_.resynced && *upkeep_.resynced + task_.options.deletion_window > task_.now) {
    findings_.push_back({object, "",
                         object +
                             ": the CRM does not tell of deletions; run heed sync --reconcile to "
                             "find them, and ask its administrator why getDeleted fails"});
    return Ended::whole;
  }
  notes_.push_back(object +
                   ": the CRM has lost its log of deletions; every record is read again and "
                   "compared, this once");
  gap_ = true;
  upkeep_.resynced = task_.now;
  upkeep_.deletions_until = task_.now;  // what was deleted until now the comparison shows
  if (loaded_) return Ended::whole;
  task_.mirror.read_again(object, {}, task_.now);
  begin_comparing();  // cut off from here on, the next run goes on with both
  return reread_();
}

void Care::begin_comparing() {
  upkeep_.comparing_since = task_.now;
  upkeep_.compared_to.reset();
  task_.mirror.begin_comparing(upkeep_);
  before_ = upkeep_;
}

/// Whether the comparison under way is as good as a new one: what was deleted since it began, the
/// CRM still tells. Who asks for one wants all of the present compared.
bool Care::goes_on() const {
  const auto& since = upkeep_.comparing_since;
  if (!since || gap_ || task_.options.reconcile) return false;
  return *since + task_.options.deletion_window > task_.now;
}

bool Care::reconcile_due() {
  if (task_.options.reconcile || gap_) return true;
  if (!comparison_due(upkeep_, task_.options, task_.now)) return false;
  // What only comes round leaves the day's requests to what must be.
  if (task_.client.allowance() == crm::Allowance::all) return true;
  findings_.push_back(put_off(task_.object(), "comparing all ids with the CRM's"));
  return false;
}

Ended Care::reconcile() {
  if (!goes_on()) begin_comparing();
  Reconcile reconcile(task_, upkeep_.compared_to);
  if (reconcile.run() != Ended::whole) return Ended::redescribe;
  tally_ += reconcile.tally();
  compared_ = reconcile.result();
  findings_.insert(findings_.end(), reconcile.findings().begin(), reconcile.findings().end());
  const auto since = std::exchange(upkeep_.comparing_since, std::nullopt);
  upkeep_.compared_to.reset();
  // What is not believed is looked at again, and told, by every run until it is mended.
  upkeep_.reconciled = reconcile.believed() ? since : std::nullopt;
  if (lost_ && since && reconcile.believed()) upkeep_.deletions_until = since;
  return Ended::whole;
}

Ended look_after(Care& care, Report& report, Unsaved& unsaved) {
  const Ended ended = care.run();
  report.objects[care.object()] += care.tally();
  if (ended != Ended::whole) return ended;
  if (care.compared()) report.compared[care.object()] = *care.compared();
  add(report, care.findings());
  report.notes.insert(report.notes.end(), care.notes().begin(), care.notes().end());
  if (const auto upkeep = care.upkeep()) unsaved.upkeeps.push_back(*upkeep);
  return ended;
}

void add(Report& report, const std::vector<Finding>& findings) {
  for (const auto& each : findings) {
    const auto same = [&](const Finding& other) { return other.text == each.text; };
    if (std::none_of(report.findings.begin(), report.findings.end(), same)) {
      report.findings.push_back(each);
    }
  }
}

}  // namespace heed::sync
