#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <ostream>

#include "cli/opening.hpp"
#include "cli/targets.hpp"
#include "heed/error.hpp"
#include "heed/mirror.hpp"

namespace heed::cli {

void backup_options(boost::program_options::options_description&) {}

namespace {

/// What is noted of the copy at a path; nullopt where none is.
std::optional<Moment> noted_at(const mirror::Mirror& mirror, const std::string& path) {
  for (const auto& copy : mirror.copies()) {
    if (copy.path == path) return copy.made;
  }
  return std::nullopt;
}

/// A copy that is noted in the mirror before it is made, so that whoever is forgotten later is
/// forgotten in it as well, whatever cuts this short.
class Noted {
 public:
  Noted(const config::Config& config, const std::string& file)
      : database_(store::Database::open(config.mirror.string(), store::Mode::write)),
        mirror_(database_),
        path_(std::filesystem::absolute(file).lexically_normal().string()),
        before_(noted_at(mirror_, path_)) {}

  /// The copy is as of after everybody who is forgotten in the mirror that it is made of, whatever
  /// this machine's clock says of that, and as of before those who are being forgotten just now:
  /// whoever does that may have looked for copies already, and the next sync looks again.
  void note(const config::Config& config, Moment now) {
    for (const auto& erasure : mirror_.erasures()) now = std::max(now, erasure.at);
    mirror_.note_copy(path_, now);
    // Looked at when the copy is noted: who is forgotten from here on is forgotten in it as well.
    const auto first = erasure::first_to_replay(mirror_, config.erasures_file());
    if (first) mirror_.note_copy(path_, std::min(now, *first - std::chrono::seconds(1)));
  }

  /// The copy could not be made. Where no file of it is left, nobody has to wait for it; what was
  /// noted before stands.
  void take_back(std::ostream& err) {
    std::error_code unseen;
    if (std::filesystem::exists(path_, unseen) || !store::half_copies(path_).empty()) return;
    try {
      // A note of which the engine says that it failed may be in the file, and be found by the next
      // that opens it: written once more, this one knows of it.
      mirror_.note_copy(path_, before_.value_or(Moment{}));
      if (!before_) mirror_.strike_copy(path_);
    } catch (const Error& error) {
      err << "heed: " << path_ << " stays in the list of copies, though it was not made ("
          << error.what() << ")\n";
    }
  }

 private:
  store::Database database_;
  mirror::Mirror mirror_;
  std::string path_;
  std::optional<Moment> before_;
};

/// Whether a copy can be there at all, and is nobody else's file. What cannot be looked at is told
/// by the copying itself.
bool may_be_made_at(const std::filesystem::path& file) {
  std::error_code unseen;
  const auto folder = std::filesystem::absolute(file).parent_path();
  return !std::filesystem::exists(file, unseen) && !unseen &&
         std::filesystem::is_directory(folder, unseen);
}

}  // namespace

int backup(World& world, const boost::program_options::variables_map& given) {
  const std::string file = operand_of(given);
  if (file.empty()) throw Error(Kind::usage, "heed backup wants the FILE to write");
  const Setting setting = setting_of(world, given);
  auto mirror = open_to_read(world, setting, Shown::people);
  if (may_be_made_at(file)) {
    want_free("heed backup", file, world, setting.config);
    Noted noted(setting.config, file);
    try {
      noted.note(setting.config, world.clock.now());
      mirror.backup_to(file);
    } catch (...) {
      noted.take_back(world.err);
      throw;
    }
  } else {
    mirror.backup_to(file);  // says why it cannot be
  }
  world.out << "Wrote " << file << ", " << std::filesystem::file_size(file) / 1024
            << " KiB; the key of its ledger stays in " << setting.config.key_file().string()
            << "\n";
  return 0;
}

}  // namespace heed::cli
