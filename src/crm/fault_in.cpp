#include "crm/fault_in.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "crm/encoding.hpp"
#include "crm/utf8.hpp"
#include "soapStub.h"

namespace heed::crm {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::string_view after_last_colon(std::string_view text) {
  text = trimmed(text);
  const auto colon = text.rfind(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

/// The text of the first element of that local name which has nothing but text; empty if none.
std::string_view element(std::string_view xml, std::string_view local) {
  for (auto at = xml.find(local); at != std::string_view::npos; at = xml.find(local, at + 1)) {
    const char before = at == 0 ? '\0' : xml[at - 1];
    const auto end = xml.find('>', at);
    const auto next = xml.find('<', at);
    if ((before != '<' && before != ':') || end == std::string_view::npos || next <= end) continue;
    const char after = xml[at + local.size()];
    if (after != '>' && after != ' ') continue;
    if (next == std::string_view::npos) return {};
    return trimmed(xml.substr(end + 1, next - end - 1));
  }
  return {};
}

/// Whether a code is one of SOAP's own, which say no more than whose fault it is, also where an old
/// server has put a word of its own behind it: "Server.userException".
bool of_soap(std::string_view code) {
  code = code.substr(0, code.find('.'));
  static constexpr std::array codes{
      "Server",         "Client",          "Receiver",           "Sender",
      "MustUnderstand", "VersionMismatch", "DataEncodingUnknown"};
  return code.empty() || std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::string_view text_of(const char* text) {
  return text != nullptr ? std::string_view(text) : std::string_view();
}

/// The innermost code of SOAP 1.2.
std::string_view innermost(const SOAP_ENV__Code* code) {
  std::string_view found;
  for (; code != nullptr; code = code->SOAP_ENV__Subcode) {
    if (code->SOAP_ENV__Value != nullptr) found = text_of(code->SOAP_ENV__Value);
  }
  return found;
}

/// A code as it may stand in a message: it comes from outside, and whatever stands there is no code
/// of the CRM beyond its first strange character.
std::string code_in(std::string_view text) {
  constexpr std::string_view known =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  constexpr std::size_t longest = 100;
  text = after_last_colon(text);
  return std::string(text.substr(0, std::min(longest, text.find_first_not_of(known))));
}

/// A header as it may stand in a message.
std::string shown(std::string_view text) {
  std::string line(text.substr(0, 60));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return line;
}

Fault told(std::string_view code, std::string_view text, std::string_view xml) {
  Fault fault;
  fault.code = code_in(code);
  if (of_soap(fault.code)) {
    const auto detail = element(xml, "exceptionCode");
    if (!detail.empty()) fault.code = code_in(detail);
  }
  if (fault.code.empty()) fault.code = "A_FAULT_WITHOUT_CODE";
  fault.text = mended(trimmed(text));
  const std::string prefix = fault.code + ":";
  if (fault.text.starts_with(prefix)) fault.text = trimmed(fault.text.substr(prefix.size()));
  fault.extended = code_in(element(xml, "extendedErrorCode"));
  return fault;
}

/// A date as HTTP writes it: "Mon, 02 Mar 2026 00:01:40 GMT".
std::optional<Moment> http_date(std::string_view text) {
  const std::string whole(text);
  std::tm time{};
  const char* end = ::strptime(whole.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return Moment(std::chrono::seconds(::timegm(&time)));
}

}  // namespace

Fault fault_in(const SOAP_ENV__Fault& fault, std::string_view xml) {
  std::string_view code = text_of(fault.faultcode);
  if (code.empty()) code = innermost(fault.SOAP_ENV__Code);
  std::string_view text = text_of(fault.faultstring);
  if (text.empty() && fault.SOAP_ENV__Reason != nullptr) {
    text = text_of(fault.SOAP_ENV__Reason->SOAP_ENV__Text);
  }
  if (text.empty()) text = element(xml, "exceptionMessage");
  return told(code, text, xml);
}

namespace {

/// The fault of a whole envelope whose details are no XML; nullopt where it has none.
std::optional<Fault> broken_fault(std::string_view body) {
  if (!body.ends_with("Envelope>")) return std::nullopt;
  if (const auto code = element(body, "faultcode"); !code.empty()) {
    return told(code, element(body, "faultstring"), body);
  }
  const auto begin = body.find(":Fault>");
  if (begin == std::string_view::npos) return std::nullopt;
  const auto fault = body.substr(begin);  // as SOAP 1.2 has it
  const auto inner = std::min(fault.rfind("Subcode>", fault.rfind("Value>")), fault.size());
  const auto code = element(inner == fault.size() ? fault : fault.substr(inner), "Value");
  if (code.empty()) return std::nullopt;
  return told(code, element(fault, "Text"), body);
}

}  // namespace

Fault fault_without_soap(const http::Response& response) {
  const std::string_view body = trimmed(response.body);
  if (auto broken = broken_fault(body)) return std::move(*broken);
  Fault fault;
  fault.own_words = true;
  const bool plain = response.status == 200 || response.status == 0;
  fault.code = plain ? "NOT_SOAP" : "HTTP_" + std::to_string(response.status);
  const auto type = response.header("Content-Type").value_or("an unnamed type");
  if (body.empty()) {
    fault.text = "an empty answer";
  } else if (type.find("html") != std::string_view::npos || is_html(body)) {
    fault.text = "an HTML page instead of SOAP";
  } else {
    fault.text = "an answer that is not whole SOAP, of " + shown(type);
  }
  return fault;
}

std::optional<std::chrono::seconds> retry_after(const http::Response& response, Moment now) {
  const auto text = response.header("Retry-After");
  if (!text) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error == std::errc() && end == text->data() + text->size()) {
    if (seconds < 0) return std::nullopt;
    return std::chrono::seconds(std::min<std::int64_t>(seconds, 1'000'000'000));
  }
  const auto until = http_date(*text);
  if (!until) return std::nullopt;
  const auto since = http_date(response.header("Date").value_or("")).value_or(now);
  return std::max(std::chrono::seconds(0), *until - since);
}

}  // namespace heed::crm
