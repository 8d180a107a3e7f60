#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace heed {

/// What went wrong, told apart by what somebody must do about it. Each kind has its exit code.
enum class Kind {
  finding,        ///< exit 1: a check found something; nothing is broken
  usage,          ///< exit 2: the command line is wrong
  configuration,  ///< exit 3: a file a person edits is wrong, or the mirror is another org's
  unreachable,    ///< exit 4: the CRM cannot be reached, or is busy
  login,          ///< exit 5: the CRM refuses this user
  answer,         ///< exit 6: the CRM answered wrongly, or refused what was asked
  storage,        ///< exit 7: the mirror cannot be read or written
  incomplete,     ///< exit 8: what is reported is stale or not whole
  held,           ///< exit 9: another heed holds the mirror
  interrupted     ///< exit 130: a stop was asked for
};

/// The process exit code of `kind`.
int exit_code(Kind kind);

/// The one exception of heed. Its text is one line that names the thing, the cause and the mend,
/// and never holds a secret or a personal value.
class Error : public std::runtime_error {
 public:
  Error(Kind kind, const std::string& text);

  /// An error that stays until a person has changed something: trying again is no use.
  static Error lasting(Kind kind, const std::string& text);

  Kind kind() const { return kind_; }
  bool is_lasting() const { return lasting_; }

  /// The same error with "`where`: " put before its text; used while unwinding.
  Error in(std::string_view where) const;

 private:
  Kind kind_;
  bool lasting_ = false;
};

/// Which of two exit codes a run that met both ends with: 7, 3, 5, 6, 4, 9, 8, 1, then 0. Codes
/// outside that list (usage, interrupted) win over all.
int graver(int a, int b);

/// Whether there is such a file or folder. Throws Error(kind) with the mend where this user may not
/// even look: what cannot be seen is not taken for what is not there.
bool is_there(const std::filesystem::path& path, Kind kind);

/// The bytes of a whole file. Throws Error(kind) with the cause and the mend: it is not there, is a
/// folder, has nothing in it, or this user may not read it.
std::string read_whole(const std::filesystem::path& file, Kind kind);

}  // namespace heed
