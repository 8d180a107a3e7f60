#include "simulator/wire_text.hpp"

#include <array>

namespace heed::simulated {

namespace {

void put(std::string& to, unsigned value, std::size_t width) {
  std::array<char, 10> digits{};
  for (std::size_t at = width; at-- > 0; value /= 10) {
    digits[at] = static_cast<char>('0' + value % 10);
  }
  to.append(digits.data(), width);
}

std::string moment_text(Moment moment) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  std::string text;
  text.reserve(24);
  put(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  text += '-';
  put(text, static_cast<unsigned>(date.month()), 2);
  text += '-';
  put(text, static_cast<unsigned>(date.day()), 2);
  text += 'T';
  put(text, static_cast<unsigned>(time.hours().count()), 2);
  text += ':';
  put(text, static_cast<unsigned>(time.minutes().count()), 2);
  text += ':';
  put(text, static_cast<unsigned>(time.seconds().count()), 2);
  return text + ".000Z";
}

constexpr std::string_view envelope =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
    "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
    "xmlns=\"urn:partner.soap.sforce.com\" "
    "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "xmlns:sf=\"urn:sobject.partner.soap.sforce.com\">";

/// Renames a prefix at `at` inside a tag; says how many characters it took.
std::size_t rename(std::string_view text, std::size_t at, std::string& to) {
  const auto rest = text.substr(at);
  if (rest.starts_with("tns:")) return 4;
  if (rest.starts_with("ens:")) {
    to += "sf:";
    return 4;
  }
  return 0;
}

/// These faults always have a row and a column, -1 where there is no query.
bool has_place(std::string_view fault) {
  return fault == "InvalidFieldFault" || fault == "InvalidSObjectFault" ||
         fault == "MalformedQueryFault";
}

}  // namespace

std::string wire_text(const Value& value) {
  if (const auto* moment = std::get_if<Moment>(&value)) return moment_text(*moment);
  return to_text(value).value_or(std::string());
}

std::string crm_shape(std::string_view answer, std::string_view header) {
  constexpr std::string_view open = "<SOAP-ENV:Body>";
  const auto begin = answer.find(open) + open.size();
  const auto end = answer.rfind("</SOAP-ENV:Body>");
  std::string shaped;
  shaped.reserve(answer.size() + 512);
  shaped += envelope;
  if (!header.empty()) shaped.append("<soapenv:Header>").append(header).append("</soapenv:Header>");
  shaped += "<soapenv:Body>";
  bool in_tag = false;
  for (std::size_t at = begin; at < end;) {
    const char c = answer[at++];
    shaped += c;
    if (c == '<') {
      in_tag = true;
      if (answer[at] == '/') shaped += answer[at++];
      at += rename(answer, at, shaped);
    } else if (c == '>') {
      in_tag = false;
    } else if (c == '"' && in_tag) {
      at += rename(answer, at, shaped);
    }
  }
  return shaped + "</soapenv:Body></soapenv:Envelope>";
}

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&apos;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string fault_text(const Refusal& refusal) {
  const std::string message = escaped(refusal.what());
  const std::string head =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
      "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
      "xmlns:sf=\"urn:fault.partner.soap.sforce.com\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body><soapenv:Fault>";
  const std::string tail = "</soapenv:Fault></soapenv:Body></soapenv:Envelope>";
  if (refusal.fault.empty()) {
    return head + "<faultcode>" + refusal.code + "</faultcode><faultstring>" + message +
           "</faultstring>" + tail;
  }
  const std::string type = "sf:" + refusal.fault;
  std::string detail = "<" + type + " xsi:type=\"" + type + "\"><sf:exceptionCode>" + refusal.code +
                       "</sf:exceptionCode><sf:exceptionMessage>" + message +
                       "</sf:exceptionMessage>";
  if (has_place(refusal.fault)) {
    const bool known = refusal.row > 0;
    detail += "<sf:row>" + std::to_string(known ? refusal.row : -1) + "</sf:row><sf:column>" +
              std::to_string(known ? refusal.column : -1) + "</sf:column>";
  }
  return head + "<faultcode>sf:" + refusal.code + "</faultcode><faultstring>" + refusal.code +
         ": " + message + "</faultstring><detail>" + detail + "</" + type + "></detail>" + tail;
}

}  // namespace heed::simulated
