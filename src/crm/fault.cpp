#include "crm/fault.hpp"

#include <array>

namespace heed::crm {

namespace {

/// What a fault asks for. The first row whose code fits, and whose text is a part of the fault's,
/// counts. A code that begins or ends with "*" stands for a family: the CRM grows codes with every
/// release, and names them alike.
struct Row {
  std::string_view code;
  std::string_view text;
  Remedy remedy;
  std::string_view mend;
};

constexpr std::string_view over = "nothing to do: heed goes on when it is over";
constexpr std::string_view quota =
    "the org has used up its API requests; wait for the 24 hours to pass or buy more";
constexpr std::string_view hidden = "give the integration user Read on the field";

constexpr std::array table{
    // The text tells apart what shares a code.
    Row{"REQUEST_LIMIT_EXCEEDED", "oncurrent", Remedy::back_off, over},
    Row{"UNKNOWN_EXCEPTION", "Destination URL not reset", Remedy::renew,
        "set [crm] url to the org's own address"},
    Row{"INVALID_LOGIN", "ate exceeded", Remedy::quota,
        "too many logins of this user in an hour; find what else logs in as it"},
    Row{"INVALID_LOGIN", "logins exceeded", Remedy::quota,
        "too many logins of this user in an hour; find what else logs in as it"},

    // The session has ended, or is good for another address.
    Row{"INVALID_SESSION_ID", "", Remedy::renew,
        "the access token has ended or is of the JWT format, which SOAP does not take"},
    Row{"SESSION_EXPIRED", "", Remedy::renew, ""},
    Row{"SESSION_INVALIDATED", "", Remedy::renew, ""},
    Row{"ORG_NOT_OWNED_BY_INSTANCE", "", Remedy::renew,
        "the org has moved to another instance; set [crm] url to its own address, "
        "https://NAME.my.salesforce.com"},
    Row{"HTTP_401", "", Remedy::renew, "the session or the access token is not accepted"},

    // Passes by itself.
    Row{"SERVER_UNAVAILABLE", "", Remedy::back_off, over},
    Row{"API_CURRENTLY_DISABLED", "", Remedy::back_off, over},
    Row{"FUNCTIONALITY_TEMPORARILY_UNAVAILABLE", "", Remedy::back_off, over},
    Row{"FUNCTIONALITY_NOT_ENABLED", "", Remedy::back_off,
        "if it stays, switch the feature on in Setup"},
    Row{"ORG_IN_MAINTENANCE", "", Remedy::back_off, over},
    Row{"REQUEST_RUNNING_TOO_LONG", "", Remedy::back_off, over},
    Row{"TOO_MANY_APEX_REQUESTS", "", Remedy::back_off, over},
    Row{"UNABLE_TO_LOCK_ROW", "", Remedy::back_off, over},
    Row{"UNKNOWN_EXCEPTION", "", Remedy::back_off, over},
    Row{"TEMPORARY_QUERY_MORE_FAILURE", "", Remedy::back_off, over},
    Row{"TXN_SECURITY_METERING_ERROR", "", Remedy::back_off, over},
    Row{"PENDING_COMMIT", "", Remedy::back_off, over},
    Row{"IDEMPOTENCY_CONCURRENT_REQUEST", "", Remedy::back_off, over},

    // Used up for today, or for now.
    Row{"REQUEST_LIMIT_EXCEEDED", "", Remedy::quota, quota},
    Row{"LIMIT_EXCEEDED", "", Remedy::quota,
        "a limit of the org is used up; see Setup > System Overview"},

    // Too much at a time.
    Row{"QUERY_TIMEOUT", "", Remedy::smaller,
        "the next run asks again: if it stays, give the integration user View All on the object, "
        "or "
        "mirror fewer calculated fields"},
    Row{"OPERATION_TOO_LARGE", "", Remedy::smaller,
        "give the integration user View All on the object; row sharing makes the query too heavy"},
    Row{"QUERY_TOO_COMPLICATED", "", Remedy::smaller, "mirror fewer calculated fields"},
    Row{"EXCEEDED_ID_LIMIT", "", Remedy::smaller, ""},
    Row{"INVALID_BATCH_SIZE", "", Remedy::smaller, "set [crm] page_size between 200 and 2000"},
    Row{"TOO_MANY_RECORDS", "", Remedy::smaller, ""},

    // The rest of an answer is lost.
    Row{"INVALID_QUERY_LOCATOR", "", Remedy::restart, ""},
    Row{"INVALID_LOCATOR", "", Remedy::restart, ""},
    Row{"UNAUTHORIZED_USER_FOR_CURSOR", "", Remedy::restart, ""},
    Row{"LOCATOR_LOCATION_EXCEEDS_SIZE", "", Remedy::restart, ""},

    // The CRM remembers no further back.
    Row{"INVALID_REPLICATION_DATE", "", Remedy::resync, ""},

    // An object or a field is gone, hidden, or not what it was.
    Row{"INVALID_FIELD", "", Remedy::redescribe, hidden},
    Row{"INVALID_TYPE", "", Remedy::redescribe,
        "give the integration user Read on the object; Individual needs Data Protection and "
        "Privacy"},
    Row{"INVALID_TYPE_FOR_OPERATION", "", Remedy::redescribe, ""},
    Row{"ENTITY_NOT_QUERYABLE", "", Remedy::redescribe, ""},
    Row{"MALFORMED_QUERY", "", Remedy::redescribe, ""},
    Row{"INVALID_QUERY_FILTER_OPERATOR", "", Remedy::redescribe, ""},
    Row{"INVALID_SORT_OPTION", "", Remedy::redescribe, ""},

    // This user may not have it.
    Row{"INSUFFICIENT_ACCESS", "", Remedy::forbidden,
        "give the integration user Read and View All on the object"},

    // This user may not come in.
    Row{"INVALID_LOGIN", "", Remedy::refused,
        "check user, password and security token; heed does not try the same ones again"},
    Row{"LOGIN_MUST_USE_SECURITY_TOKEN", "", Remedy::refused,
        "add the user's security token as [crm] token, or trust this machine's address"},
    Row{"LOGIN_DURING_RESTRICTED_TIME", "", Remedy::refused,
        "the profile's login hours do not allow it now; change them for the integration user"},
    Row{"LOGIN_DURING_RESTRICTED_DOMAIN", "", Remedy::refused,
        "the profile's IP ranges do not have this machine's address; add it"},
    Row{"PASSWORD_LOCKOUT", "", Remedy::refused,
        "unlock the user in Setup, then mend its password"},
    Row{"INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "", Remedy::refused,
        "the password has expired; set a new one, or let it never expire"},
    Row{"INACTIVE_OWNER_OR_USER", "", Remedy::refused,
        "the user is inactive; activate it in Setup"},
    Row{"INVALID_OPERATION", "", Remedy::refused,
        "SOAP login is off in this org or for this API version; use an OAuth access token"},
    Row{"CLIENT_NOT_ACCESSIBLE_FOR_USER", "", Remedy::refused,
        "allow heed's connected app for the integration user"},
    Row{"CLIENT_REQUIRE_UPDATE_FOR_USER", "", Remedy::refused,
        "the org asks for a newer client; allow heed's connected app for the integration user"},
    Row{"TXN_SECURITY_NO_ACCESS", "", Remedy::refused,
        "a transaction security policy stops this user; except the integration user"},
    Row{"TXN_SECURITY_TWO_FA_REQUIRED", "", Remedy::refused,
        "a transaction security policy asks for a second factor; except the integration user"},
    Row{"TXN_SECURITY_END_A_SESSION", "", Remedy::refused,
        "a transaction security policy ends this user's sessions; except the integration user"},

    // Nothing helps but a person.
    Row{"API_DISABLED_FOR_ORG", "", Remedy::closed,
        "the org's edition or the user has no API; give the permission API Enabled"},
    Row{"UNSUPPORTED_API_VERSION", "", Remedy::closed,
        "set [crm] api_version to one the CRM still has"},
    Row{"MUTUAL_AUTHENTICATION_FAILED", "", Remedy::closed,
        "this user must come with a client certificate"},
    Row{"EXCEEDED_QUOTA", "", Remedy::closed,
        "a quota of the org is used up; see Setup > System Overview"},
    Row{"ORG_LOCKED", "", Remedy::closed, "the org is locked; ask its administrator"},
    Row{"TRIAL_EXPIRED", "", Remedy::closed, "the org's trial is over; ask its administrator"},
    Row{"HTTP_404", "", Remedy::closed,
        "is [crm] url the CRM's address, and api_version one it has?"},
    Row{"HTTP_407", "", Remedy::closed, "the proxy wants a user and a password; see [http] proxy"},

    // SOAP's own codes, and what is no SOAP at all.
    Row{"Server", "", Remedy::back_off, over},
    Row{"Receiver", "", Remedy::back_off, over},
    Row{"NOT_SOAP", "", Remedy::back_off, over},
    Row{"HTTP_5*", "", Remedy::back_off, over},
    Row{"HTTP_406", "", Remedy::back_off, over},
    Row{"HTTP_408", "", Remedy::back_off, over},
    Row{"HTTP_420", "", Remedy::back_off, over},
    Row{"HTTP_421", "", Remedy::back_off, over},
    Row{"HTTP_425", "", Remedy::back_off, over},
    Row{"HTTP_429", "", Remedy::back_off, over},
    Row{"HTTP_*", "", Remedy::closed, ""},

    // Families.
    Row{"*LOGIN_RATE*", "", Remedy::quota, "too many logins in an hour; find what else logs in"},
    Row{"*LOGIN*", "", Remedy::refused, ""},
    Row{"*EXPIRED_PASSWORD*", "", Remedy::refused, ""},
    Row{"*LOCATOR*", "", Remedy::restart, ""},
    Row{"*REPLICATION*", "", Remedy::resync, ""},
    Row{"*_TIMEOUT", "", Remedy::back_off, over},
    Row{"*_TIMEOUT_EXCEPTION", "", Remedy::back_off, over},
    Row{"*UNAVAILABLE*", "", Remedy::back_off, over},
    Row{"*MAINTENANCE*", "", Remedy::back_off, over},
    Row{"*_SERVICE_DOWN", "", Remedy::back_off, over},
    Row{"*_BUSY*", "", Remedy::back_off, over},
    Row{"*_SERVER_EXCEPTION", "", Remedy::back_off, over},
    Row{"*_SERVER_ERROR", "", Remedy::back_off, over},
    Row{"*INTERNAL_*ERROR", "", Remedy::back_off, over},
    Row{"*_CONNECTION_EXCEPTION", "", Remedy::back_off, over},
    Row{"*_LIMIT_EXCEEDED", "", Remedy::quota, "a limit of the org is used up"},
    Row{"*_EXCEEDED_LIMIT", "", Remedy::quota, "a limit of the org is used up"},
    Row{"*_LIMIT_REACHED", "", Remedy::quota, "a limit of the org is used up"},
    Row{"*_TOO_LARGE", "", Remedy::smaller, ""},
    Row{"EXCEEDED_MAX_*", "", Remedy::smaller, ""},
    Row{"*", "", Remedy::stop, ""},
};

/// "*" stands for any text, an empty one too.
bool fits(std::string_view pattern, std::string_view code) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == code;
  if (!code.starts_with(pattern.substr(0, star))) return false;
  const auto rest = pattern.substr(star + 1);
  for (auto at = star; at <= code.size(); ++at) {
    if (fits(rest, code.substr(at))) return true;
  }
  return false;
}

const Row& row_of(std::string_view code, std::string_view text) {
  for (const auto& row : table) {
    if (fits(row.code, code) && text.find(row.text) != std::string_view::npos) return row;
  }
  return table.back();
}

}  // namespace

Remedy remedy_of(const Fault& fault) {
  if (!fault.extended.empty()) {  // says more than the code, where the table knows it
    const Row& finer = row_of(fault.extended, fault.text);
    if (finer.code == fault.extended) return finer.remedy;
  }
  return row_of(fault.code, fault.text).remedy;
}

std::string_view mend_of(std::string_view code, std::string_view text) {
  return row_of(code, text).mend;
}

}  // namespace heed::crm
