#include "crm/wire.hpp"

#include <algorithm>
#include <cstring>
#include <exception>

#include "crm/encoding.hpp"
#include "crm/fault_in.hpp"
#include "crm/too_large.hpp"
#include "crm/translate.hpp"
#include "heed/error.hpp"
#include "heed/http.hpp"
#include "heed/http/too_large.hpp"
#include "soapSoapBindingProxy.h"

namespace heed::crm {

namespace {

constexpr unsigned int deepest = 200;  // elements in elements; an answer of the CRM has a dozen

}  // namespace

/// gSOAP as a codec. Its hooks hand the request's XML to the transport and read the answer's from a
/// string; no exception crosses its frames.
struct Wire::Codec {
  http::Transport& transport;
  const Clock& clock;
  Options options;
  SoapBindingProxy proxy;
  std::string url, session;
  std::string target;  ///< of the call under way
  std::string out;
  http::Response in;
  std::size_t read = 0;
  std::exception_ptr pending;
  std::int64_t calls = 0;
  std::optional<Usage> usage;

  Codec(http::Transport& t, const Clock& c, const Options& o) : transport(t), clock(c), options(o) {
    soap* s = proxy.soap;
    s->user = this;
    soap_set_omode(s, SOAP_C_UTFSTRING);
    // The CRM's namespaces differ by its WSDLs, and some of its answers lost theirs on the way:
    // names are told apart by their local part. References between elements are not followed: the
    // CRM makes none.
    soap_set_imode(s, SOAP_C_UTFSTRING | SOAP_XML_IGNORENS | SOAP_XML_TREE);
    s->maxlevel = deepest;
    s->fconnect = &on_connect;
    s->fsend = &on_send;
    s->fprepareinitrecv = &on_receive;
    s->frecv = &on_read;
    s->fclose = [](soap*) { return SOAP_OK; };
  }

  static Codec& self(soap* s) { return *static_cast<Codec*>(s->user); }
  static int on_connect(soap* s, const char*, const char*, int);
  static int on_send(soap* s, const char* data, std::size_t size);
  static int on_receive(soap* s);
  static std::size_t on_read(soap* s, char* to, std::size_t size);

  void begin(const std::string& to, bool with_session);
  Fault fault_of();

  /// One call: `send` makes it and fills the answer, `take` turns the answer into heed's words.
  template <class Send, class Take>
  auto call(const std::string& to, bool with_session, Send send, Take take)
      -> Reply<decltype(take())> {
    struct Arena {  // frees what the call built, whichever way it ends
      SoapBindingProxy& proxy;
      ~Arena() { proxy.destroy(); }
    } arena{proxy};
    begin(to, with_session);
    const bool answered = send() == SOAP_OK;
    if (pending) std::rethrow_exception(pending);
    read_usage();
    if (!answered) return fault_of();
    return take();
  }

  void ask_for_pages() {
    auto* asked = soap_new__tns__QueryOptions(proxy.soap);
    asked->batchSize = soap_new_int(proxy.soap);
    *asked->batchSize = options.page_size;
    proxy.soap->header->tns__QueryOptions = asked;
  }

  void read_usage() {
    const auto* header = proxy.soap->header;
    if (header == nullptr || header->tns__LimitInfoHeader == nullptr) return;
    for (const auto* info : header->tns__LimitInfoHeader->limitInfo) {
      if (info != nullptr && info->type == "API REQUESTS") {
        usage = Usage{info->current, info->limit};
      }
    }
  }
};

int Wire::Codec::on_connect(soap* s, const char*, const char*, int) {
  self(s).out.clear();
  self(s).read = 0;
  s->omode &= ~SOAP_IO;
  s->omode |= SOAP_IO_BUFFER | SOAP_ENC_PLAIN;
  return SOAP_OK;
}

int Wire::Codec::on_send(soap* s, const char* data, std::size_t size) {
  self(s).out.append(data, size);
  return SOAP_OK;
}

int Wire::Codec::on_receive(soap* s) {
  auto& codec = self(s);
  try {
    http::Request request;
    request.url = codec.target;
    request.headers = {{"Content-Type", "text/xml; charset=utf-8"}, {"SOAPAction", "\"\""}};
    request.body = std::move(codec.out);
    codec.in = codec.transport.send(request);
    const auto largest = codec.options.largest_page;
    if (static_cast<std::int64_t>(codec.in.body.size()) > largest) {
      throw too_large(codec.in.body, largest, "[crm] largest_page");
    }
    codec.read = to_utf8(codec.in.body, codec.in.header("Content-Type").value_or(""));
    if (has_dtd(std::string_view(codec.in.body).substr(codec.read))) {
      throw Error(Kind::answer,
                  "the CRM's answer has a document type, which SOAP forbids; heed reads none: is "
                  "there something between heed and the CRM that changes answers?");
    }
    s->status = codec.in.status;
  } catch (const http::TooLarge& cut) {
    codec.pending =
        std::make_exception_ptr(too_large(cut.beginning(), cut.largest(), "[http] largest_body"));
    return s->error = SOAP_EOF;
  } catch (...) {
    codec.pending = std::current_exception();
    return s->error = SOAP_EOF;
  }
  return SOAP_OK;
}

std::size_t Wire::Codec::on_read(soap* s, char* to, std::size_t size) {
  auto& codec = self(s);
  const std::size_t n = std::min(size, codec.in.body.size() - codec.read);
  std::memcpy(to, codec.in.body.data() + codec.read, n);
  codec.read += n;
  return n;
}

void Wire::Codec::begin(const std::string& to, bool with_session) {
  soap* s = proxy.soap;
  target = to;
  pending = nullptr;
  in = {};
  ++calls;
  proxy.soap_noheader();
  s->header = soap_new_SOAP_ENV__Header(s);
  s->header->tns__CallOptions = soap_new__tns__CallOptions(s);
  s->header->tns__CallOptions->client = soap_new_std__string(s);
  *s->header->tns__CallOptions->client = options.client;
  if (!with_session) return;
  s->header->tns__SessionHeader = soap_new__tns__SessionHeader(s);
  s->header->tns__SessionHeader->sessionId = session;
}

namespace {

Moment moment_of(time_t seconds) {
  return Moment(std::chrono::seconds(seconds));
}

/// The result an answer must have.
template <class Result>
Result& result_of(Result* result, const char* operation) {
  if (result == nullptr) {
    throw Error(Kind::answer, std::string("the CRM's answer to ") + operation + " has no result");
  }
  return *result;
}

Rows rows_of(tns__QueryResult& result) {
  Rows rows;
  rows.records = std::move(result.records);
  if (!result.done) {
    rows.locator = text_or_empty(result.queryLocator);
    if (rows.locator.empty()) {
      throw Error(Kind::answer, "the CRM says that an answer goes on, and not where");
    }
  }
  rows.size = result.size;
  return rows;
}

}  // namespace

Fault Wire::Codec::fault_of() {
  const soap* s = proxy.soap;
  // The codes of SOAP's own come as errors of their own; all other errors are the parser's.
  const bool told =
      s->error == SOAP_FAULT || s->error == SOAP_CLI_FAULT || s->error == SOAP_SVR_FAULT;
  Fault fault = told && s->fault != nullptr ? fault_in(*s->fault, in.body) : fault_without_soap(in);
  fault.retry_after = retry_after(in, clock.now());
  return fault;
}

Wire::Wire(http::Transport& transport, const Clock& clock, const Options& options)
    : codec_(std::make_unique<Codec>(transport, clock, options)) {}
Wire::~Wire() = default;

void Wire::use(std::string url, std::string session) {
  codec_->url = std::move(url);
  codec_->session = std::move(session);
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

Reply<Rows> Wire::query(const std::string& soql, bool deleted_too) {
  auto& proxy = codec_->proxy;
  if (deleted_too) {
    _tns__queryAllResponse answer;
    return codec_->call(
        codec_->url, true,
        [&] {
          codec_->ask_for_pages();
          _tns__queryAll request;
          request.queryString = soql;
          return proxy.queryAll(codec_->url.c_str(), "", &request, answer);
        },
        [&] { return rows_of(result_of(answer.result, "a query")); });
  }
  _tns__queryResponse answer;
  return codec_->call(
      codec_->url, true,
      [&] {
        codec_->ask_for_pages();
        _tns__query request;
        request.queryString = soql;
        return proxy.query(codec_->url.c_str(), "", &request, answer);
      },
      [&] { return rows_of(result_of(answer.result, "a query")); });
}

Reply<Rows> Wire::query_more(const std::string& locator) {
  auto& proxy = codec_->proxy;
  _tns__queryMoreResponse answer;
  return codec_->call(
      codec_->url, true,
      [&] {
        codec_->ask_for_pages();
        _tns__queryMore request;
        request.queryLocator = locator;
        return proxy.queryMore(codec_->url.c_str(), "", &request, answer);
      },
      [&] { return rows_of(result_of(answer.result, "a query")); });
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
