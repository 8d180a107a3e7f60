#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "heed/http.hpp"
#include "simulator/faults.hpp"
#include "simulator/org.hpp"

namespace heed::simulated {

class Service;

/// One request as the simulator saw it.
struct Call {
  std::string operation;  ///< "login", "query", ...; empty where a fault came before
  std::string detail;     ///< the SOQL, the object or the locator; never a password or session
  int status = 0;         ///< the HTTP status; 0 when there was no answer
};

/// The CRM in this process: the URL of a request tells whether it goes to the login host or to the
/// org's instance, as with the real one. Safe for several threads; a test that uses org() while
/// others send must not.
class Simulator final : public http::Transport {
 public:
  explicit Simulator(OrgOptions options = {});
  ~Simulator() override;

  http::Response send(const http::Request& request) override;

  Org& org() { return org_; }
  const Org& org() const { return org_; }

  /// Where to log in: "https://login.example.test/services/Soap/u/58.0" with the version asked for.
  static std::string login_url(const std::string& version = "58.0");
  /// Where an OAuth token may be used: the instance, without the organization's id.
  static std::string instance_url(const std::string& version = "58.0");

  /// Requests so far, failed ones among them.
  std::size_t requests() const;
  std::vector<Call> calls() const;
  void forget_calls();

  /// Orders a fault for the request with this number; the next one is requests() + 1.
  void fail(std::size_t at_request, Fault fault);
  void clear_faults();

  /// Runs `work` on the org while no request is being answered.
  template <typename Work>
  auto with_org(Work work) {
    const std::lock_guard lock(mutex_);
    return work(org_);
  }

 private:
  http::Response answer(const http::Request& request, Call& call);
  http::Response fail_with(const Fault& fault, const http::Request& request, Call& call);

  mutable std::mutex mutex_;
  Org org_;
  std::unique_ptr<Service> service_;
  FaultPlan faults_;
  std::size_t requests_ = 0;
  std::vector<Call> calls_;
};

}  // namespace heed::simulated
