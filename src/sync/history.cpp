#include "sync/history.hpp"

#include <algorithm>
#include <utility>

#include "heed/error.hpp"
#include "sync/clock.hpp"
#include "sync/describing.hpp"
#include "sync/reader.hpp"
#include "sync/shapes.hpp"

namespace heed::sync {

namespace {

constexpr std::int64_t batch = 500;  // records a transaction

class Histories {
 public:
  Histories(const HistoryRun& run, Report& report, Unsaved& unsaved)
      : run_(run), report_(report), unsaved_(unsaved) {}

  void read(const std::string& object) {
    const auto shape = run_.mirror.shape(object);
    const auto fields = shape ? told_fields(*shape) : std::vector<std::string>();
    const auto name = mirror::history_name(object);
    look_at_the_clock(name);
    const bool may_ask = run_.client.allowance() != crm::Allowance::none;
    if (may_ask && !fields.empty() && (!nothing_new(object, name, fields) || compares(name))) {
      if (!read_once(object, fields, false) && !read_once(object, fields, true)) {
        throw Error(Kind::answer, name +
                                      ": the CRM refuses a query over fields that it describes; "
                                      "run heed check");
      }
    }
    take(object, name);
  }

 private:
  bool compares(const std::string& name) const {
    return run_.mirror.shape(name) &&
           comparison_due(run_.mirror.upkeep(name), run_.options, report_.reached);
  }

  /// Every change moves its record's stamp, so an object whose window is empty has no new history,
  /// provided that its history has been read as far as it was itself.
  bool nothing_new(const std::string& object, const std::string& name,
                   const std::vector<std::string>& fields) {
    run_.mirror.follow_history(object, fields, report_.reached);
    auto cursor = run_.mirror.cursor(name);
    const auto parent = run_.mirror.cursor(object);
    if (run_.options.full || report_.objects.at(object).seen > 0) return false;
    if (!run_.mirror.unseen(object, 1).empty()) return false;
    if (!cursor.watermark || cursor.load_began || cursor.window_to) return false;
    // A window that an earlier run left open may have no rows left, and have stored some then.
    if (!parent.watermark || parent.window_to || parent.load_began) return false;
    if (*cursor.watermark < *parent.watermark) return false;
    const auto& now = unsaved_.cursors.at(object);
    if (!now.watermark) return false;
    cursor.watermark = std::max(*cursor.watermark, *now.watermark);
    unsaved_.cursors[name] = cursor;
    return true;
  }

  Task task_for(std::shared_ptr<const Shape> shape) const {
    return {run_.client,  run_.mirror,  std::move(shape), "",       report_.reached,
            run_.covered, run_.options, run_.progress,    run_.stop};
  }

  /// What the object's own step back has said is not said once more.
  void look_at_the_clock(const std::string& name) {
    auto shape = run_.mirror.shape(name);
    if (shape) set_back(task_for(std::make_shared<const Shape>(std::move(*shape))));
  }

  bool read_once(const std::string& object, const std::vector<std::string>& fields, bool anew) {
    const auto shape = shape_of(object, anew);
    if (shape == nullptr) return true;
    Task task = task_for(shape);
    task.whole = run_.options.full;
    ask_of(task, fields);
    Reader reader(task);
    const Ended ended = reader.read();
    report_.objects[shape->object] += reader.tally();
    if (ended == Ended::redescribe || !read_unseen(object, task)) return false;
    unsaved_.cursors[shape->object] = reader.cursor();
    Care care(task, reader.loaded(), [] { return Ended::whole; });
    if (look_after(care, report_, unsaved_) == Ended::redescribe) return false;
    if (run_.mirror.ids(shape->object, std::nullopt, 1).empty()) {
      report_.notes.push_back(shape->object +
                              " has no row of a preference: none has changed in 24 months, or the "
                              "CRM does not track the fields (Object Manager > Fields > Set "
                              "History Tracking)");
    }
    return true;
  }

  /// Reads what became visible with its records, long after the moments that it is stamped with.
  /// False when the object is to be described anew.
  bool read_unseen(const std::string& object, Task task) {
    task.ids_of = mirror::history_of(*task.shape)->parent;
    for (;;) {
      task.heed_stop();
      const auto ids = run_.mirror.unseen(object, batch);
      if (ids.empty()) return true;
      auto asked = ids;  // the CRM knows no pseudonyms
      std::erase_if(asked, [&](const Id& id) { return run_.mirror.is_pseudonym(id); });
      if (record_by_id(task, asked, report_.objects[task.object()]) != Ended::whole) return false;
      run_.mirror.strike_unseen(object, ids);
    }
  }

  std::shared_ptr<const Shape> shape_of(const std::string& object, bool anew) {
    Wanted wanted;
    wanted.object = mirror::history_name(object);
    wanted.expected = false;
    const auto parent = object.ends_with("__c") ? std::string("ParentId") : object + "Id";
    wanted.required = {parent, "Field", "OldValue", "NewValue"};
    wanted.optional = {"CreatedById"};
    Describing describing(run_.client, run_.mirror, run_.options, report_.reached);
    auto shape = describing.shape_of(wanted, anew);
    if (shape == nullptr && !has(run_.options.absent, wanted.object)) {
      report_.notes.push_back(wanted.object + " is not visible to this user: changes of " + object +
                              " are known as heed sees them, between two runs; give it Read on " +
                              object + " and switch on its field history for exact times");
    }
    return shape;
  }

  void take(const std::string& object, const std::string& name) {
    for (;;) {
      if (run_.stop.stop_requested()) {
        throw Error(Kind::interrupted, name + ": stopped; the next run goes on from here");
      }
      const auto taken = run_.mirror.take_history(object, batch, report_.reached);
      if (taken.seen == 0) return;
      report_.objects[name].changes += taken.changes;
    }
  }

  const HistoryRun& run_;
  Report& report_;
  Unsaved& unsaved_;
};

}  // namespace

std::vector<std::string> told_fields(const Shape& shape) {
  std::vector<std::string> fields;
  for (const auto& field : shape.fields) {
    if (field.tracked && field.type != FieldType::id) fields.push_back(field.name);
  }
  return fields;
}

void ask_of(Task& task, std::vector<std::string> fields) {
  task.one_of = "Field";
  task.texts = std::move(fields);
}

void read_histories(const HistoryRun& run, Report& report, Unsaved& unsaved) {
  Histories histories(run, report, unsaved);
  for (const auto& wanted : run.options.objects) {
    // An object that was not read to its end has changes that its history must not run ahead of.
    if (!unsaved.cursors.contains(wanted.object)) continue;
    try {
      histories.read(wanted.object);
    } catch (const Error& error) {
      if (!spares_others(error)) throw;
      report.findings.push_back(refused_object(mirror::history_name(wanted.object), error));
    }
  }
}

}  // namespace heed::sync
