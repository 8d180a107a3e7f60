#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "heed/error.hpp"

namespace heed::cli {

/// One thing that was tried.
struct Step {
  enum class Result { good, bad, note };
  std::string thing;
  Result result = Result::good;
  std::chrono::milliseconds took{0};
  std::string text;  ///< what was found; of a bad one the cause and the mend, on a line or more
};

/// What heed check tries, as a list; each step is printed as it ends, where lines are wanted.
class Checks {
 public:
  /// A null `out` prints nothing.
  explicit Checks(std::ostream* out) : out_(out) {}

  void good(const std::string& thing, const std::string& text);
  void bad(const std::string& thing, const std::string& text);
  void note(const std::string& thing, const std::string& text);

  /// Tries something; false, with the cause listed, when it throws.
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

  /// {"passed": ..., "steps": [{"step", "result", "seconds", "text"}]}
  std::string json() const;

 private:
  void add(const std::string& thing, Step::Result result, const std::string& text);

  std::ostream* out_;
  std::vector<Step> steps_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  bool failed_ = false;
};

}  // namespace heed::cli
