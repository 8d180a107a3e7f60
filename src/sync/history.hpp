#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "heed/crm.hpp"
#include "heed/mirror.hpp"
#include "heed/sync.hpp"
#include "sync/asking.hpp"
#include "sync/care.hpp"

namespace heed::sync {

/// What reading field history takes from the run that it is part of.
struct HistoryRun {
  crm::Client& client;
  mirror::Mirror& mirror;
  const Options& options;
  Moment covered;  ///< as for Reader
  const std::function<void(const Progress&)>& progress;
  std::stop_token stop;
};

/// What heed asks of the field history of an object with this shape: its preferences, which are
/// followed and no links.
std::vector<std::string> told_fields(const Shape& shape);

/// Makes a task about an object one about rows of its field history that tell of `fields`.
void ask_of(Task& task, std::vector<std::string> fields);

/// Reads the field history of every object that this run has read, up to the same moment, compares
/// it where the objects are compared, and makes changes of it. An object without new rows has no
/// new history and costs no request. Adds to the report and to what is still to be saved.
void read_histories(const HistoryRun& run, Report& report, Unsaved& unsaved);

}  // namespace heed::sync
