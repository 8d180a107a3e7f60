#include "prepared.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

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

std::string id_of(std::int64_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 12 - digits.size(), '0');
  return std::string(Id::parse("0PK" + digits)->text());
}

std::string value_of(const Field& field, std::int64_t number) {
  switch (field.type) {
    case FieldType::flag:
      return field.name != "IsDeleted" && number % 7 == 0 ? "true" : "false";
    case FieldType::id:
      return "005000000000001AAA";
    case FieldType::integer:
      return std::to_string(number % 5);
    case FieldType::number:
      return std::to_string(number % 100) + ".5";
    case FieldType::date:
      return "1980-02-28";
    case FieldType::moment:
      return "2026-0" + std::to_string(1 + number % 9) + "-11T10:20:30.000Z";
    case FieldType::text:
      break;
  }
  return field.name + " &amp; S\xC3\xB6hne " + std::to_string(number);
}

std::string record_of(const Shape& shape, std::int64_t number) {
  const std::string id = id_of(number);
  std::string text = "<records xsi:type=\"sf:sObject\"><sf:type>Individual</sf:type><sf:Id>" + id +
                     "</sf:Id><sf:Id>" + id + "</sf:Id>";
  for (const auto& field : shape.fields) {
    text += "<sf:" + field.name + ">" + value_of(field, number) + "</sf:" + field.name + ">";
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

}  // namespace

Prepared::Prepared(const Shape& shape, std::int64_t rows, std::int64_t page)
    : empty_(page_of("queryAll", "", 0, "")) {
  for (std::int64_t from = 0; from < rows; from += page) {
    const std::int64_t end = std::min(rows, from + page);
    std::string records;
    for (std::int64_t i = from; i < end; ++i) records += record_of(shape, i + 1);
    const std::string next = end == rows ? "" : "P" + std::to_string(pages_.size() + 1) + "P";
    pages_.push_back(page_of(pages_.empty() ? "queryAll" : "queryMore", records, rows, next));
  }
}

http::Response Prepared::send(const http::Request& request) {
  const auto answer = [](const std::string& body) {
    return http::Response{200, {{"Content-Type", "text/xml; charset=utf-8"}}, body};
  };
  if (request.body.find("ORDER BY Id") != std::string::npos) return answer(pages_.front());
  if (request.body.find("ORDER BY") != std::string::npos) return answer(empty_);
  const auto locator = request.body.find(">P");
  if (request.body.find("queryMore") != std::string::npos && locator != std::string::npos) {
    return answer(pages_.at(std::stoul(request.body.substr(locator + 2))));
  }
  return crm_.send(request);
}

ServerProcess::ServerProcess(const Shape& shape, std::int64_t rows, std::int64_t page) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  child_ = ::fork();
  if (child_ == 0) {
    Prepared crm(shape, rows, page);
    const simulated::Server server(crm, 0);
    const std::string line = server.url() + "\n";
    if (::write(ends[1], line.data(), line.size()) < 0) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) url_ += c;
  ::close(ends[0]);
  ::close(ends[1]);
  if (url_.empty()) throw std::runtime_error("the server did not start");
}

ServerProcess::~ServerProcess() {
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
}

}  // namespace heed::bench
