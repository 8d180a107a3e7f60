#pragma once

#include <ostream>
#include <string>

#include "cli/setting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

/// Prints a line for each thing tried and remembers whether all went well.
class Checks {
 public:
  explicit Checks(std::ostream& out) : out_(out) {}

  void good(const std::string& thing, const std::string& text) { line("ok  ", thing, text); }
  void bad(const std::string& thing, const std::string& text) {
    line("FAIL", thing, text);
    failed_ = true;
  }
  void note(const std::string& thing, const std::string& text) { line("note", thing, text); }

  /// Tries something; false, with the cause printed, when it throws.
  template <class Try>
  bool attempt(const std::string& thing, Try attempt) {
    try {
      attempt();
      return true;
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted) throw;
      bad(thing, error.what());
      return false;
    }
  }

  bool failed() const { return failed_; }

 private:
  void line(const char* mark, const std::string& thing, const std::string& text) {
    out_ << mark << "  " << thing << std::string(thing.size() < 16 ? 16 - thing.size() : 0, ' ')
         << "  " << text << std::endl;
  }
  std::ostream& out_;
  bool failed_ = false;
};

/// Packs and calendars: which are loaded, how well they are known, when they were reviewed and how
/// far they reach.
void check_schedules(Checks& checks, const Setting& setting, Moment now);

}  // namespace heed::cli
