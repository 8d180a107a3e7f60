#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/error.hpp"
#include "heed/http.hpp"

namespace heed::support {

/// A Transport that gives prepared answers in order, and keeps the requests. An answer of status 0
/// is a connection that broke.
class Scripted final : public heed::http::Transport {
 public:
  heed::http::Response send(const heed::http::Request& request) override {
    requests.push_back(request);
    if (answers.empty()) throw heed::Error(heed::Kind::unreachable, "the script has ended");
    auto answer = answers.front();
    answers.erase(answers.begin());
    if (answer.status == 0) throw heed::Error(heed::Kind::unreachable, "connection reset");
    return answer;
  }

  Scripted& then(int status, std::string body, std::string type = "text/xml; charset=utf-8") {
    answers.push_back({status, {{"Content-Type", std::move(type)}}, std::move(body)});
    return *this;
  }

  std::vector<heed::http::Response> answers;
  std::vector<heed::http::Request> requests;
};

/// SOAP 1.1 around `body`, with the prefixes that the CRM uses.
inline std::string envelope(std::string_view body, std::string_view header = {}) {
  return R"(<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope)"
         R"( xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/")"
         R"( xmlns="urn:partner.soap.sforce.com")"
         R"( xmlns:sf="urn:sobject.partner.soap.sforce.com")"
         R"( xmlns:fault="urn:fault.partner.soap.sforce.com")"
         R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">)" +
         (header.empty() ? "" : "<soapenv:Header>" + std::string(header) + "</soapenv:Header>") +
         "<soapenv:Body>" + std::string(body) + "</soapenv:Body></soapenv:Envelope>";
}

/// A fault as the CRM sends it.
inline std::string fault(const std::string& code, const std::string& text = "no reason given",
                         const std::string& type = "UnexpectedErrorFault") {
  return envelope("<soapenv:Fault><faultcode>fault:" + code + "</faultcode><faultstring>" + code +
                  ": " + text + "</faultstring><detail><fault:" + type +
                  " xsi:type=\"fault:" + type + "\"><fault:exceptionCode>" + code +
                  "</fault:exceptionCode><fault:exceptionMessage>" + text +
                  "</fault:exceptionMessage></fault:" + type + "></detail></soapenv:Fault>");
}

/// What login answers, for an instance at `url`.
inline std::string logged_in(const std::string& url, const std::string& session = "canary-session",
                             bool expired = false) {
  return envelope(
      "<loginResponse><result><metadataServerUrl>" + url + "</metadataServerUrl><passwordExpired>" +
      (expired ? "true" : "false") + "</passwordExpired><sandbox>false</sandbox><serverUrl>" + url +
      "</serverUrl><sessionId>" + session +
      "</sessionId><userId>005000000000001AAA</userId><userInfo>"
      "<orgHasPersonAccounts>true</orgHasPersonAccounts>"
      "<organizationId>00D000000000001EAA</organizationId><userId>005000000000001AAA</userId>"
      "<userName>heed@acme.example</userName></userInfo></result></loginResponse>");
}

/// What getUserInfo answers.
inline std::string user_told() {
  return envelope(
      "<getUserInfoResponse><result><orgHasPersonAccounts>true</orgHasPersonAccounts>"
      "<organizationId>00D000000000001EAA</organizationId><userId>005000000000001AAA</userId>"
      "<userName>heed@acme.example</userName></result></getUserInfoResponse>");
}

/// What getServerTimestamp answers.
inline std::string time_told(const std::string& time = "2026-03-01T12:00:00.000Z",
                             std::string_view header = {}) {
  return envelope("<getServerTimestampResponse><result><timestamp>" + time +
                      "</timestamp></result></getServerTimestampResponse>",
                  header);
}

/// A query's answer around `<records>` elements.
inline std::string answered(const std::string& records, int size, const std::string& locator = "",
                            const std::string& operation = "queryAll") {
  return envelope("<" + operation + "Response><result xsi:type=\"QueryResult\"><done>" +
                  (locator.empty() ? "true</done><queryLocator xsi:nil=\"true\"/>"
                                   : "false</done><queryLocator>" + locator + "</queryLocator>") +
                  records + "<size>" + std::to_string(size) + "</size></result></" + operation +
                  "Response>");
}

}  // namespace heed::support
