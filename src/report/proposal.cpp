#include <algorithm>
#include <array>

#include "heed/report.hpp"
#include "heed/schedule.hpp"

namespace heed::report {

namespace {

/// When a report may be made, the seldomest first.
constexpr std::array report_times{"30 6 * * mon-fri", "30 6 * * *", "30 6,13 * * *",
                                  "30 6-18/2 * * *"};

std::string job_lines(const std::string& name, const std::string& command,
                      const std::string& when) {
  return "[[job]]\nname = \"" + name + "\"\ncommand = \"" + command + "\"\n" + when + "\n";
}

std::string sync_lines(const std::string& name) {
  return job_lines(name, "sync", "every = \"15m\"");
}

std::string report_lines(const std::string& name, const std::string& at, const std::string& zone) {
  return job_lines(name, "due --check", "at = \"" + at + "\"\nzone = \"" + zone + "\"");
}

/// The name, or with a number behind it where a job has it.
std::string free_name(const schedule::Jobs& jobs, const std::string& name) {
  const auto taken = [&jobs](const std::string& wanted) {
    return std::any_of(jobs.all().begin(), jobs.all().end(),
                       [&wanted](const schedule::Job& job) { return job.name == wanted; });
  };
  std::string free = name;
  for (int number = 2; taken(free); ++number) free = name + " " + std::to_string(number);
  return free;
}

/// What a schedule is judged by.
struct Judged {
  const policy::Rulebook& rulebook;
  std::chrono::seconds overlap;
  Moment now;
  int days;

  /// Whether these lines, with the jobs of `relay`, show every wish in time.
  bool would_do(const std::string& lines, Relay relay) const {
    const auto jobs = schedule::Jobs::parse(lines, "a proposal", {"sync", "due"}, {});
    for (const auto& job : jobs.all()) {
      if (job.words.front() == "sync") {
        relay.syncs.push_back(&job);
      } else {
        relay.reporters.push_back({&job, {}});
      }
    }
    const auto all = reaches(relay, rulebook, overlap, now, days);
    return std::all_of(all.begin(), all.end(), [](const Reach& one) { return one.enough(); });
  }
};

}  // namespace

std::string lines_to_add(const schedule::Jobs& jobs, const Relay& relay, const std::string& zone,
                         const policy::Rulebook& rulebook, std::chrono::seconds overlap, Moment now,
                         int days) {
  const Judged judged{rulebook, overlap, now, days};
  auto sync = sync_lines(free_name(jobs, "mirror"));
  const auto name = free_name(jobs, "report");
  if (relay.syncs.empty() && !relay.reporters.empty() && judged.would_do(sync, relay)) return sync;
  // What lacks alone, before what may take the place of a job that is too seldom.
  for (bool both = relay.syncs.empty();; both = true) {
    for (const auto* at : report_times) {
      auto lines = (both ? sync : "") + report_lines(name, at, zone);
      if (judged.would_do(lines, relay)) return lines;
    }
    if (both) return {};
  }
}

std::string better_schedule(const std::string& zone, const policy::Rulebook& rulebook,
                            std::chrono::seconds overlap, Moment now, int days) {
  const Judged judged{rulebook, overlap, now, days};
  for (const auto* at : report_times) {
    if (!judged.would_do(sync_lines("mirror") + report_lines("report", at, zone), {})) continue;
    return "sync every 15 minutes and due at \"" + std::string(at) + "\" (" + zone + ")";
  }
  return {};
}

}  // namespace heed::report
