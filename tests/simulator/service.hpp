#pragma once

#include <memory>

#include "heed/http.hpp"
#include "simulator/org.hpp"

namespace heed::simulated {

struct Call;

/// The org's endpoints of SOAP and OAuth: one request in, the CRM's answer out, faults among them.
/// One thread at a time.
class Service {
 public:
  explicit Service(Org& org);
  ~Service();

  /// Fills in the call's operation, detail and status.
  http::Response answer(const http::Request& request, Call& call);

  /// The answer that is a fault of this code, in the CRM's shape.
  static http::Response fault(const std::string& code, const std::string& message);

 private:
  struct Wire;
  std::unique_ptr<Wire> wire_;
};

}  // namespace heed::simulated
