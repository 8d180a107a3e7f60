#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "heed/crm.hpp"
#include "heed/mirror.hpp"
#include "heed/sync.hpp"

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

/// Reads the field history of every object that this run has read, up to the same moment, and makes
/// changes of it. An object without new rows has no new history and costs no request. Adds to the
/// report; `quiet` gets the cursors that are still to be saved.
void read_histories(const HistoryRun& run, Report& report,
                    std::map<std::string, mirror::Cursor>& quiet);

}  // namespace heed::sync
