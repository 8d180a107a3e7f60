#include "crm/wire.hpp"

#include "crm/codec.hpp"
#include "crm/translate.hpp"
#include "heed/error.hpp"

namespace heed::crm {

namespace {

/// The result an answer must have.
template <class Result>
Result& result_of(Result* result, const char* operation) {
  if (result == nullptr) {
    throw Error(Kind::answer, std::string("the CRM's answer to ") + operation + " has no result");
  }
  return *result;
}

/// What an answer says beside its records.
constexpr auto finish = [](Page& page, const auto& answer) {
  const tns__QueryResult& result = result_of(answer.result, "a query");
  page.announced = result.size;
  if (result.done) return;
  page.locator = text_or_empty(result.queryLocator);
  if (page.locator.empty()) {
    throw Error(Kind::answer, "the CRM says that an answer goes on, and not where");
  }
};

Moment moment_of(time_t seconds) {
  return Moment(std::chrono::seconds(seconds));
}

}  // namespace

Wire::Wire(http::Ahead& transport, const Clock& clock, const Options& options)
    : codec_(std::make_unique<Codec>(transport, clock, options)) {}
Wire::~Wire() = default;

void Wire::use(std::string url, std::string session) {
  codec_->url = std::move(url);
  codec_->session = std::move(session);
}

void Wire::look_ahead(bool may) {
  codec_->looks_ahead = may;
}

std::int64_t Wire::calls() const {
  return codec_->calls;
}
std::optional<Usage> Wire::usage() const {
  return codec_->usage;
}

Reply<LoggedIn> Wire::login(const std::string& url, const std::string& user,
                            const std::string& password) {
  _tns__loginResponse answer;
  return codec_->call(
      url, false,
      [&] {
        _tns__login request;
        request.username = user;
        request.password = password;
        return codec_->proxy.login(url.c_str(), "", &request, answer);
      },
      [&] {
        const auto& result = result_of(answer.result, "login");
        LoggedIn in;
        in.session = text_or_empty(result.sessionId);
        in.url = text_or_empty(result.serverUrl);
        in.password_expired = result.passwordExpired;
        if (result.userInfo != nullptr) in.user = user_of(*result.userInfo);
        return in;
      });
}

Reply<User> Wire::user_info() {
  _tns__getUserInfoResponse answer;
  return codec_->call(
      codec_->url, true,
      [&] {
        _tns__getUserInfo request;
        return codec_->proxy.getUserInfo(codec_->url.c_str(), "", &request, answer);
      },
      [&] { return user_of(result_of(answer.result, "getUserInfo")); });
}

Reply<Moment> Wire::server_timestamp() {
  _tns__getServerTimestampResponse answer;
  return codec_->call(
      codec_->url, true,
      [&] {
        _tns__getServerTimestamp request;
        return codec_->proxy.getServerTimestamp(codec_->url.c_str(), "", &request, answer);
      },
      [&] { return moment_of(result_of(answer.result, "getServerTimestamp").timestamp); });
}

Reply<std::vector<std::string>> Wire::describe_global() {
  _tns__describeGlobalResponse answer;
  return codec_->call(
      codec_->url, true,
      [&] {
        _tns__describeGlobal request;
        return codec_->proxy.describeGlobal(codec_->url.c_str(), "", &request, answer);
      },
      [&] {
        std::vector<std::string> names;
        for (const auto* each : result_of(answer.result, "describeGlobal").sobjects) {
          if (each != nullptr) names.push_back(each->name);
        }
        return names;
      });
}

Reply<Description> Wire::describe(const std::string& object) {
  _tns__describeSObjectResponse answer;
  return codec_->call(
      codec_->url, true,
      [&] {
        _tns__describeSObject request;
        request.sObjectType = object;
        return codec_->proxy.describeSObject(codec_->url.c_str(), "", &request, answer);
      },
      [&] { return description_of(result_of(answer.result, "describeSObject")); });
}

Reply<Page> Wire::query(const std::string& soql, bool deleted_too,
                        std::shared_ptr<const Shape> shape) {
  auto& codec = *codec_;
  if (deleted_too) {
    return codec.page<_tns__queryAllResponse>(
        std::move(shape),
        [&](auto& answer) {
          _tns__queryAll request;
          request.queryString = soql;
          return codec.proxy.queryAll(codec.url.c_str(), "", &request, answer);
        },
        finish);
  }
  return codec.page<_tns__queryResponse>(
      std::move(shape),
      [&](auto& answer) {
        _tns__query request;
        request.queryString = soql;
        return codec.proxy.query(codec.url.c_str(), "", &request, answer);
      },
      finish);
}

Reply<Page> Wire::query_more(const std::string& locator, std::shared_ptr<const Shape> shape) {
  auto& codec = *codec_;
  return codec.page<_tns__queryMoreResponse>(
      std::move(shape),
      [&](auto& answer) {
        _tns__queryMore request;
        request.queryLocator = locator;
        return codec.proxy.queryMore(codec.url.c_str(), "", &request, answer);
      },
      finish);
}

Reply<Moment> Wire::latest_date_covered(const std::string& object, Moment from, Moment to) {
  _tns__getUpdatedResponse answer;
  return codec_->call(
      codec_->url, true,
      [&] {
        _tns__getUpdated request;
        request.sObjectType = object;
        request.startDate = from.time_since_epoch().count();
        request.endDate = to.time_since_epoch().count();
        return codec_->proxy.getUpdated(codec_->url.c_str(), "", &request, answer);
      },
      [&] { return moment_of(result_of(answer.result, "getUpdated").latestDateCovered); });
}

Reply<Deletions> Wire::get_deleted(const std::string& object, Moment from, Moment to) {
  _tns__getDeletedResponse answer;
  return codec_->call(
      codec_->url, true,
      [&] {
        _tns__getDeleted request;
        request.sObjectType = object;
        request.startDate = from.time_since_epoch().count();
        request.endDate = to.time_since_epoch().count();
        return codec_->proxy.getDeleted(codec_->url.c_str(), "", &request, answer);
      },
      [&] {
        const auto& result = result_of(answer.result, "getDeleted");
        Deletions deletions;
        for (const auto* each : result.deletedRecords) {
          const auto id = each != nullptr ? Id::parse(each->id) : std::nullopt;
          if (!id) {
            throw Error(Kind::answer, object + ": record " +
                                          std::to_string(deletions.records.size() + 1) +
                                          " that getDeleted names has an Id that is none");
          }
          deletions.records.emplace_back(*id, moment_of(each->deletedDate));
        }
        deletions.earliest_known = moment_of(result.earliestDateAvailable);
        deletions.covered = moment_of(result.latestDateCovered);
        return deletions;
      });
}

}  // namespace heed::crm
