#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "heed/mirror.hpp"
#include "heed/record.hpp"

namespace heed::crm {
class Client;
}

/// From the CRM to the mirror: whole at first, then what changed.
namespace heed::sync {

/// An object to mirror, and what of it. Id and the CRM's system fields come by themselves.
struct Wanted {
  std::string object;
  std::vector<std::string> required;  ///< hidden or gone, they stop the object
  std::vector<std::string> optional;  ///< mirrored where this user sees them
  std::vector<std::string> tracked;   ///< every change is kept: preferences and links
  std::string only;      ///< a flag that must be set; "IsPersonAccount" wants an org that has them
  bool expected = true;  ///< false: an org may be without the object, and nothing is missing
};

struct Options {
  std::vector<Wanted> objects;
  bool history = true;                ///< the CRM's field history of tracked fields is read as well
  std::vector<std::string> absent;    ///< "Object.Field" or "Object": missed on purpose
  std::chrono::seconds overlap{600};  ///< read again at every window's start, for late commits
  std::chrono::hours describe_every{24};
  std::int64_t load_range = 50'000;  ///< rows that one query of a whole load asks for
  bool full = false;                 ///< read everything again
};

/// Something that makes a report less than whole, in one line with its mend.
struct Finding {
  std::string object;
  std::string field;  ///< empty where it is about the object
  std::string text;
};

/// What a run did.
struct Report {
  mirror::Run run;
  std::map<std::string, mirror::Tally> objects;
  std::vector<Finding> findings;
  std::vector<std::string> remarks;  ///< worth knowing, and nothing is missing for it; a line each
  Moment reached;                    ///< the CRM's time that every object was read up to
  std::chrono::seconds lag{
      0};                     ///< how far the watermark lies behind, for a long transaction's sake
  std::int64_t calls = 0;     ///< requests sent
  std::int64_t replaced = 0;  ///< values that could not be read
};

/// Told after every stored page.
struct Progress {
  std::string object;
  std::int64_t rows = 0;  ///< read of this object in this run
  bool whole_load = false;
};

/// Brings the mirror up to the CRM's present. What is stored when it ends, in whatever way, is
/// right as far as it goes; the next run goes on from there. A hidden or missing field or object is
/// a finding; other trouble throws: Error(configuration) for another org, unreachable, login,
/// answer, storage, interrupted.
Report run(crm::Client& client, mirror::Mirror& mirror, const Options& options,
           const std::function<void(const Progress&)>& progress = {}, std::stop_token stop = {});

}  // namespace heed::sync
