#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace heed::crm {

/// What a fault asks for, by whoever must act.
enum class Remedy {
  renew,     ///< the session has ended: log in once more
  back_off,  ///< wait a little and repeat
  quota,     ///< the day's requests are used up
  smaller,   ///< from here on as Verdict
  restart,
  resync,
  redescribe,
  stop,
  closed,     ///< the same, and it would come whatever was asked for
  forbidden,  ///< this user may not have what it asked for; at the login, may not come in
  refused     ///< the user may not log in
};

/// A request that was not answered as asked: a SOAP fault, or an answer that is not SOAP.
struct Fault {
  std::string code;  ///< the CRM's code; for what is not SOAP, "HTTP_503" or "NOT_SOAP"
  std::string text;
  std::optional<std::chrono::seconds> retry_after = std::nullopt;  ///< what the server asks for
  std::string extended = {};  ///< the CRM's finer code, as QUERY_LOCATOR_EXPIRED; mostly empty
  bool own_words = false;     ///< `text` is heed's and may be shown, whatever the code looks like
};

/// The one table of faults. Codes it does not know are told by their family, then stop.
Remedy remedy_of(const Fault& fault);

/// The mend for a person, where a person can do something; empty for others. The CRM's text tells
/// some causes of one code apart.
std::string_view mend_of(std::string_view code, std::string_view text);

}  // namespace heed::crm
