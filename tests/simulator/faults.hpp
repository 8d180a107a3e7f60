#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "heed/http.hpp"

namespace heed::simulated {

/// Something that goes wrong with one request.
struct Fault {
  enum class Kind {
    status,           ///< an HTTP error status with a short HTML page
    html,             ///< status 200 with an HTML page: maintenance, or a proxy's login
    empty,            ///< status 200 with no body
    truncated,        ///< the right answer, cut in its middle
    refused,          ///< no connection: send() throws Error(unreachable)
    reset,            ///< the request is carried out, its answer is lost: throws Error(unreachable)
    soap,             ///< a SOAP fault with `code`; the request is not carried out
    locator_expired,  ///< every query locator is expired, then the request is carried out
    session_expired   ///< every session is expired, then the request is carried out
  };

  Kind kind = Kind::status;
  int status = 503;       ///< for `status`
  std::string code{};     ///< for `soap`: an exception code such as "SERVER_UNAVAILABLE"
  std::string message{};  ///< for `soap`: empty is a plain text

  static Fault http(int status) { return {Kind::status, status, {}, {}}; }
  static Fault soap_fault(std::string code, std::string message = {}) {
    return {Kind::soap, 500, std::move(code), std::move(message)};
  }
};

/// Which request goes wrong how. Requests count from 1.
class FaultPlan {
 public:
  void add(std::size_t request, Fault fault) { plan_[request] = std::move(fault); }
  void clear() { plan_.clear(); }
  std::optional<Fault> at(std::size_t request) const;

 private:
  std::map<std::size_t, Fault> plan_;
};

}  // namespace heed::simulated
