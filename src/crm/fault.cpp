#include "crm/fault.hpp"

#include <array>

namespace heed::crm {

namespace {

struct Row {
  std::string_view code;
  Remedy remedy;
  std::string_view mend;
};

constexpr std::string_view wait_for_it = "nothing to do: heed goes on when it is over";

constexpr std::array table{
    Row{"INVALID_SESSION_ID", Remedy::renew,
        "the access token has ended or is of the JWT format, which SOAP does not take"},
    Row{"SESSION_EXPIRED", Remedy::renew, ""},
    Row{"SESSION_INVALIDATED", Remedy::renew, ""},
    Row{"ORG_NOT_OWNED_BY_INSTANCE", Remedy::renew, ""},

    Row{"SERVER_UNAVAILABLE", Remedy::back_off, wait_for_it},
    Row{"API_CURRENTLY_DISABLED", Remedy::back_off, wait_for_it},
    Row{"FUNCTIONALITY_TEMPORARILY_UNAVAILABLE", Remedy::back_off, wait_for_it},
    Row{"ORG_IN_MAINTENANCE", Remedy::back_off, wait_for_it},
    Row{"REQUEST_RUNNING_TOO_LONG", Remedy::back_off, wait_for_it},
    Row{"TOO_MANY_APEX_REQUESTS", Remedy::back_off, wait_for_it},
    Row{"SSO_SERVICE_DOWN", Remedy::back_off, wait_for_it},
    Row{"UNABLE_TO_LOCK_ROW", Remedy::back_off, wait_for_it},
    Row{"INTERNAL_ERROR", Remedy::back_off, wait_for_it},
    Row{"INTERNAL_SERVER_ERROR", Remedy::back_off, wait_for_it},
    Row{"UNKNOWN_EXCEPTION", Remedy::back_off, wait_for_it},
    Row{"TEMPORARY_QUERY_MORE_FAILURE", Remedy::back_off, wait_for_it},
    Row{"TXN_SECURITY_METERING_ERROR", Remedy::back_off, wait_for_it},
    Row{"IAS_TIMEOUT_EXCEPTION", Remedy::back_off, wait_for_it},

    Row{"REQUEST_LIMIT_EXCEEDED", Remedy::quota,
        "the org has used up its API requests; wait for the 24 hours to pass or buy more"},
    Row{"LIMIT_EXCEEDED", Remedy::quota,
        "a limit of the org is used up; see Setup > System Overview"},

    Row{"QUERY_TIMEOUT", Remedy::smaller, ""},
    Row{"OPERATION_TOO_LARGE", Remedy::smaller,
        "give the integration user View All on the object; row sharing makes the query too heavy"},
    Row{"QUERY_TOO_COMPLICATED", Remedy::smaller, "mirror fewer calculated fields"},
    Row{"EXCEEDED_ID_LIMIT", Remedy::smaller, ""},
    Row{"EXCEEDED_MAX_SIZE_REQUEST", Remedy::smaller, ""},
    Row{"INVALID_BATCH_SIZE", Remedy::smaller, "set [crm] page_size between 200 and 2000"},

    Row{"INVALID_QUERY_LOCATOR", Remedy::restart, ""},
    Row{"INVALID_LOCATOR", Remedy::restart, ""},

    Row{"INVALID_REPLICATION_DATE", Remedy::resync, ""},

    Row{"INVALID_FIELD", Remedy::redescribe, "give the integration user Read on the field"},
    Row{"INVALID_TYPE", Remedy::redescribe,
        "give the integration user Read on the object; Individual needs Data Protection and "
        "Privacy"},
    Row{"INVALID_TYPE_FOR_OPERATION", Remedy::redescribe, ""},
    Row{"ENTITY_NOT_QUERYABLE", Remedy::redescribe, ""},
    Row{"MALFORMED_QUERY", Remedy::redescribe, ""},

    Row{"INVALID_LOGIN", Remedy::refused,
        "check user, password and security token; heed does not try the same ones again"},
    Row{"LOGIN_MUST_USE_SECURITY_TOKEN", Remedy::refused,
        "add the user's security token as [crm] token, or trust this machine's address"},
    Row{"LOGIN_DURING_RESTRICTED_TIME", Remedy::refused,
        "the profile's login hours do not allow it now; change them for the integration user"},
    Row{"LOGIN_DURING_RESTRICTED_DOMAIN", Remedy::refused,
        "the profile's IP ranges do not have this machine's address; add it"},
    Row{"PASSWORD_LOCKOUT", Remedy::refused, "unlock the user in Setup, then mend its password"},
    Row{"INVALID_OPERATION_WITH_EXPIRED_PASSWORD", Remedy::refused,
        "the password has expired; set a new one, or let it never expire"},
    Row{"INSUFFICIENT_ACCESS", Remedy::refused,
        "give the integration user the permissions API Enabled and Use Any API Auth"},
    Row{"INACTIVE_OWNER_OR_USER", Remedy::refused, "the user is inactive; activate it in Setup"},
    Row{"INVALID_OPERATION", Remedy::refused,
        "SOAP login is off in this org or for this API version; use an OAuth access token"},

    Row{"API_DISABLED_FOR_ORG", Remedy::stop,
        "the org's edition or the user has no API; give the permission API Enabled"},
    Row{"UNSUPPORTED_API_VERSION", Remedy::stop, "set [crm] api_version to one the CRM still has"},
    Row{"MUTUAL_AUTHENTICATION_FAILED", Remedy::stop,
        "this user must come with a client certificate"},
};

bool ends_with_any(std::string_view code, std::initializer_list<std::string_view> ends) {
  for (const auto end : ends) {
    if (code.ends_with(end)) return true;
  }
  return false;
}

/// Codes that are not in the table, told by how the CRM builds its names.
Remedy family_of(std::string_view code) {
  if (code == "NOT_SOAP") return Remedy::back_off;
  if (code.starts_with("HTTP_")) {
    // Only what the server says of itself is worth a second try.
    const bool passing = code.starts_with("HTTP_5") || code == "HTTP_429" || code == "HTTP_420" ||
                         code == "HTTP_406" || code == "HTTP_408";
    return passing ? Remedy::back_off : Remedy::stop;
  }
  if (code.find("LOGIN") != std::string_view::npos) return Remedy::refused;
  if (code.find("LOCATOR") != std::string_view::npos) return Remedy::restart;
  if (ends_with_any(code, {"_TIMEOUT", "_UNAVAILABLE", "_MAINTENANCE", "_SERVICE_DOWN"})) {
    return Remedy::back_off;
  }
  if (ends_with_any(code, {"_LIMIT_EXCEEDED"})) return Remedy::quota;
  return Remedy::stop;
}

}  // namespace

Remedy remedy_of(const Fault& fault) {
  // The daily and the concurrent limit share a code; only the text tells them apart.
  if (fault.code == "REQUEST_LIMIT_EXCEEDED" && fault.text.find("oncurrent") != std::string::npos) {
    return Remedy::back_off;
  }
  // The session is good, but for another address.
  if (fault.code == "UNKNOWN_EXCEPTION" &&
      fault.text.find("Destination URL not reset") != std::string::npos) {
    return Remedy::renew;
  }
  for (const auto& row : table) {
    if (row.code == fault.code) return row.remedy;
  }
  return family_of(fault.code);
}

std::string_view mend_of(std::string_view code) {
  for (const auto& row : table) {
    if (row.code == code) return row.mend;
  }
  return {};
}

}  // namespace heed::crm
