#pragma once

#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "heed/http.hpp"
#include "simulator/simulator.hpp"
#include "support/clock.hpp"
#include "support/pki.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"

namespace heed::support {

/// A place where heed is installed, with a way to a simulated CRM by every way in, and with the
/// real network where a command is run for real.
class Premises {
 public:
  Premises();

  /// What the CRM lets an app in by.
  static const std::string token, secret, refresh_token;

  /// Writes the configuration anew, with another way in.
  void come_in_by(const std::string& way) const;

  /// The same with the user's own password, and a further line of [crm].
  void come_in_by_password(const std::string& more = {}) const;

  /// A further line of [mirror].
  void mirror_has(const std::string& text);

  /// Runs `heed WORDS...`; returns the exit code. Fails the test where heed shows a secret.
  int run(std::vector<std::string> words, bool for_real);

  /// What was sent with GET goes over the real network, where heed tries the line alone; the rest
  /// is said to the simulated CRM. The line takes 30 ms at least.
  int run_on_a_real_line(std::vector<std::string> words);

  /// What the mirror's tables hold.
  std::string mirror() const;

  std::string config() const { return folder_.file("heed.toml"); }
  std::string file(const std::string& name) const { return folder_.file(name); }
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

  const std::uint16_t port = free_port();
  const Authority authority;
  std::map<std::string, std::string> environment;
  std::string proxy = "proxy = \"none\"";  ///< of [http], and what else that has
  http::Options line;                      ///< as the last command asked for it
  simulated::Simulator crm;
  ManualClock time;  ///< of this machine

 private:
  using Connect = std::function<std::unique_ptr<http::Transport>(const http::Options&)>;
  int run(std::vector<std::string> words, const Connect& connect);

  TempDir folder_;
  std::ostringstream out_, err_;
  std::string more_of_mirror_;
};

}  // namespace heed::support
