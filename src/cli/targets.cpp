#include "cli/targets.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "heed/error.hpp"
#include "heed/report.hpp"

namespace heed::cli {

namespace {

namespace fs = std::filesystem;

bool are_one(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// Where a path leads, though its end be not there.
fs::path whole_path(const fs::path& path) {
  std::error_code none;
  const auto whole = fs::weakly_canonical(fs::absolute(report::end_of_links(path)), none);
  return none ? fs::absolute(path).lexically_normal() : whole;
}

bool leads_to(const fs::path& path, const fs::path& file) {
  struct stat one {};
  struct stat other {};
  if (::stat(path.c_str(), &one) == 0 && ::stat(file.c_str(), &other) == 0) {
    return are_one(one, other);
  }
  return whole_path(path) == whole_path(file);
}

/// Whether heed would read the file as a schedule, or refuse it for its name.
bool is_schedule_in(const fs::path& path, const fs::path& folder) {
  if (folder.empty()) return false;
  const auto whole = whole_path(path);
  if (whole.filename().string().find(".toml") == std::string::npos) return false;
  const auto above = whole.parent_path();
  return leads_to(above, folder) || leads_to(above, folder / "packs") ||
         leads_to(above, folder / "calendars");
}

[[noreturn]] void refuse_target(const std::string& option, const fs::path& file,
                                const std::string& why) {
  throw Error(Kind::usage, option + ": " + file.string() + " " + why + "; name another file");
}

}  // namespace

void want_free(const std::string& option, const fs::path& file, const World& world,
               const config::Config& config) {
  for (const auto& kept : config.kept_files()) {
    if (!leads_to(file, kept)) continue;
    refuse_target(option, file, "is what heed keeps or reads as " + kept.string());
  }
  for (const auto& folder : {config.own_schedules, world.shipped}) {
    if (!is_schedule_in(file, folder)) continue;
    refuse_target(option, file, "would be one of the schedules that heed reads");
  }
}

std::ostream* stream_of(World& world, const fs::path& file) {
  struct stat named {};
  struct stat open {};
  if (::stat(file.c_str(), &named) != 0) return nullptr;
  if (::fstat(STDOUT_FILENO, &open) == 0 && are_one(named, open)) return &world.out;
  if (::fstat(STDERR_FILENO, &open) == 0 && are_one(named, open)) return &world.err;
  return nullptr;
}

}  // namespace heed::cli
