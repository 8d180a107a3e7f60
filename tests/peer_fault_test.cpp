// How a CRM refuses, and how it fails: one row for each kind. A row whose handling is taken out
// fails by its name.

#include <catch2/catch.hpp>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "support/peer.hpp"

namespace {

using heed::support::Asked;
using heed::support::titled;
using heed::support::utf16;
using heed::support::with;
using heed::support::xml_type;

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

struct Faulty {
  std::string name;
  int status;
  std::string body;
  std::string code;
  std::string text;
};

std::string fault_11(const std::string& inner, const std::string& ns = "") {
  return "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"" + ns +
         "><s:Body><s:Fault>" + inner + "</s:Fault></s:Body></s:Envelope>";
}

std::string fault_12(const std::string& inner) {
  return "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
         "xmlns:f=\"urn:fault.partner.soap.sforce.com\"><s:Body><s:Fault>" +
         inner + "</s:Fault></s:Body></s:Envelope>";
}

std::vector<Faulty> faults() {
  const std::string said = "<faultstring>INVALID_FIELD: no such column</faultstring>";
  const std::string ns = " xmlns:f=\"urn:fault.partner.soap.sforce.com\"";
  const std::string detail =
      "<detail><f:InvalidFieldFault xsi:type=\"f:InvalidFieldFault\"><f:exceptionCode>INVALID_FIELD"
      "</f:exceptionCode><f:exceptionMessage>no such column</f:exceptionMessage><f:row>1</f:row>"
      "</f:InvalidFieldFault></detail>";
  return {
      {"with a prefix", 500, fault_11("<faultcode>f:INVALID_FIELD</faultcode>" + said + detail, ns),
       "INVALID_FIELD", "no such column"},
      {"without a prefix or details", 500, fault_11("<faultcode>INVALID_FIELD</faultcode>" + said),
       "INVALID_FIELD", "no such column"},
      {"of another WSDL", 500,
       fault_11("<faultcode>f:INVALID_FIELD</faultcode>" + said + detail,
                " xmlns:f=\"urn:fault.enterprise.soap.sforce.com\""),
       "INVALID_FIELD", "no such column"},
      {"with status 200", 200, fault_11("<faultcode>INVALID_FIELD</faultcode>" + said),
       "INVALID_FIELD", "no such column"},
      {"with status 403", 403, fault_11("<faultcode>INVALID_FIELD</faultcode>" + said),
       "INVALID_FIELD", "no such column"},
      {"with the code in its details alone", 500,
       fault_11("<faultcode>s:Server</faultcode>" + said + detail, ns), "INVALID_FIELD",
       "no such column"},
      {"with SOAP's own code in two words", 500,
       fault_11("<faultcode>s:Server.userException</faultcode>" + said + detail, ns),
       "INVALID_FIELD", "no such column"},
      {"with SOAP's own code in two words, and no other", 500,
       fault_11("<faultcode>s:Client.Authentication</faultcode><faultstring>no</faultstring>"),
       "Client.Authentication", "no"},
      {"of a kind that nobody knows", 500,
       fault_11("<faultcode>f:INVALID_FIELD</faultcode>" + said +
                    "<detail><f:NewFault><f:exceptionCode>INVALID_FIELD</f:exceptionCode><f:new/>"
                    "</f:NewFault></detail>",
                ns),
       "INVALID_FIELD", "no such column"},
      {"with a code that nobody knows", 500,
       fault_11("<faultcode>f:BRAND_NEW_CODE</faultcode><faultstring>BRAND_NEW_CODE: something new"
                "</faultstring>",
                ns),
       "BRAND_NEW_CODE", "something new"},
      {"of SOAP 1.2", 500,
       fault_12("<s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>f:INVALID_FIELD</s:Value>"
                "</s:Subcode></s:Code><s:Reason><s:Text xml:lang=\"en\">INVALID_FIELD: no such "
                "column</s:Text></s:Reason>"),
       "INVALID_FIELD", "no such column"},
      {"of SOAP 1.2, the code in its details alone", 400,
       fault_12("<s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>no such column"
                "</s:Text></s:Reason><s:Detail><f:InvalidFieldFault><f:exceptionCode>INVALID_FIELD"
                "</f:exceptionCode></f:InvalidFieldFault></s:Detail>"),
       "INVALID_FIELD", "no such column"},
      {"of SOAP 1.2, whose details are broken", 500,
       fault_12("<s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang=\"en\">"
                "no such column</s:Text></s:Reason><s:Detail><a></b><f:exceptionCode>INVALID_FIELD"
                "</f:exceptionCode></s:Detail>"),
       "INVALID_FIELD", "no such column"},
      {"of SOAP 1.2, with a subcode and broken details", 500,
       fault_12("<s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>f:INVALID_FIELD</s:Value>"
                "</s:Subcode></s:Code><s:Reason><s:Text>no such column</s:Text></s:Reason>"
                "<s:Detail><a></b></s:Detail>"),
       "INVALID_FIELD", "no such column"},
      {"on several lines", 500,
       fault_11("\n <faultcode>\n f:INVALID_FIELD\n </faultcode>\n <faultstring>INVALID_FIELD: "
                "\nselect x\n       ^\nno such column </faultstring>",
                ns),
       "INVALID_FIELD", "select x\n       ^\nno such column"},
      {"in UTF-16", 500,
       "\xFF\xFE" + utf16(fault_11("<faultcode>INVALID_FIELD</faultcode>" + said), false),
       "INVALID_FIELD", "no such column"},
      {"with the text in its details alone", 500,
       fault_11("<faultcode>INVALID_FIELD</faultcode>" + detail, ns), "INVALID_FIELD",
       "no such column"},
      {"without a code", 500, fault_11("<faultstring>oops</faultstring>"), "A_FAULT_WITHOUT_CODE",
       "oops"},
      {"with what is no code behind its code", 500,
       fault_11("<faultcode>INVALID_FIELD!canary</faultcode>" + said), "INVALID_FIELD",
       "no such column"},
      {"with a code without an end", 500,
       fault_11("<faultcode>" + std::string(5'000, 'A') +
                "</faultcode><faultstring>x"
                "</faultstring>"),
       std::string(100, 'A'), "x"},
      {"with bytes that are no text", 500,
       fault_11("<faultcode>INVALID_FIELD</faultcode><faultstring>caf\x01</faultstring>"),
       "INVALID_FIELD", "caf\xEF\xBF\xBD"},
      {"whose details are broken", 500,
       fault_11("<faultcode>f:INVALID_FIELD</faultcode>" + said + "<detail><a></b></detail>", ns),
       "INVALID_FIELD", "no such column"},
      {"with no text", 500, fault_11("<faultcode>INVALID_FIELD</faultcode><faultstring/>"),
       "INVALID_FIELD", ""},
  };
}

}  // namespace

TEST_CASE("a fault arrives with code and text whatever its shape", "[crm][peer]") {
  for (const auto& row : faults()) {
    INFO(row.name);
    Asked asked;
    asked.options.retries = 0;
    asked.crm.then(row.status, row.body);
    try {
      const auto answer = asked.read();
      const auto& refusal = std::get<heed::crm::Refusal>(answer);
      CHECK(refusal.code == row.code);
      CHECK(refusal.text == row.text);
    } catch (const std::exception& error) {
      FAIL_CHECK(row.name << ": " << error.what());
    }
  }
}

TEST_CASE("a locator that failed in passing is asked for again, one that is gone is not",
          "[crm][peer]") {
  const auto fault = [](const std::string& finer) {
    return fault_11(
        "<faultcode>f:INVALID_QUERY_LOCATOR</faultcode><faultstring>INVALID_QUERY_"
        "LOCATOR: no</faultstring><detail><f:InvalidQueryLocatorFault><f:exceptionCode>"
        "INVALID_QUERY_LOCATOR</f:exceptionCode><f:extendedErrorDetails>"
        "<extendedErrorCode>" +
            finer +
            "</extendedErrorCode></f:extendedErrorDetails></f:InvalidQueryLocatorFault>"
            "</detail>",
        " xmlns:f=\"urn:fault.partner.soap.sforce.com\"");
  };
  Asked passing;
  passing.crm.then(500, fault("TEMPORARY_QUERY_MORE_FAILURE")).then(200, titled("x"));
  CHECK(std::get<heed::Page>(passing.read()).size() == 1);
  Asked gone;
  gone.crm.then(500, fault("QUERY_LOCATOR_EXPIRED"));
  const auto answer = gone.read();
  CHECK(std::get<heed::crm::Refusal>(answer).verdict == heed::crm::Verdict::restart);
}

TEST_CASE("what passes by itself is tried again, and nothing of it is kept", "[crm][peer]") {
  struct Passing {
    std::string name;
    int status;
    std::string body;
    std::string type;
  };
  const std::string page = titled("x");
  const std::string html = "<html><head><title>Down for maintenance</title></head></html>";
  const auto row = GENERATE_COPY(values<Passing>({
      {"406", 406, "", "text/plain"},
      {"408", 408, "", "text/plain"},
      {"420", 420, "slow down", "text/plain"},
      {"421", 421, "", "text/plain"},
      {"425", 425, "", "text/plain"},
      {"429", 429, "{\"error\":\"limit\"}", "application/json"},
      {"500 without SOAP", 500, "Internal Server Error", "text/plain"},
      {"502 of a proxy", 502, html, "text/html"},
      {"503 in HTML", 503, html, "text/html; charset=UTF-8"},
      {"504", 504, "", "text/plain"},
      {"HTML with status 200", 200, html, "text/html"},
      {"HTML that calls itself XML", 200, "<!DOCTYPE html>\n" + html, xml_type},
      {"HTML with an old document type", 200,
       "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">" + html, xml_type},
      {"an empty body", 200, "", xml_type},
      {"white space", 200, " \r\n", xml_type},
      {"one byte", 200, page.substr(0, 1), xml_type},
      {"cut in a tag", 200, page.substr(0, page.size() / 2), xml_type},
      {"cut in a text", 200, page.substr(0, page.find("<r:SystemModstamp>") + 22), xml_type},
      {"cut in a reference", 200, with(page, ">x<", ">a&am<").substr(0, page.find(">x<") + 5),
       xml_type},
      {"cut in CDATA", 200, with(page, ">x<", "><![CDATA[x<").substr(0, page.find(">x<") + 11),
       xml_type},
      {"cut before the last tag", 200, page.substr(0, page.rfind('<')), xml_type},
      {"no XML", 200, "it works!", "text/plain"},
      {"JSON", 200, "{\"done\":true}", "application/json"},
      {"tags that do not match", 200, with(page, "</records>", "</record>"), xml_type},
      {"elements in elements without an end", 200,
       with(page, "<done>", repeated("<a>", 10'000) + "<done>"), xml_type},
      {"parents of parents without an end", 200,
       with(page, "<r:Title>x", repeated("<r:Account xsi:type=\"r:sObject\">", 10'000)), xml_type},
      {"a fault of SOAP's own", 500,
       fault_11("<faultcode>s:Server</faultcode><faultstring>oops</faultstring>"), xml_type},
      {"a connection that broke", 0, "", ""},
  }));
  INFO(row.name);
  Asked asked;
  asked.crm.then(row.status, row.body, row.type).then(200, page);
  CHECK(std::get<heed::Page>(asked.read()).size() == 1);
  CHECK(asked.crm.requests.size() == 3);
  CHECK(asked.clock.slept() > std::chrono::seconds(0));

  Asked once;
  once.options.retries = 0;
  once.crm.then(row.status, row.body, row.type).then(200, page);
  try {
    once.read();
    FAIL_CHECK("nothing was thrown");
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::unreachable);
    CHECK_THAT(error.what(), !Catch::Contains("<"));
  }
  CHECK(once.crm.requests.size() == 2);
}

TEST_CASE("what comes instead of SOAP is described, and not repeated", "[crm][peer]") {
  struct Instead {
    std::string body, type, says;
  };
  const auto row = GENERATE(values<Instead>({
      {"", xml_type, "NOT_SOAP, an empty answer"},
      {"canary", "text/html", "an HTML page instead of SOAP"},
      {"<HTML>canary", xml_type, "an HTML page instead of SOAP"},
      {"canary", "text/plain", "not whole SOAP, of text/plain"},
      {"canary", "x/\x01\xE9y", "not whole SOAP, of x/??y"},
  }));
  Asked asked;
  asked.options.retries = 0;
  asked.crm.then(200, row.body, row.type);
  CHECK_THROWS_WITH(asked.read(), Catch::Contains(row.says) && !Catch::Contains("canary"));
}

TEST_CASE("how long a server asks to be left alone is obeyed, in seconds or as a date",
          "[crm][peer]") {
  struct Asking {
    std::string name;
    std::string value;
    std::string date;
    std::int64_t least, most;
  };
  const auto row = GENERATE(values<Asking>({
      {"seconds", "77", "", 77, 77},
      {"a date by heed's clock", "Mon, 02 Mar 2026 00:01:40 GMT", "", 100, 100},
      {"a date by the server's clock", "Sun, 01 Mar 2026 12:02:00 GMT",
       "Sun, 01 Mar 2026 12:00:00 GMT", 120, 120},
      {"a date that is past", "Sun, 01 Mar 2026 12:02:00 GMT", "", 1, 2},
      {"a date without seconds", "Mon, 02 Mar 2026 00:01:/0 GMT", "", 1, 2},
      {"nonsense", "soon", "", 1, 2},
      {"a negative number", "-5", "", 1, 2},
  }));
  INFO(row.name);
  Asked asked;
  asked.crm.then(503, "", "text/plain");
  asked.crm.answers.back().headers.emplace_back("retry-after", row.value);
  if (!row.date.empty()) asked.crm.answers.back().headers.emplace_back("Date", row.date);
  asked.crm.then(200, titled("x"));
  asked.read();
  CHECK(asked.clock.slept().count() >= row.least);
  CHECK(asked.clock.slept().count() <= row.most);
}

TEST_CASE("a server that asks for hours ends the run instead", "[crm][peer]") {
  Asked asked;
  asked.crm.then(503, "", "text/plain");
  asked.crm.answers.back().headers.emplace_back("Retry-After", "86400");
  asked.crm.then(200, titled("x"));
  try {
    asked.read();
    FAIL_CHECK("nothing was thrown");
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::unreachable);
    CHECK_THAT(error.what(), Catch::Contains("2026-03-03T00:00:00Z"));
  }
  CHECK(asked.clock.slept() == std::chrono::seconds(0));
}

TEST_CASE("a server that asks for thousands of years is understood", "[crm][peer]") {
  Asked asked;
  asked.crm.then(503, "", "text/plain");
  asked.crm.answers.back().headers.emplace_back("Retry-After", "9000000000000000000");
  CHECK_THROWS_WITH(asked.read(), Catch::Contains("left alone until 2057"));
}

TEST_CASE("a 401 without SOAP ends the session, and the request is sent again in a new one",
          "[crm][peer]") {
  Asked asked;
  asked.crm.then(401, "Unauthorized", "text/plain")
      .then(200, heed::support::logged_in("https://acme.example/services/Soap/u/62.0", "second"))
      .then(200, titled("x"));
  CHECK(std::get<heed::Page>(asked.read()).size() == 1);
  CHECK_THAT(asked.crm.requests.back().body, Catch::Contains("second"));
}

TEST_CASE("two limits share a code, and the CRM's own count tells them apart", "[crm][peer]") {
  const auto limit = [](const std::string& text, std::int64_t used) {
    return heed::support::envelope(
        "<soapenv:Fault><faultcode>REQUEST_LIMIT_EXCEEDED</faultcode><faultstring>"
        "REQUEST_LIMIT_EXCEEDED: " +
            text + "</faultstring></soapenv:Fault>",
        "<LimitInfoHeader><limitInfo><current>" + std::to_string(used) +
            "</current><limit>15000</limit><type>API REQUESTS</type></limitInfo>"
            "</LimitInfoHeader>");
  };
  struct Limit {
    std::string text;
    std::int64_t used;
    bool passes;
  };
  const auto row = GENERATE(values<Limit>({
      {"ConcurrentRequests (Concurrent API Requests) Limit exceeded.", 100, true},
      {"TotalRequests Limit exceeded.", 100, false},
      {"TotalRequests Limit exceeded.", 15'000, false},
      {"Limit exceeded.", 100, true},
      {"Limit exceeded.", 15'000, false},
  }));
  INFO(row.text << " at " << row.used);
  Asked asked;
  asked.crm.then(500, limit(row.text, row.used)).then(200, titled("x"));
  if (row.passes) {
    CHECK(std::get<heed::Page>(asked.read()).size() == 1);
    CHECK(asked.clock.slept() > std::chrono::seconds(0));
  } else {
    CHECK_THROWS_AS(asked.read(), heed::Error);
    CHECK(asked.clock.slept() == std::chrono::seconds(0));
  }
}
