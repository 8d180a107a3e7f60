#include "prepared.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "simulator/gzip.hpp"
#include "simulator/server.hpp"

namespace heed::bench {

namespace {

constexpr std::string_view head =
    R"(<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope)"
    R"( xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/")"
    R"( xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:sobject.partner.soap.sforce.com")"
    R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Header><LimitInfoHeader>)"
    R"(<limitInfo><current>7</current><limit>100000</limit><type>API REQUESTS</type></limitInfo>)"
    R"(</LimitInfoHeader></soapenv:Header><soapenv:Body>)";

/// The org's clock: an hour later for every time that records were changed.
Moment now_of(int edition) {
  return simulated::OrgOptions{}.now + std::chrono::hours(edition);
}

std::string id_of(std::int64_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 12 - digits.size(), '0');
  return std::string(Id::parse("0PK" + digits)->text());
}

/// A field's value; `edition` is how often the record was changed since it was made.
std::string value_of(const Field& field, std::int64_t number, int edition) {
  switch (field.type) {
    case FieldType::flag: {
      const bool set = number % 7 == 0;
      const bool turned = field.name == "HasOptedOutSolicit" && edition % 2 == 1;
      return field.name != "IsDeleted" && set != turned ? "true" : "false";
    }
    case FieldType::id:
      return "005000000000001AAA";
    case FieldType::integer:
      return std::to_string(number % 5);
    case FieldType::number:
      return std::to_string(number % 100) + ".5";
    case FieldType::date:
      return "1980-02-28";
    case FieldType::moment:
      if (edition > 0 && field.name != "CreatedDate") {
        return to_text(now_of(edition) - std::chrono::minutes(30));
      }
      return "2025-0" + std::to_string(1 + number % 9) + "-11T10:20:30.000Z";
    case FieldType::text:
      break;
  }
  return field.name + " &amp; S\xC3\xB6hne " + std::to_string(number);
}

std::string record_of(const Shape& shape, std::int64_t number, int edition) {
  const std::string id = id_of(number);
  std::string text = "<records xsi:type=\"sf:sObject\"><sf:type>Individual</sf:type><sf:Id>" + id +
                     "</sf:Id><sf:Id>" + id + "</sf:Id>";
  for (const auto& field : shape.fields) {
    text +=
        "<sf:" + field.name + ">" + value_of(field, number, edition) + "</sf:" + field.name + ">";
  }
  return text + "</records>";
}

std::string page_of(const std::string& operation, const std::string& records, std::int64_t size,
                    const std::string& locator) {
  std::string text(head);
  text += "<" + operation + "Response><result xsi:type=\"QueryResult\"><done>";
  text += locator.empty() ? "true</done><queryLocator xsi:nil=\"true\"/>"
                          : "false</done><queryLocator>" + locator + "</queryLocator>";
  text += records + "<size>" + std::to_string(size) + "</size></result></" + operation +
          "Response></soapenv:Body></soapenv:Envelope>";
  return text;
}

Shape narrow(Shape shape) {
  std::erase_if(shape.fields, [&shape](const Field& field) {
    return field.name != "IsDeleted" && field.name != shape.stamp;
  });
  return shape;
}

simulated::OrgOptions org_of(const Prepare& what) {
  simulated::OrgOptions options;
  options.now = now_of(what.edition);
  return options;
}

}  // namespace

Prepared::Prepared(const Prepare& what) : what_(what), crm_(org_of(what)) {
  const auto packed = [&](const std::string& text) {
    return what.packed ? simulated::gzipped(text) : text;
  };
  const Shape shape = what.narrow ? narrow(what.shape) : what.shape;
  for (std::int64_t from = 0; from < what.rows && what.changed == 0; from += what.page) {
    const std::int64_t end = std::min(what.rows, from + what.page);
    std::string records;
    for (std::int64_t i = from; i < end; ++i) records += record_of(shape, i + 1, 0);
    const std::string next = end == what.rows ? "" : "P" + std::to_string(pages_.size() + 1) + "P";
    pages_.push_back(
        packed(page_of(pages_.empty() ? "queryAll" : "queryMore", records, what.rows, next)));
  }
  std::string records;
  for (std::int64_t i = 0; i < what.changed; ++i) {
    records += record_of(shape, i * (what.rows / what.changed) + 1, what.edition);
  }
  window_ = packed(page_of("queryAll", records, what.changed, ""));
}

http::Response Prepared::page(const std::string& body) const {
  http::Response answer{200, {{"Content-Type", "text/xml; charset=utf-8"}}, body};
  if (what_.packed) answer.headers.emplace_back("Content-Encoding", "gzip");
  return answer;
}

http::Response Prepared::send(const http::Request& request) {
  std::this_thread::sleep_for(what_.pause);
  if (request.body.find("ORDER BY Id") != std::string::npos) return page(pages_.front());
  if (request.body.find("ORDER BY") != std::string::npos) return page(window_);
  const auto locator = request.body.find(">P");
  if (request.body.find("queryMore") != std::string::npos && locator != std::string::npos) {
    return page(pages_.at(std::stoul(request.body.substr(locator + 2))));
  }
  return crm_.send(request);
}

ServerProcess::ServerProcess(Prepare what) {
  what.packed = true;
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  child_ = ::fork();
  if (child_ == 0) {
    Prepared crm(what);
    const simulated::Server server(crm, 0);
    const std::string line = server.url() + "\n";
    if (::write(ends[1], line.data(), line.size()) < 0) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  ::close(ends[1]);
  for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) url_ += c;
  ::close(ends[0]);
  if (url_.empty()) throw std::runtime_error("the server did not start");
}

ServerProcess::~ServerProcess() {
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
}

}  // namespace heed::bench
