#include "sync/history.hpp"

#include <algorithm>

#include "heed/error.hpp"
#include "sync/reader.hpp"
#include "sync/shapes.hpp"

namespace heed::sync {

namespace {

constexpr std::int64_t batch = 500;  // records a transaction

class Histories {
 public:
  Histories(const HistoryRun& run, Report& report, std::vector<mirror::Cursor>& quiet)
      : run_(run), report_(report), quiet_(quiet) {}

  void read(const std::string& object) {
    const auto fields = followed(object);
    const auto name = mirror::history_name(object);
    if (!fields.empty() && !nothing_new(object, name, fields)) {
      if (!read_once(object, fields, false) && !read_once(object, fields, true)) {
        throw Error(Kind::answer, name +
                                      ": the CRM refuses a query over fields that it describes; "
                                      "run heed check");
      }
    }
    take(object, name);
  }

 private:
  /// The object's preferences: what heed follows and is no link.
  std::vector<std::string> followed(const std::string& object) const {
    std::vector<std::string> fields;
    const auto shape = run_.mirror.shape(object);
    if (!shape) return fields;
    for (const auto& field : shape->fields) {
      if (field.tracked && field.type != FieldType::id) fields.push_back(field.name);
    }
    return fields;
  }

  /// Every change moves its record's stamp, so an object whose window is empty has no new history,
  /// provided that its history has been read as far as it was itself.
  bool nothing_new(const std::string& object, const std::string& name,
                   const std::vector<std::string>& fields) {
    run_.mirror.follow_history(object, fields, report_.reached);
    auto cursor = run_.mirror.cursor(name);
    const auto parent = run_.mirror.cursor(object);
    if (run_.options.full || report_.objects.at(object).seen > 0) return false;
    if (!cursor.watermark || cursor.load_began || cursor.window_to) return false;
    if (!parent.watermark || *cursor.watermark < *parent.watermark) return false;
    const auto at = std::find_if(quiet_.begin(), quiet_.end(),
                                 [&](const auto& each) { return each.object == object; });
    if (at == quiet_.end() || !at->watermark) return false;
    cursor.watermark = std::max(*cursor.watermark, *at->watermark);
    quiet_.push_back(cursor);
    return true;
  }

  bool read_once(const std::string& object, const std::vector<std::string>& fields, bool describe) {
    const auto shape = shape_of(object, describe);
    if (shape == nullptr) return true;
    Reader reader(run_.client, run_.mirror, shape,
                  {report_.reached, run_.covered, run_.options, "", run_.progress, run_.stop,
                   "Field", fields});
    const Ended ended = reader.read();
    report_.objects[shape->object] += reader.tally();
    report_.replaced += reader.replaced();
    if (ended == Ended::redescribe) return false;
    quiet_.push_back(reader.cursor());
    if (run_.mirror.ids(shape->object, std::nullopt, 1).empty()) {
      report_.remarks.push_back(shape->object +
                                " has no row of a preference: none has changed in 24 months, or "
                                "the CRM does not track the fields (Object Manager > Fields > Set "
                                "History Tracking)");
    }
    return true;
  }

  std::shared_ptr<const Shape> shape_of(const std::string& object, bool describe) {
    const auto name = mirror::history_name(object);
    const auto when = run_.mirror.described(name);
    if (!describe && when && *when + run_.options.describe_every > report_.reached) {
      auto known = run_.mirror.shape(name);
      if (known) return std::make_shared<const Shape>(std::move(*known));
    }
    auto answer = run_.client.describe(name);
    std::optional<crm::Description> description;
    if (auto* told = std::get_if<crm::Description>(&answer)) {
      description = std::move(*told);
    } else if (const auto& refusal = std::get<crm::Refusal>(answer);
               refusal.verdict != crm::Verdict::redescribe) {
      throw refusal.error(name);
    }
    return adopted(object, name, description);
  }

  std::shared_ptr<const Shape> adopted(const std::string& object, const std::string& name,
                                       const std::optional<crm::Description>& description) {
    Wanted wanted;
    wanted.object = name;
    const auto parent = name.ends_with("__History") ? "ParentId" : object + "Id";
    wanted.required = {parent, "Field", "OldValue", "NewValue"};
    wanted.optional = {"CreatedById"};
    const Sight sight = sight_of(wanted, description, {});
    if (sight.shape == nullptr) {
      report_.remarks.push_back(name + " is not visible to this user: changes of " + object +
                                " are known as heed sees them, between two runs; give it Read on " +
                                object + " and switch on its field history for exact times");
      return nullptr;
    }
    run_.mirror.adopt(*sight.shape, report_.reached);
    return sight.shape;
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
  std::vector<mirror::Cursor>& quiet_;
};

}  // namespace

void read_histories(const HistoryRun& run, Report& report, std::vector<mirror::Cursor>& quiet) {
  Histories histories(run, report, quiet);
  for (const auto& wanted : run.options.objects) {
    // An object that was not read to its end has changes that its history must not run ahead of.
    const bool whole = std::any_of(quiet.begin(), quiet.end(), [&](const mirror::Cursor& cursor) {
      return cursor.object == wanted.object;
    });
    if (whole) histories.read(wanted.object);
  }
}

}  // namespace heed::sync
