#pragma once

#include <string>
#include <vector>

namespace heed::bench {

/// What work cost: its own part as the step measured it, and its whole process.
struct Cost {
  double wall = 0;         ///< seconds
  double cpu = 0;          ///< seconds of user and system time
  double process_cpu = 0;  ///< the same with the program's start and end
  double peak = 0;         ///< MiB, the most that was resident
  double answers = 0;      ///< requests that were answered, where the step counts them
};

/// Each the median of its own.
Cost median(const std::vector<Cost>& rounds);

/// Runs this program once more as "heed-bench step WORDS", a process of its own, so that what it
/// costs can be told. Throws std::runtime_error where it fails.
Cost run_step(const std::vector<std::string>& words);

/// Runs another program; all its cost is its process's.
Cost run_program(const std::vector<std::string>& words);

/// To be called in a step: measures `work`, which returns the requests it made, and says so to
/// run_step().
template <class Work>
int report_step(Work work);

/// Seconds of user and system time that this process has used.
double cpu_seconds();
double wall_seconds();
void tell_cost(double wall, double cpu, double answers);

template <class Work>
int report_step(Work work) {
  const double wall = wall_seconds();
  const double cpu = cpu_seconds();
  const auto answers = static_cast<double>(work());
  tell_cost(wall_seconds() - wall, cpu_seconds() - cpu, answers);
  return 0;
}

/// A folder for files of the bench; gone with the object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace heed::bench
