#include "heed/sync.hpp"

#include <algorithm>
#include <utility>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "sync/care.hpp"
#include "sync/clock.hpp"
#include "sync/describing.hpp"
#include "sync/history.hpp"
#include "sync/reader.hpp"
#include "sync/shapes.hpp"

namespace heed::sync {

namespace {

/// So many requests may pass before the time is asked for anew.
constexpr std::int64_t calls_an_answer = 100;

/// One run over all objects.
class Session {
 public:
  Session(crm::Client& client, mirror::Mirror& mirror, const Options& options,
          const std::function<void(const Progress&)>& progress, std::stop_token stop)
      : client_(client),
        mirror_(mirror),
        options_(options),
        progress_(progress),
        stop_(std::move(stop)) {}

  Report run();

 private:
  void ask_the_time();
  void look_at_the_clock();
  void drop_unasked();
  void note_returned();
  void read_objects();
  void read(const Wanted& wanted);
  bool read_once(const Wanted& wanted, bool describe);
  void read_from_the_first(const std::string& object);
  void note(const SetBack& back);
  void leave_out_of_individuals(std::vector<Finding>& findings) const;
  Wanted as_expected(Wanted wanted) const;
  bool calculated_due(const Shape& shape);
  Ended read_rows(const Task& task, std::optional<Moment>& loaded);

  crm::Client& client_;
  mirror::Mirror& mirror_;
  const Options& options_;
  const std::function<void(const Progress&)>& progress_;
  std::stop_token stop_;
  Report report_;
  Moment covered_{};
  Moment now_{};            ///< the CRM's, when it was last asked
  std::int64_t asked_ = 0;  ///< requests sent by then
  Unsaved unsaved_;
  bool set_back_ = false;  ///< and that is said
};

Report Session::run() {
  const crm::User& user = client_.user();
  mirror_.bind({user.org, user.instance});
  ask_the_time();
  report_.run.command = "sync";
  report_.run.began = report_.reached;
  read_objects();
  if (options_.history) {
    read_histories({client_, mirror_, options_, covered_, progress_, stop_}, report_, unsaved_);
  }
  note_returned();
  report_.calls = client_.calls();
  for (const auto& [object, tally] : report_.objects) report_.run.tally += tally;
  report_.run.ended = report_.reached;
  report_.run.exit_code = exit_code(Kind::incomplete);
  if (report_.findings.empty()) report_.run.exit_code = 0;
  std::vector<mirror::Cursor> cursors;
  for (const auto& [object, cursor] : unsaved_.cursors) cursors.push_back(cursor);
  report_.run = mirror_.finish_run(report_.run, cursors, unsaved_.upkeeps);
  return std::move(report_);
}

/// One object that is refused does not keep the others from being read; all of them do.
void Session::read_objects() {
  drop_unasked();
  std::optional<Error> first;
  bool answered = false;
  for (const auto& wanted : options_.objects) {
    if (wanted.only == "IsPersonAccount" && !client_.user().person_accounts) continue;
    look_at_the_clock();
    try {
      read(wanted);
      answered = true;
    } catch (const Error& error) {
      if (!spares_others(error)) throw;
      add(report_, {refused_object(wanted.object, error)});
      if (!first) first = error;
    }
  }
  if (first && !answered) throw Error(*first);
}

/// What the configuration names no more, and no wish was ever read from. Its persons' data are not
/// kept beside the mirror's: nobody would forget them.
void Session::drop_unasked() {
  for (const auto& object : mirror_.objects()) {
    const auto is = [&object](const Wanted& wanted) { return wanted.object == object; };
    if (std::any_of(options_.objects.begin(), options_.objects.end(), is)) continue;
    if (!mirror_.drop(object)) continue;
    report_.notes.push_back(object +
                            ": the configuration asks for it no more, and what was mirrored of it "
                            "is taken out");
  }
}

/// Whoever was forgotten here has to be forgotten in the CRM.
void Session::note_returned() {
  const auto returned = mirror_.returned();
  if (returned > 0) report_.findings.push_back(still_there(returned));
  const auto back = mirror_.leading_to_forgotten();
  if (!back.empty()) report_.findings.push_back(lead_back(back));
}

/// The run's moment, and up to when the CRM vouches that nothing is still under way.
void Session::ask_the_time() {
  report_.reached = client_.now();
  covered_ = report_.reached;
  bool vouched = false;
  for (const auto& wanted : options_.objects) {
    auto answer = client_.covered(wanted.object, report_.reached);
    vouched = std::holds_alternative<Moment>(answer);
    // An object that cannot be asked says nothing; the next one may.
    if (!vouched) continue;
    covered_ = std::min(report_.reached, std::get<Moment>(answer));
    break;
  }
  if (!vouched) {
    report_.notes.push_back(
        "the CRM does not say up to when its records are whole (getUpdated is refused for every "
        "object): only [mirror] overlap catches what is committed late");
  }
  report_.lag = report_.reached - covered_;
  now_ = report_.reached;
  asked_ = client_.calls();
}

/// A long run asks the time anew: a window is to end where the present is.
void Session::look_at_the_clock() {
  if (client_.calls() < asked_ + calls_an_answer) return;
  now_ = std::max(now_, client_.now());
  asked_ = client_.calls();
}

void Session::read(const Wanted& wanted) {
  if (read_once(wanted, false)) return;
  if (read_once(wanted, true)) return;
  throw Error(Kind::answer, wanted.object +
                                ": the CRM refuses a query over fields that it describes; run heed "
                                "check");
}

/// False when the CRM wants the object described anew.
bool Session::read_once(const Wanted& wanted, bool describe) {
  Describing describing(client_, mirror_, options_, now_);
  const auto shape = describing.shape_of(as_expected(wanted), describe);
  leave_out_of_individuals(describing.findings);
  add(report_, describing.findings);
  report_.notes.insert(report_.notes.end(), describing.notes.begin(), describing.notes.end());
  if (shape == nullptr) return true;
  Task task{client_, mirror_, shape, wanted.only, now_, covered_, options_, progress_, stop_};
  task.whole = options_.full || calculated_due(*shape);
  if (const auto back = set_back(task)) note(*back);
  if (options_.full && !describe) read_from_the_first(wanted.object);
  std::optional<Moment> loaded;
  if (read_rows(task, loaded) != Ended::whole) return false;
  Care care(task, loaded, [&] { return read_rows(task, loaded); });
  if (look_after(care, report_, unsaved_) != Ended::whole) return false;
  for (const auto& hidden : mirror_.hidden()) {
    if (hidden.object == wanted.object && shape->find(hidden.field)) {
      mirror_.shown(hidden.object, hidden.field);
    }
  }
  return true;
}

/// Everything is asked for: what a load that was cut off has read already, it has read of then. The
/// first load goes on to count as begun when heed began to look.
void Session::read_from_the_first(const std::string& object) {
  auto cursor = mirror_.cursor(object);
  if (!cursor.load_began) return;
  cursor.load_after.reset();
  if (cursor.watermark) {
    cursor.load_began = now_;
    cursor.window_mark.reset();
  }
  mirror_.save(cursor);
}

/// Where the object itself is missed, what leads to it need not be missed by name.
void Session::leave_out_of_individuals(std::vector<Finding>& findings) const {
  const auto missed = [](const Finding& each) {
    return each.object == "Individual" && each.field.empty();
  };
  if (std::none_of(report_.findings.begin(), report_.findings.end(), missed)) return;
  std::erase_if(findings, [](const Finding& each) { return each.field.ends_with("IndividualId"); });
}

/// What an org may be without, and the mirror has seen, may not go without a word either.
Wanted Session::as_expected(Wanted wanted) const {
  wanted.expected = wanted.expected || mirror_.shape(wanted.object).has_value();
  return wanted;
}

/// Once for all objects.
void Session::note(const SetBack& back) {
  if (std::exchange(set_back_, true)) return;
  report_.notes.push_back("the CRM's clock was set back: records count as read up to " +
                          to_text(back.said) + ", and it is " + to_text(report_.reached) +
                          " there; what has changed since " + to_text(back.right) +
                          " is read again, and all ids and stamps are compared");
}

/// Calculated fields change without a stamp that would tell: every record is read again for them.
bool Session::calculated_due(const Shape& shape) {
  const bool any = std::any_of(shape.fields.begin(), shape.fields.end(),
                               [](const Field& field) { return field.calculated; });
  const auto every = options_.calculated_every;
  if (!any || every.count() == 0) return false;
  const auto last = mirror_.upkeep(shape.object).calculated;
  if (last && *last + every > report_.reached) return false;
  if (client_.allowance() == crm::Allowance::all) return true;
  add(report_, {put_off(shape.object, "reading all records for the calculated fields")});
  return false;
}

Ended Session::read_rows(const Task& task, std::optional<Moment>& loaded) {
  Reader reader(task);
  const Ended ended = reader.read();
  report_.objects[task.object()] += reader.tally();
  for (const auto& [field, number] : reader.unreadable()) {
    report_.notes.push_back(std::to_string(number) + (number == 1 ? " value of " : " values of ") +
                            task.object() + "." + field +
                            " could not be read: what is no character became U+FFFD, what is no "
                            "value kept the old one");
  }
  loaded = std::max(loaded, reader.loaded());
  if (ended == Ended::whole) unsaved_.cursors[task.object()] = reader.cursor();
  return ended;
}

}  // namespace

Report run(crm::Client& client, mirror::Mirror& mirror, const Options& options,
           const std::function<void(const Progress&)>& progress, std::stop_token stop) {
  return Session(client, mirror, options, progress, std::move(stop)).run();
}

}  // namespace heed::sync
