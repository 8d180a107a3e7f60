#include <algorithm>
#include <map>
#include <set>

#include "sync/history.hpp"
#include "sync/shapes.hpp"
#include "sync/sweep.hpp"

namespace heed::sync {

namespace {

constexpr const char* no_budget =
    " is not compared: the day's budget of requests leaves no room for it; run heed verify "
    "tomorrow, "
    "or raise [crm] calls_a_day";

std::string words(const Difference& difference) {
  using Kind = Difference::Kind;
  switch (difference.kind) {
    case Kind::missing_here:
      return "is in the CRM and not in the mirror";
    case Kind::missing_there:
      return "is in the mirror, and the CRM returns it no more";
    case Kind::older_here:
      return "has a later stamp in the CRM";
    case Kind::newer_here:
      return "has an earlier stamp in the CRM";
    case Kind::standing:
      return "is deleted in one of the two alone";
    case Kind::unread:
      return "was not read since a field of it came into sight";
    case Kind::none:
      break;
  }
  return {};
}

/// Compares one object, and decides about each difference.
class Comparing {
 public:
  Comparing(const Task& task, Moment until, Verification& into)
      : task_(task), into_(into), proof_(into.objects[task.object()]) {
    proof_.until = until;
  }

  Ended run() {
    Sweep sweep(task_);
    Ended ended = Ended::whole;
    const Ended swept = sweep.run([&](const Difference& difference) {
      if (difference.kind == Difference::Kind::none) return;
      doubtful_.push_back(difference);
      if (doubtful_.size() >= most_at_once && ended == Ended::whole) ended = decide();
    });
    if (ended == Ended::whole) ended = decide();
    proof_.there = sweep.there();
    proof_.here = sweep.here();
    proof_.latest_there = sweep.latest_there();
    proof_.latest_here = sweep.latest_here();
    forgotten_ = sweep.forgotten();
    return swept == Ended::whole ? ended : swept;
  }

  /// Records that are forgotten here, and live in the CRM.
  std::int64_t forgotten() const { return forgotten_; }

 private:
  static constexpr std::size_t most_at_once = 500;

  /// Asks for the records in doubt once more: the CRM, and its users, have been at work meanwhile.
  Ended decide() {
    std::vector<Id> ids;
    for (const auto& each : doubtful_) ids.push_back(each.id);
    std::map<Id, mirror::Known> there;
    const Ended ended = read_by_id(task_, narrow(*task_.shape), ids, [&](const Page& page) {
      for (std::size_t i = 0; i < page.size(); ++i) {
        there[page[i].id] = {page[i].id, page[i].stamp, page[i].standing, {}};
      }
    });
    if (ended != Ended::whole) return ended;
    for (const auto& each : doubtful_) {
      const auto at = there.find(each.id);
      if (at == there.end() ? gone_since(each) : newer(at->second, each.here_as)) {
        ++proof_.newer;
      } else {
        wrong(each);
      }
    }
    doubtful_.clear();
    return ended;
  }

  /// Changed after what the mirror claims, or the same as the mirror's by now.
  bool newer(const mirror::Known& there, Id here_as) const {
    if (there.stamp > proof_.until) return true;
    const auto here = task_.mirror.known(task_.object(), here_as);
    return here && here->stamp == there.stamp &&
           (task_.is_history() || here->standing == there.standing) &&
           here->written >= task_.mirror.read_whole_since(*task_.shape);
  }

  /// One that getDeleted names is purged, and the next run will find that.
  bool gone_since(const Difference& difference) {
    if (difference.kind == Difference::Kind::missing_here) return true;
    if (!deleted_) deleted_ = ask_deleted();
    return deleted_->contains(difference.id);
  }

  std::set<Id> ask_deleted() {
    std::set<Id> ids;
    for (const auto& each : task_.mirror.bin(task_.object())) ids.insert(each.id);
    const Moment from = proof_.until - std::chrono::minutes(5);
    const auto window = crm::Window::for_deleted(from, task_.now, task_.now);
    if (!window) return ids;
    auto answer = task_.client.deleted(task_.object(), *window);
    if (const auto* told = std::get_if<crm::Deletions>(&answer)) {
      for (const auto& [id, at] : told->records) ids.insert(id);
    }
    return ids;
  }

  void wrong(const Difference& difference) {
    ++proof_.wrong;
    if (into_.disagreements.size() < Verification::most) {
      into_.disagreements.push_back({task_.object(), difference.id, words(difference)});
    }
  }

  const Task& task_;
  Verification& into_;
  Proof& proof_;
  std::vector<Difference> doubtful_;
  std::optional<std::set<Id>> deleted_;
  std::int64_t forgotten_ = 0;
};

Moment covered_by(crm::Client& client, const std::string& object, Moment now) {
  const auto answer = client.covered(object, now);
  const auto* until = std::get_if<Moment>(&answer);
  return until != nullptr ? std::min(now, *until) : now;
}

/// Proves one object after the other, each with its field history.
class Verifier {
 public:
  Verifier(crm::Client& client, mirror::Mirror& mirror, const Options& options,
           const std::function<void(const Progress&)>& progress, const std::stop_token& stop)
      : client_(client),
        mirror_(mirror),
        options_(options),
        progress_(progress),
        stop_(stop),
        now_(client.now()) {}

  Verification run() {
    for (const auto& wanted : options_.objects) prove(wanted);
    if (forgotten_ > 0) result_.findings.push_back(still_there(forgotten_));
    result_.calls = client_.calls();
    return std::move(result_);
  }

 private:
  void prove(const Wanted& wanted) {
    const auto& object = wanted.object;
    if (!within_budget(object)) return;
    const auto shape = mirror_.shape(object);
    if (!shape || !mirror_.cursor(object).watermark) {
      // What an org may be without, and no run has ever seen, no run will.
      const bool wished = wanted.expected || shape;
      if (wished && !has(options_.absent, object) && wanted.only.empty()) find_unread(object);
      return;
    }
    name_hidden(wanted);
    covered_ = covered_by(client_, object, now_);
    Task task = task_for(*shape);
    task.only = wanted.only;
    compare(task, "; run heed sync");
    if (options_.history) prove_history(*shape);
  }

  void prove_history(const Shape& of) {
    const auto name = mirror::history_name(of.object);
    const auto fields = told_fields(of);
    if (fields.empty() || has(options_.absent, name) || !within_budget(name)) return;
    const auto shape = mirror_.shape(name);
    if (!shape || !mirror_.cursor(name).watermark) {
      if (shape || is_visible(name)) find_unread(name);
      return;
    }
    Task task = task_for(*shape);
    ask_of(task, fields);
    compare(task, "; give the integration user Read on " + of.object +
                      " with its field history, or name it in [absent] fields");
    const auto at = result_.objects.find(name);
    if (at == result_.objects.end()) return;
    at->second.kept = std::max<std::int64_t>(0, mirror_.count(name) - at->second.here);
  }

  bool within_budget(const std::string& object) {
    if (client_.allowance() == crm::Allowance::all) return true;
    result_.findings.push_back({object, "", object + no_budget});
    return false;
  }

  void find_unread(const std::string& object) {
    result_.findings.push_back({object, "", object + " is not mirrored yet; run heed sync first"});
  }

  bool is_visible(const std::string& object) {
    auto answer = client_.describe(object);
    const auto* described = std::get_if<crm::Description>(&answer);
    return described != nullptr && described->queryable;
  }

  Task task_for(const Shape& shape) const {
    return {client_,   mirror_, std::make_shared<const Shape>(shape), "", now_, covered_, options_,
            progress_, stop_};
  }

  /// `mend` is for what the CRM shows no more.
  void compare(const Task& task, const std::string& mend) {
    const auto& object = task.object();
    const Moment watermark = *mirror_.cursor(object).watermark;
    name_stale(object, watermark);
    Comparing comparing(task, std::min(covered_, watermark), result_);
    const Ended ended = prove(comparing, object);
    forgotten_ += comparing.forgotten();
    if (ended == Ended::whole) return;
    result_.objects.erase(object);
    result_.findings.push_back(
        {object, "", object + " cannot be compared: the CRM shows it no more" + mend});
  }

  /// One object that is refused is not proved, and the others are.
  Ended prove(Comparing& comparing, const std::string& object) {
    try {
      return comparing.run();
    } catch (const Error& error) {
      if (!spares_others(error)) throw;
      result_.objects.erase(object);
      result_.findings.push_back(refused_object(object, error));
      return Ended::whole;
    }
  }

  /// What was hidden when it was last described cannot be proved: its values are as they were seen.
  void name_hidden(const Wanted& wanted) {
    for (const auto& hidden : mirror_.hidden()) {
      if (hidden.object != wanted.object) continue;
      const std::string name = hidden.object + "." + hidden.field;
      const bool asked = has(wanted.required, hidden.field) || has(wanted.tracked, hidden.field);
      const auto& absent = options_.absent;
      if (!asked || has(absent, hidden.object) || has(absent, name)) continue;
      result_.findings.push_back({hidden.object, hidden.field,
                                  name + " is hidden since " + to_text(hidden.since) +
                                      ", and its values cannot be proved; give the integration "
                                      "user Read on it, or name it in [absent] fields"});
    }
  }

  /// What changed after the watermark counts as no difference, so a mirror that stands still would
  /// prove itself for ever.
  void name_stale(const std::string& object, Moment watermark) {
    const auto behind = covered_ - watermark;
    if (behind <= mirror::stale_after + options_.overlap) return;
    const auto hours = std::chrono::floor<std::chrono::hours>(behind).count();
    result_.findings.push_back({object, "",
                                object + " is mirrored up to " + to_text(watermark) + ", " +
                                    std::to_string(hours) +
                                    " hours before what the CRM vouches for (" + to_text(covered_) +
                                    "), and what changed since is not proved; run heed sync"});
  }

  crm::Client& client_;
  mirror::Mirror& mirror_;
  const Options& options_;
  const std::function<void(const Progress&)>& progress_;
  const std::stop_token& stop_;
  Moment now_;
  Moment covered_{};  ///< for the object at hand
  std::int64_t forgotten_ = 0;
  Verification result_;
};

}  // namespace

Verification verify(crm::Client& client, mirror::Mirror& mirror, const Options& options,
                    const std::function<void(const Progress&)>& progress,
                    const std::stop_token& stop) {
  const crm::User& user = client.user();
  mirror.refuse_other({user.org, user.instance});
  return Verifier(client, mirror, options, progress, stop).run();
}

}  // namespace heed::sync
