#include "crm/fault.hpp"

#include <catch2/catch.hpp>
#include <vector>

using heed::crm::Fault;
using heed::crm::Remedy;

// Each code by its name: what is to be done about it, and what a person can do. What becomes of
// them, and of codes that only resemble these, is in fault_test.

namespace {

struct Row {
  const char* code;
  const char* text;
  Remedy remedy;
  const char* mend;  ///< how it begins; empty: there is none
};

const std::vector<Row> rows{
    {"REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API) Limit exceeded",
     Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"UNKNOWN_EXCEPTION", "Destination URL not reset. The URL returned from login must be set",
     Remedy::renew, "set [crm] url to the org's own address"},
    {"INVALID_SESSION_ID", "no", Remedy::renew,
     "the access token has ended or is of the JWT format"},
    {"SESSION_EXPIRED", "no", Remedy::renew, ""},
    {"SESSION_INVALIDATED", "no", Remedy::renew, ""},
    {"ORG_NOT_OWNED_BY_INSTANCE", "no", Remedy::renew, "the org has moved to another instance"},
    {"HTTP_401", "no", Remedy::renew, "the session or the access token is not accepted"},
    {"SERVER_UNAVAILABLE", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"API_CURRENTLY_DISABLED", "no", Remedy::back_off,
     "nothing to do: heed goes on when it is over"},
    {"FUNCTIONALITY_TEMPORARILY_UNAVAILABLE", "no", Remedy::back_off,
     "nothing to do: heed goes on when it is over"},
    {"FUNCTIONALITY_NOT_ENABLED", "no", Remedy::back_off,
     "if it stays, switch the feature on in Setup"},
    {"ORG_IN_MAINTENANCE", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"REQUEST_RUNNING_TOO_LONG", "no", Remedy::back_off,
     "nothing to do: heed goes on when it is over"},
    {"TOO_MANY_APEX_REQUESTS", "no", Remedy::back_off,
     "nothing to do: heed goes on when it is over"},
    {"UNABLE_TO_LOCK_ROW", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"UNKNOWN_EXCEPTION", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"TEMPORARY_QUERY_MORE_FAILURE", "no", Remedy::back_off,
     "nothing to do: heed goes on when it is over"},
    {"TXN_SECURITY_METERING_ERROR", "no", Remedy::back_off,
     "nothing to do: heed goes on when it is over"},
    {"PENDING_COMMIT", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"IDEMPOTENCY_CONCURRENT_REQUEST", "no", Remedy::back_off,
     "nothing to do: heed goes on when it is over"},
    {"REQUEST_LIMIT_EXCEEDED", "no", Remedy::quota, "the org has used up its API requests"},
    {"LIMIT_EXCEEDED", "no", Remedy::quota, "a limit of the org is used up"},
    {"QUERY_TIMEOUT", "no", Remedy::smaller, "the next run asks again: if it stays, "},
    {"OPERATION_TOO_LARGE", "no", Remedy::smaller,
     "give the integration user View All on the object"},
    {"QUERY_TOO_COMPLICATED", "no", Remedy::smaller, "mirror fewer calculated fields"},
    {"EXCEEDED_ID_LIMIT", "no", Remedy::smaller, ""},
    {"INVALID_BATCH_SIZE", "no", Remedy::smaller, "set [crm] page_size between 200 and 2000"},
    {"TOO_MANY_RECORDS", "no", Remedy::smaller, ""},
    {"INVALID_QUERY_LOCATOR", "no", Remedy::restart, ""},
    {"INVALID_LOCATOR", "no", Remedy::restart, ""},
    {"UNAUTHORIZED_USER_FOR_CURSOR", "no", Remedy::restart, ""},
    {"LOCATOR_LOCATION_EXCEEDS_SIZE", "no", Remedy::restart, ""},
    {"INVALID_REPLICATION_DATE", "no", Remedy::resync, ""},
    {"INVALID_FIELD", "no", Remedy::redescribe, "give the integration user Read on the field"},
    {"INVALID_TYPE", "no", Remedy::redescribe, "give the integration user Read on the object"},
    {"INVALID_TYPE_FOR_OPERATION", "no", Remedy::redescribe, ""},
    {"ENTITY_NOT_QUERYABLE", "no", Remedy::redescribe, ""},
    {"MALFORMED_QUERY", "no", Remedy::redescribe, ""},
    {"INVALID_QUERY_FILTER_OPERATOR", "no", Remedy::redescribe, ""},
    {"INVALID_SORT_OPTION", "no", Remedy::redescribe, ""},
    {"INVALID_LOGIN", "no", Remedy::refused, "check user"},
    {"LOGIN_MUST_USE_SECURITY_TOKEN", "no", Remedy::refused,
     "add the user's security token as [crm] token"},
    {"LOGIN_DURING_RESTRICTED_TIME", "no", Remedy::refused,
     "the profile's login hours do not allow it now"},
    {"LOGIN_DURING_RESTRICTED_DOMAIN", "no", Remedy::refused,
     "the profile's IP ranges do not have this machine's address"},
    {"PASSWORD_LOCKOUT", "no", Remedy::refused, "unlock the user in Setup, then mend its password"},
    {"INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "no", Remedy::refused, "the password has expired"},
    {"INSUFFICIENT_ACCESS", "no", Remedy::forbidden,
     "give the integration user Read and View All on the object"},
    {"INACTIVE_OWNER_OR_USER", "no", Remedy::refused, "the user is inactive; activate it in Setup"},
    {"INVALID_OPERATION", "no", Remedy::refused,
     "SOAP login is off in this org or for this API version"},
    {"CLIENT_NOT_ACCESSIBLE_FOR_USER", "no", Remedy::refused,
     "allow heed's connected app for the integration user"},
    {"CLIENT_REQUIRE_UPDATE_FOR_USER", "no", Remedy::refused, "the org asks for a newer client"},
    {"TXN_SECURITY_NO_ACCESS", "no", Remedy::refused,
     "a transaction security policy stops this user"},
    {"TXN_SECURITY_TWO_FA_REQUIRED", "no", Remedy::refused,
     "a transaction security policy asks for a second factor"},
    {"TXN_SECURITY_END_A_SESSION", "no", Remedy::refused,
     "a transaction security policy ends this user's sessions"},
    {"API_DISABLED_FOR_ORG", "no", Remedy::closed, "the org's edition or the user has no API"},
    {"UNSUPPORTED_API_VERSION", "no", Remedy::closed,
     "set [crm] api_version to one the CRM still has"},
    {"MUTUAL_AUTHENTICATION_FAILED", "no", Remedy::closed,
     "this user must come with a client certificate"},
    {"EXCEEDED_QUOTA", "no", Remedy::closed, "a quota of the org is used up"},
    {"ORG_LOCKED", "no", Remedy::closed, "the org is locked; ask its administrator"},
    {"TRIAL_EXPIRED", "no", Remedy::closed, "the org's trial is over; ask its administrator"},
    {"HTTP_404", "no", Remedy::closed, "is [crm] url the CRM's address"},
    {"HTTP_407", "no", Remedy::closed, "the proxy wants a user and a password; see [http] proxy"},
    {"Server", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"Receiver", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"NOT_SOAP", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"HTTP_406", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"HTTP_408", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"HTTP_420", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"HTTP_421", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"HTTP_425", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
    {"HTTP_429", "no", Remedy::back_off, "nothing to do: heed goes on when it is over"},
};

}  // namespace

TEST_CASE("each code has its remedy, and a mend where a person can do something", "[fault]") {
  for (const auto& row : rows) {
    CAPTURE(row.code);
    CHECK(heed::crm::remedy_of(Fault{row.code, row.text, {}}) == row.remedy);
    const std::string mend(heed::crm::mend_of(row.code, row.text));
    CHECK_THAT(mend, Catch::StartsWith(row.mend));
    CHECK(mend.empty() == std::string(row.mend).empty());
  }
}

TEST_CASE("a code that nobody has named is of its family, and has the family's mend", "[fault]") {
  constexpr auto* over = "nothing to do: heed goes on when it is over";
  constexpr auto* used_up = "a limit of the org is used up";
  const auto [code, remedy, mend] = GENERATE_COPY(table<std::string, Remedy, std::string>(
      {{"HTTP_500", Remedy::back_off, over},
       {"HTTP_520", Remedy::back_off, over},
       {"HTTP_418", Remedy::closed, ""},
       {"NEW_LOGIN_RATE_REACHED", Remedy::quota, "too many logins in an hour"},
       {"NEW_LOGIN_TROUBLE", Remedy::refused, ""},
       {"AN_EXPIRED_PASSWORD", Remedy::refused, ""},
       {"NEW_LOCATOR_TROUBLE", Remedy::restart, ""},
       {"NEW_REPLICATION_TROUBLE", Remedy::resync, ""},
       {"NEW_TIMEOUT", Remedy::back_off, over},
       {"NEW_TIMEOUT_EXCEPTION", Remedy::back_off, over},
       {"NEW_UNAVAILABLE_THING", Remedy::back_off, over},
       {"NEW_MAINTENANCE_THING", Remedy::back_off, over},
       {"NEW_SERVICE_DOWN", Remedy::back_off, over},
       {"NEW_BUSY_THING", Remedy::back_off, over},
       {"NEW_SERVER_EXCEPTION", Remedy::back_off, over},
       {"NEW_SERVER_ERROR", Remedy::back_off, over},
       {"NEW_INTERNAL_NEW_ERROR", Remedy::back_off, over},
       {"NEW_CONNECTION_EXCEPTION", Remedy::back_off, over},
       {"NEW_LIMIT_EXCEEDED", Remedy::quota, used_up},
       {"NEW_EXCEEDED_LIMIT", Remedy::quota, used_up},
       {"NEW_LIMIT_REACHED", Remedy::quota, used_up},
       {"NEW_TOO_LARGE", Remedy::smaller, ""},
       {"EXCEEDED_MAX_NEW", Remedy::smaller, ""},
       {"BRAND_NEW", Remedy::stop, ""}}));
  CAPTURE(code);
  CHECK(heed::crm::remedy_of(Fault{code, "", {}}) == remedy);
  const std::string told(heed::crm::mend_of(code, ""));
  CHECK_THAT(told, Catch::StartsWith(mend));
  CHECK(told.empty() == mend.empty());
}

TEST_CASE("what the text tells apart from others of its code is a limit that passes", "[fault]") {
  for (const auto* text : {"Login rate exceeded.", "maximum number of logins exceeded"}) {
    CHECK(heed::crm::remedy_of(Fault{"INVALID_LOGIN", text, {}}) == Remedy::quota);
  }
}
