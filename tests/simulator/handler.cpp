#include "simulator/handler.hpp"

#include "simulator/wire_text.hpp"

namespace heed::simulated {

namespace {

constexpr int smallest_batch = 200;
constexpr int largest_batch = 2000;
constexpr const char* profile = "00e8d000000Hd01AAC";

std::time_t wire_time(Moment moment) {
  return moment.time_since_epoch().count();
}

}  // namespace

Handler::Handler(Org& org, Sessions& sessions) : org_(org), sessions_(sessions), cursors_(org) {}

SoapBindingService* Handler::copy() {
  return new Handler(org_, sessions_);
}

std::string* Handler::text(std::string_view value) {
  auto* const text = soap_new_std__string(soap);
  text->assign(value);
  return text;
}

void Handler::begin_call() {
  const auto* const header = soap->header != nullptr ? soap->header->tns__SessionHeader : nullptr;
  sessions_.check(endpoint, header != nullptr ? &header->sessionId : nullptr);
  if (org_.calls_used() >= org_.calls_allowed()) {
    throw unexpected("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
  }
  org_.count_call();
}

std::size_t Handler::batch() const {
  const auto* const options = soap->header != nullptr ? soap->header->tns__QueryOptions : nullptr;
  int size = largest_batch;
  if (options != nullptr && options->batchSize != nullptr) size = *options->batchSize;
  if (size < smallest_batch || size > largest_batch) {
    throw unexpected("INVALID_BATCH_SIZE", "Invalid batch size: " + std::to_string(size));
  }
  return std::min(static_cast<std::size_t>(size), org_.options().largest_page);
}

const Table& Handler::described(const std::string& object) const {
  const Table* const table = org_.visible(object);
  if (table == nullptr) throw unknown_object(object);
  return *table;
}

Refusal unknown_object(const std::string& name) {
  return {"InvalidSObjectFault", "INVALID_TYPE", "sObject type '" + name + "' is not supported."};
}

int Handler::login(_tns__login* in, _tns__loginResponse& out) {
  return guarded("login", in->username, [&] {
    const std::string session = sessions_.login(endpoint, in->username, in->password);
    const auto url = endpoint.instance(org_.organization().text());
    auto* const result = soap_new_tns__LoginResult(soap);
    auto metadata = url;
    metadata.replace(metadata.find("/Soap/u/"), 8, "/Soap/m/");
    result->metadataServerUrl = text(metadata);
    result->serverUrl = text(url);
    result->sessionId = text(session);
    result->userId = text(org_.user().text());
    result->userInfo = user_info();
    out.result = result;
  });
}

int Handler::logout(_tns__logout*, _tns__logoutResponse&) {
  return in_session("logout", {}, [&] { sessions_.logout(); });
}

int Handler::getServerTimestamp(_tns__getServerTimestamp*, _tns__getServerTimestampResponse& out) {
  return in_session("getServerTimestamp", {}, [&] {
    out.result = soap_new_tns__GetServerTimestampResult(soap);
    out.result->timestamp = wire_time(org_.now());
  });
}

tns__GetUserInfoResult* Handler::user_info() {
  auto* const info = soap_new_tns__GetUserInfoResult(soap);
  info->currencySymbol = text("€");
  info->orgAttachmentFileSizeLimit = 5'242'880;
  info->orgDefaultCurrencyIsoCode = text("EUR");
  info->orgDefaultCurrencyLocale = text("de_DE_EURO");
  info->orgHasPersonAccounts = true;
  info->organizationId = org_.organization().text();
  info->organizationName = "Example Trading";
  info->profileId = profile;
  info->sessionSecondsValid = Sessions::seconds_valid;
  info->userEmail = "staff@example.org";
  info->userFullName = "Integration";
  info->userId = org_.user().text();
  info->userLanguage = "en_US";
  info->userLocale = "en_US";
  info->userName = org_.options().user;
  info->userTimeZone = "Europe/Berlin";
  info->userType = "Standard";
  info->userUiSkin = "Theme3";
  return info;
}

int Handler::getUserInfo(_tns__getUserInfo*, _tns__getUserInfoResponse& out) {
  return in_session("getUserInfo", {}, [&] { out.result = user_info(); });
}

int Handler::describeGlobal(_tns__describeGlobal*, _tns__describeGlobalResponse& out) {
  return in_session("describeGlobal", {}, [&] {
    out.result = soap_new_tns__DescribeGlobalResult(soap);
    out.result->encoding = text("UTF-8");
    out.result->maxBatchSize = 200;
    for (const auto& info : schema()) {
      const Table* const table = org_.visible(info.name);
      if (table != nullptr) out.result->sobjects.push_back(describe_shortly(soap, *table));
    }
  });
}

int Handler::describeSObject(_tns__describeSObject* in, _tns__describeSObjectResponse& out) {
  return in_session("describeSObject", in->sObjectType,
                    [&] { out.result = describe(soap, org_, described(in->sObjectType)); });
}

int Handler::describeSObjects(_tns__describeSObjects* in, _tns__describeSObjectsResponse& out) {
  std::string names;
  for (const auto& name : in->sObjectType) names += (names.empty() ? "" : ",") + name;
  return in_session("describeSObjects", names, [&] {
    for (const auto& name : in->sObjectType) {
      out.result.push_back(describe(soap, org_, described(name)));
    }
  });
}

tns__QueryResult* Handler::page(const Slice& slice) {
  auto* const result = soap_new_tns__QueryResult(soap);
  const Cursor& cursor = *slice.cursor;
  result->done = slice.locator.empty();
  result->queryLocator = result->done ? nullptr : text(slice.locator);
  result->size = static_cast<int>(cursor.rows.size());
  if (cursor.plan.count) return result;
  result->records.reserve(slice.end - slice.begin);
  for (std::size_t at = slice.begin; at < slice.end; ++at) {
    const auto row = cursor.rows[at];
    if (cursor.plan.table->row(row).purged) continue;
    write_record(org_, *cursor.plan.table, row, cursor.plan.select, result->records.emplace_back());
  }
  return result;
}

tns__QueryResult* Handler::ask(const std::string& soql, bool with_deleted) {
  const std::size_t size = batch();
  soql::Plan plan = soql::bind(soql::parse(soql), org_);
  auto rows = soql::run(plan, org_, with_deleted);
  return page(cursors_.first(std::move(plan), std::move(rows), size));
}

int Handler::query(_tns__query* in, _tns__queryResponse& out) {
  return in_session("query", in->queryString, [&] { out.result = ask(in->queryString, false); });
}

int Handler::queryAll(_tns__queryAll* in, _tns__queryAllResponse& out) {
  return in_session("queryAll", in->queryString, [&] { out.result = ask(in->queryString, true); });
}

int Handler::queryMore(_tns__queryMore* in, _tns__queryMoreResponse& out) {
  return in_session("queryMore", in->queryLocator,
                    [&] { out.result = page(cursors_.next(in->queryLocator, batch())); });
}

}  // namespace heed::simulated
