#include "heed/sync.hpp"

#include <algorithm>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "sync/history.hpp"
#include "sync/reader.hpp"
#include "sync/shapes.hpp"

namespace heed::sync {

namespace {

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
  void note_returned();
  void read(const Wanted& wanted);
  bool read_once(const Wanted& wanted, bool describe);
  std::shared_ptr<const Shape> shape_of(const Wanted& wanted, bool describe);
  std::shared_ptr<const Shape> described(const Wanted& wanted);
  std::vector<std::string> come_into_sight(const std::optional<Shape>& known,
                                           const Shape& shape) const;
  void note_hidden(const Wanted& wanted, const Sight& sight);
  bool fresh(const Wanted& wanted, const Shape& shape) const;

  crm::Client& client_;
  mirror::Mirror& mirror_;
  const Options& options_;
  const std::function<void(const Progress&)>& progress_;
  std::stop_token stop_;
  Report report_;
  Moment covered_{};
  std::vector<mirror::Cursor> quiet_;  ///< of objects that had nothing new
};

Report Session::run() {
  const crm::User& user = client_.user();
  mirror_.bind({user.org, user.instance});
  ask_the_time();
  report_.run.command = "sync";
  report_.run.began = report_.reached;
  for (const auto& wanted : options_.objects) {
    if (wanted.only == "IsPersonAccount" && !user.person_accounts) continue;
    read(wanted);
  }
  if (options_.history) {
    read_histories({client_, mirror_, options_, covered_, progress_, stop_}, report_, quiet_);
  }
  note_returned();
  report_.calls = client_.calls();
  for (const auto& [object, tally] : report_.objects) report_.run.tally += tally;
  report_.run.ended = report_.reached;
  report_.run.exit_code = exit_code(Kind::incomplete);
  if (report_.findings.empty()) report_.run.exit_code = 0;
  report_.run = mirror_.finish_run(report_.run, quiet_);
  return std::move(report_);
}

/// Whoever was forgotten here has to be forgotten in the CRM.
void Session::note_returned() {
  const auto returned = mirror_.returned();
  if (returned == 0) return;
  report_.findings.push_back(
      {"", "",
       std::to_string(returned) +
           (returned == 1 ? " forgotten record is" : " forgotten records are") +
           " still in the CRM, and heed keeps the flags under a pseudonym; delete what is left "
           "there, and empty its recycle bin"});
}

/// The run's moment, and up to when the CRM vouches that nothing is still under way.
void Session::ask_the_time() {
  report_.reached = client_.now();
  covered_ = report_.reached;
  for (const auto& wanted : options_.objects) {
    auto answer = client_.covered(wanted.object, report_.reached);
    if (const auto* until = std::get_if<Moment>(&answer)) {
      covered_ = std::min(report_.reached, *until);
      break;
    }
    // An object that cannot be asked says nothing; the next one may.
  }
  report_.lag = report_.reached - covered_;
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
  const auto shape = shape_of(wanted, describe);
  if (shape == nullptr) return true;
  Reader reader(client_, mirror_, shape,
                {report_.reached, covered_, options_, wanted.only, progress_, stop_});
  const Ended ended = reader.read();
  report_.objects[wanted.object] += reader.tally();
  report_.replaced += reader.replaced();
  if (ended == Ended::redescribe) return false;
  quiet_.push_back(reader.cursor());
  for (const auto& hidden : mirror_.hidden()) {
    if (hidden.object == wanted.object && shape->find(hidden.field)) {
      mirror_.shown(hidden.object, hidden.field);
    }
  }
  return true;
}

/// Whether the shape that the mirror has will do without asking the CRM again.
bool Session::fresh(const Wanted& wanted, const Shape& shape) const {
  const auto when = mirror_.described(wanted.object);
  if (!when) return false;
  // Describing anew is optional: not where the day's budget of requests runs low.
  const bool due = *when + options_.describe_every <= report_.reached;
  if (due && client_.allowance() == crm::Allowance::all) return false;
  const auto hidden = mirror_.hidden();
  const auto here = [&](const mirror::Hidden& each) { return each.object == wanted.object; };
  if (std::any_of(hidden.begin(), hidden.end(), here)) return false;
  return std::all_of(wanted.required.begin(), wanted.required.end(),
                     [&](const std::string& name) { return shape.find(name).has_value(); });
}

std::shared_ptr<const Shape> Session::shape_of(const Wanted& wanted, bool describe) {
  if (!describe && !options_.full) {
    auto known = mirror_.shape(wanted.object);
    if (known && fresh(wanted, *known)) return std::make_shared<const Shape>(std::move(*known));
  }
  return described(wanted);
}

std::shared_ptr<const Shape> Session::described(const Wanted& wanted) {
  auto answer = client_.describe(wanted.object);
  std::optional<crm::Description> description;
  if (auto* told = std::get_if<crm::Description>(&answer)) {
    description = std::move(*told);
  } else {
    const auto& refusal = std::get<crm::Refusal>(answer);
    if (refusal.verdict != crm::Verdict::redescribe) throw refusal.error(wanted.object);
  }
  const auto known = mirror_.shape(wanted.object);
  const Sight sight = sight_of(with_seen(wanted, known), description, options_.absent);
  note_hidden(wanted, sight);
  report_.findings.insert(report_.findings.end(), sight.findings.begin(), sight.findings.end());
  if (sight.shape == nullptr) return nullptr;
  // The reading first, then the shape: cut off in between, the field is still a new one.
  const auto back = come_into_sight(known, *sight.shape);
  if (!back.empty()) mirror_.read_again(wanted.object, back, report_.reached);
  mirror_.adopt(*sight.shape, report_.reached);
  return sight.shape;
}

/// Fields of the shape that the mirror never had, or that were hidden and are not being read again.
std::vector<std::string> Session::come_into_sight(const std::optional<Shape>& known,
                                                  const Shape& shape) const {
  std::vector<std::string> fields;
  if (!known) return fields;
  for (const auto& field : shape.fields) {
    if (!known->find(field.name)) fields.push_back(field.name);
  }
  for (const auto& hidden : mirror_.hidden()) {
    const bool here = hidden.object == shape.object && shape.find(hidden.field);
    if (here && !hidden.rereading) fields.push_back(hidden.field);
  }
  return fields;
}

void Session::note_hidden(const Wanted& wanted, const Sight& sight) {
  const auto known = mirror_.shape(wanted.object);
  if (!known) return;
  for (const auto& field : known->fields) {
    if (sight.shape != nullptr && sight.shape->find(field.name)) continue;
    const bool missing = sight.shape != nullptr ||
                         std::any_of(sight.findings.begin(), sight.findings.end(),
                                     [&](const Finding& each) { return each.field == field.name; });
    if (missing) mirror_.hide(wanted.object, field.name, report_.reached);
  }
}

}  // namespace

Report run(crm::Client& client, mirror::Mirror& mirror, const Options& options,
           const std::function<void(const Progress&)>& progress, std::stop_token stop) {
  return Session(client, mirror, options, progress, std::move(stop)).run();
}

}  // namespace heed::sync
