#include "support/soap_caller.hpp"

namespace heed::support {

namespace {

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else
      safe += c;
  }
  return safe;
}

}  // namespace

SoapCaller::SoapCaller(http::Transport& to, std::string url) : to_(to), url_(std::move(url)) {}

http::Response SoapCaller::call(const std::string& operation, const std::string& content,
                                const std::string& more_headers) {
  http::Request request;
  request.url = url_;
  request.headers = {{"Content-Type", "text/xml; charset=utf-8"}, {"SOAPAction", "\"\""}};
  request.body =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
      "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" "
      "xmlns=\"urn:partner.soap.sforce.com\" xmlns:ens=\"urn:sobject.partner.soap.sforce.com\">"
      "<e:Header>" +
      (session_.empty()
           ? ""
           : "<SessionHeader><sessionId>" + session_ + "</sessionId></SessionHeader>") +
      more_headers + "</e:Header><e:Body><" + operation + ">" + content + "</" + operation +
      "></e:Body></e:Envelope>";
  return to_.send(request);
}

http::Response SoapCaller::login(const std::string& user, const std::string& password) {
  auto answer = call("login", "<username>" + escaped(user) + "</username><password>" +
                                  escaped(password) + "</password>");
  if (answer.status == 200) {
    session_ = element(answer, "sessionId");
    url_ = element(answer, "serverUrl");
  }
  return answer;
}

http::Response SoapCaller::query(const std::string& soql, int batch, const std::string& operation) {
  const std::string options = batch == 0 ? ""
                                         : "<QueryOptions><batchSize>" + std::to_string(batch) +
                                               "</batchSize></QueryOptions>";
  return call(operation, "<queryString>" + escaped(soql) + "</queryString>", options);
}

std::string SoapCaller::locator(const http::Response& answer) {
  return element(answer, "queryLocator");
}

std::string SoapCaller::element(const http::Response& answer, const std::string& name) {
  const std::string open = "<" + name + ">";
  const auto begin = answer.body.find(open);
  if (begin == std::string::npos) return {};
  const auto end = answer.body.find("</" + name + ">", begin);
  return answer.body.substr(begin + open.size(), end - begin - open.size());
}

int count_of(std::string_view text, std::string_view part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++found;
  }
  return found;
}

}  // namespace heed::support
