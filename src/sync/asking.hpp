#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "heed/sync.hpp"

namespace heed::sync {

/// No smaller work than this is tried: records, or a range of so many ids.
constexpr std::int64_t least_range = 200;

/// One object, in one run, and whom to ask about it.
struct Task {
  crm::Client& client;
  mirror::Mirror& mirror;
  std::shared_ptr<const Shape> shape;
  std::string only;  ///< a flag that records must have set
  Moment now;        ///< the run's moment, by the CRM's clock
  Moment covered;    ///< changes up to here can all be read by now
  const Options& options;
  const std::function<void(const Progress&)>& progress;
  std::stop_token stop;
  bool whole = false;       ///< every record is to be read, whatever its stamp
  std::string one_of = {};  ///< as in crm::Selection
  std::vector<std::string> texts = {};
  std::string ids_of = "Id";

  const std::string& object() const { return shape->object; }
  /// Whether the rows are what the CRM tells of changes: added, and never changed.
  bool is_history() const { return mirror::history_of(*shape).has_value(); }
  /// Throws Error(interrupted) when a stop was asked for.
  void heed_stop() const;
};

/// Whether an error is about the object that was asked for, and others may still be answered.
bool spares_others(const Error& error);

/// What such an error says of `object`.
Finding refused_object(const std::string& object, const Error& error);

/// How asking about an object ended.
enum class Ended {
  whole,      ///< everything was answered
  redescribe  ///< the CRM knows a field or the object no more; nothing is wrong with the cursor
};

/// Ids, stamps and the recycle bin's flag, and no other field; of field history what it is of, too.
std::shared_ptr<const Shape> narrow(const Shape& shape);

/// Reads the records with these ids (or that point to them, by the task's field), live and deleted
/// ones, and hands the pages to `take`; a record that does not come is not there, or not for this
/// user. Asks for fewer at a time where the CRM wants that.
Ended read_by_id(const Task& task, const std::shared_ptr<const Shape>& shape,
                 std::span<const Id> ids, const std::function<void(const Page&)>& take);

/// Reads these records whole and records them.
Ended record_by_id(const Task& task, std::span<const Id> ids, mirror::Tally& tally);

/// One selection to its end; what the CRM refused, if it did. Pages before that were taken.
std::optional<crm::Refusal> read_pages(const Task& task, const crm::Selection& selection,
                                       const std::function<void(const Page&)>& take);

}  // namespace heed::sync
