#pragma once

#include <map>
#include <string>
#include <vector>

#include "heed/crm.hpp"
#include "heed/time.hpp"
#include "heed/vault.hpp"

namespace heed::crm {

/// How often heed has asked to be let in, kept over runs, so that no loop, restart or cron job
/// locks an account or is taken for an attack.
class Attempts {
 public:
  /// A null `state` is forgotten with this object.
  Attempts(vault::State* state, const Clock& clock, const Options& options)
      : state_(state), clock_(clock), options_(options) {}

  /// Notes that the CRM is about to be asked with the secret that `mark` stands for. Throws a
  /// lasting Error(login), with nothing noted, when the hour's number is used up, when this very
  /// secret was refused, or when secrets were refused so often that the next may lock the account.
  void begin(const std::string& mark, bool renewal);

  /// The CRM was not there to be asked: that attempt did not happen.
  void unanswered();

  /// What came of it. A refusal that no waiting mends holds until the secret is another; any other
  /// for an hour.
  void succeeded();
  void refused(const std::string& mark, bool for_good);

  /// A mark for a secret at this address and under this version of the API: tells two apart, and
  /// tells nothing of either. What one address or version refused may be right for another.
  std::string mark(const std::string& secret);

 private:
  void take_back(const std::string& key);
  void stop_repetition(const std::string& mark, Moment now) const;
  std::optional<std::string> get(const std::string& key) const;
  void set(const std::string& key, const std::string& value);
  void drop(const std::string& key);

  vault::State* state_;
  const Clock& clock_;
  const Options& options_;
  std::map<std::string, std::string> own_;
  bool renewing_ = false;  ///< the last attempt
};

}  // namespace heed::crm
