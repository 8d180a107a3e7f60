// What may come back from a CRM, or from what stands between: one row for each kind. A row whose
// handling is taken out fails by its name.

#include <catch2/catch.hpp>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "support/peer.hpp"

namespace {

using heed::support::Asked;
using heed::support::document;
using heed::support::Namespaces;
using heed::support::titled;
using heed::support::utf16;
using heed::support::with;
using heed::support::xml_type;
using Bytes = std::string;

struct Readable {
  std::string name;
  Bytes body;
  std::string type;
  std::string title;
  std::int64_t replaced = 0;
};

const std::string fffd = "\xEF\xBF\xBD";
const std::string zoe = "Zo\xC3\xAB";
const std::vector<unsigned> zoe16{'Z', 'o', 0xEB, 0xD83D, 0xDE00};

std::vector<Readable> namespaces_and_shapes() {
  const std::string plain = titled("x");
  const Namespaces enterprise{"http://schemas.xmlsoap.org/soap/envelope/",
                              "urn:enterprise.soap.sforce.com",
                              "urn:sobject.enterprise.soap.sforce.com"};
  const Namespaces anonymous{"http://schemas.xmlsoap.org/soap/envelope/", "urn:something.else",
                             "urn:object.something.else"};
  const Namespaces newer{"http://www.w3.org/2003/05/soap-envelope", "urn:partner.soap.sforce.com",
                         "urn:sobject.partner.soap.sforce.com"};
  return {
      {"prefixes of another server", with(with(plain, "r:", "sobj:"), "e:", "SOAP-ENV:"), "", "x"},
      {"the enterprise namespaces", document("<r:Title>x</r:Title>", enterprise), "", "x"},
      {"a record typed by its object", with(plain, "r:sObject", "r:Contact"), "", "x"},
      {"namespaces lost on the way", document("<r:Title>x</r:Title>", anonymous), "", "x"},
      {"a record without a namespace", with(with(plain, "<r:", "<"), "</r:", "</"), "", "x"},
      {"prefixes that nobody declared", with(plain, " xmlns:r=", " unused="), "", "x"},
      {"xsi that nobody declared", with(plain, " xmlns:xsi=", " unused="), "", "x"},
      {"SOAP 1.2", document("<r:Title>x</r:Title>", newer), "application/soap+xml", "x"},
      {"another attribute quote", with(plain, "\"", "'"), "", "x"},
      {"white space everywhere", with(with(plain, "><", ">\r\n\t <"), "<r:Title>", "<r:Title >"),
       "", "x"},
      {"comments and instructions", with(plain, "<r:Title>", "<!-- c --><?p i?><r:Title>"), "",
       "x"},
      {"a comment inside a text", titled("x<!-- not -->y<?p i?>z"), "", "xyz"},
      {"elements and headers that nobody knows",
       with(with(plain, "<e:Body>", "<e:Header><New><r:a>1</r:a></New></e:Header><e:Body>"),
            "<size>", "<novelty><a/></novelty><size>"),
       "", "x"},
      {"fields that nobody asked for", document("<r:Later__c>y</r:Later__c><r:Title>x</r:Title>"),
       "", "x"},
      {"attributes that nobody knows", document("<r:Title new=\"1\" xml:lang=\"de\">x</r:Title>"),
       "", "x"},
      {"a reference to elsewhere", document("<r:Title id=\"i1\" href=\"#i2\">x</r:Title>"), "",
       "x"},
      {"no type of the content", plain, "-", "x"},
      {"another type of the content", plain, "text/html", "x"},
  };
}

std::vector<Readable> texts() {
  return {
      {"CDATA", titled("a<![CDATA[<b> & ]]>c"), "", "a<b> & c"},
      {"CDATA whose end is inside", titled("<![CDATA[a]]b]]]]><![CDATA[>]]>"), "", "a]]b]]>"},
      {"the five entities", titled("&lt;&gt;&amp;&quot;&apos;"), "", "<>&\"'"},
      {"references in both notations", titled("&#235;&#xEB;&#x1F600;&#128512;"), "",
       "\xC3\xAB\xC3\xAB\xF0\x9F\x98\x80\xF0\x9F\x98\x80"},
      {"a pair of references for one character", titled("&#55357;&#56835;&#xD83D;&#xDE00;"), "",
       "\xF0\x9F\x98\x83\xF0\x9F\x98\x80"},
      {"half a pair", titled("&#55357;x&#56835;"), "", fffd + "x" + fffd, 1},
      {"a pair the wrong way round", titled("&#56835;&#55357;"), "", fffd + fffd, 1},
      {"a reference to no character", titled("a&#0;b&#1;c&#xFFFF;d&#x110000;e"), "",
       "a" + fffd + "b" + fffd + "c" + fffd + "d" + fffd + "e", 1},
      {"an entity that XML does not have", titled("a&nbsp;b"), "", "a" + fffd + "b", 1},
      {"NUL", titled(Bytes("a\0b", 3)), "", "a" + fffd + "b", 1},
      {"control characters",
       titled("a\x01\x1F"
              "b\tc"),
       "", "a" + fffd + fffd + "b\tc", 1},
      {"a byte that is no UTF-8",
       titled("a\xFF"
              "b"),
       "", "a" + fffd + "b", 1},
      {"a character that is cut", titled("a\xF0\x9F"), "", "a" + fffd + fffd, 1},
      {"a surrogate as UTF-8", titled("\xED\xA0\xBD"), "", fffd + fffd + fffd, 1},
      {"an overlong slash", titled("\xC0\xAF"), "", fffd + fffd, 1},
      {"U+FFFE", titled("\xEF\xBF\xBE"), "", fffd + fffd + fffd, 1},
      {"a U+FFFD that the CRM has", titled(fffd), "", fffd},
      {"line ends of another machine", titled("a\r\nb\rc\nd"), "", "a\nb\nc\nd"},
      {"a carriage return that is meant", titled("a&#13;&#10;b"), "", "a\r\nb"},
      {"white space that is kept", titled("  a \n"), "", "  a \n"},
      {"nil that is false", document("<r:Title xsi:nil=\"false\">x</r:Title>"), "", "x"},
      {"nil that is 0", document("<r:Title xsi:nil=\"0\">x</r:Title>"), "", "x"},
      {"nil that is false, and nothing else", document("<r:Title xsi:nil=\"false\"/>"), "", ""},
      {"nil that is 0, in two tags", document("<r:Title xsi:nil=\"0\"></r:Title>"), "", ""},
      {"empty", document("<r:Title/>"), "", ""},
      {"empty in two tags", document("<r:Title></r:Title>"), "", ""},
      {"nil", document("<r:Title xsi:nil=\"true\"/>"), "", "null"},
      {"nil as 1, in two tags", document("<r:Title xsi:nil=\"1\"></r:Title>"), "", "null"},
      {"nil as 1, with a text", document("<r:Title xsi:nil=\"1\">x</r:Title>"), "", "null"},
      {"nil by another prefix",
       with(with(document("<r:Title xsi:nil=\"true\"/>"), "xmlns:xsi", "xmlns:i"), "xsi:", "i:"),
       "", "null"},
      {"nil with a text", document("<r:Title xsi:nil=\"true\">x</r:Title>"), "", "null"},
      {"a value of 12 MB", titled(std::string(12'000'000, 'v')), "", std::string(12'000'000, 'v')},
  };
}

std::vector<Readable> encodings() {
  const std::string plain = titled("Zo@");
  const std::string latin = with(plain, "@", "\xEB");
  const std::string declared = "<?xml version=\"1.0\" encoding=\"";
  return {
      {"a byte order mark", "\xEF\xBB\xBF" + titled(zoe), "", zoe},
      {"a byte order mark and a declaration", "\xEF\xBB\xBF" + declared + "UTF-8\"?>" + titled(zoe),
       "", zoe},
      {"white space before the declaration", "\r\n " + declared + "UTF-8\"?>" + titled(zoe), "",
       zoe},
      {"UTF-16, low byte first", "\xFF\xFE" + utf16(titled("@"), false, zoe16), "text/xml",
       zoe + "\xF0\x9F\x98\x80"},
      {"UTF-16, high byte first", "\xFE\xFF" + utf16(titled("@"), true, zoe16), "text/xml",
       zoe + "\xF0\x9F\x98\x80"},
      {"UTF-16 without a mark", utf16(declared + "UTF-16\"?>" + titled("@"), true, zoe16),
       "text/xml", zoe + "\xF0\x9F\x98\x80"},
      {"half a pair in UTF-16", "\xFF\xFE" + utf16(titled("a@b"), false, {0xD83D}), "text/xml",
       "a" + fffd + "b", 1},
      {"Latin-1 that is declared", declared + "ISO-8859-1\"?>" + latin, "text/xml", zoe},
      {"Latin-1 that is declared, and UTF-8 in the header", declared + "ISO-8859-1\"?>" + latin,
       xml_type, zoe},
      {"Latin-1 in the header", latin, "text/xml; charset=\"ISO-8859-1\"", zoe},
      {"UTF-8 that the header calls Latin-1", titled(zoe), "text/xml; charset=iso-8859-1", zoe},
      {"Windows-1252", declared + "windows-1252\"?>" + titled("\x80 \x93q\x94"), "text/xml",
       "\xE2\x82\xAC \xE2\x80\x9Cq\xE2\x80\x9D"},
      {"Latin-1 with what only Windows has there", declared + "iso-8859-1\"?>" + titled("\x80"),
       "text/xml", "\xE2\x82\xAC"},
      {"a byte that Windows-1252 has not", declared + "windows-1252\"?>" + titled("a\x81"),
       "text/xml", "a" + fffd, 1},
      {"an encoding that nobody knows", declared + "x-unheard-of\"?>" + titled(zoe), "text/xml",
       zoe},
  };
}

void check(const std::vector<Readable>& rows) {
  for (const auto& row : rows) {
    INFO(row.name);
    Asked asked;
    asked.crm.then(200, row.body, row.type.empty() ? xml_type : row.type);
    if (row.type == "-") asked.crm.answers.back().headers.clear();
    std::optional<heed::Page> page;
    try {
      page = std::get<heed::Page>(asked.read());
    } catch (const std::exception& error) {
      FAIL_CHECK(row.name << ": " << error.what());
      continue;
    }
    REQUIRE(page->size() == 1);
    const heed::Value value = (*page)[0].values[0];
    const bool null = std::holds_alternative<heed::Null>(value);
    CHECK((null ? "null" : *heed::to_text(value)) == row.title);
    CHECK(page->replaced == row.replaced);
  }
}

}  // namespace

TEST_CASE("an answer is understood whatever its prefixes, namespaces and shape", "[crm][peer]") {
  check(namespaces_and_shapes());
}

TEST_CASE("a text is read as XML says, and what is no character is replaced and counted",
          "[crm][peer]") {
  check(texts());
}

TEST_CASE("an answer is read in whatever encoding it comes", "[crm][peer]") {
  check(encodings());
}

namespace {

struct Refused {
  std::string name;
  std::string body;
  std::string says;
};

}  // namespace

TEST_CASE("an answer that must not be believed is an error that says where", "[crm][peer]") {
  const std::string dtd = "<!DOCTYPE e:Envelope [<!ENTITY a \"aaaaaaaa\">]>";
  const auto row = GENERATE_COPY(values<Refused>({
      {"a DTD", dtd + titled("&a;"), "document type"},
      {"a DTD behind a comment", "<?xml version=\"1.0\"?><!-- x -->\n" + dtd + titled("&a;"),
       "document type"},
      {"a field left out", document(""), "Contact: record 1 of a page lacks the field Title"},
      {"an Id of 17 characters", with(titled("x"), "000001AAA", "000001AA"), "Contact: record 1"},
      {"an Id whose case was folded", with(titled("x"), "000001AAA", "000001aaa"),
       "Contact: record 1"},
      {"the row of an aggregate",
       with(with(with(titled("x"), "<r:Id>003000000000001AAA</r:Id>", ""), "Contact",
                 "AggregateResult"),
            "Title", "expr0"),
       "Contact: record 1 of a page has no Id"},
      {"no stamp", with(titled("x"), "2026-03-01T10:00:00.000Z", "yesterday"), "SystemModstamp"},
      {"more to come, and not where", with(titled("x"), "<done>true", "<done>false"), "not where"},
      {"no result", with(with(titled("x"), "<result", "<other"), "</result", "</other"),
       "no result"},
  }));
  INFO(row.name);
  Asked asked;
  asked.crm.then(200, row.body);
  try {
    asked.read();
    FAIL_CHECK("nothing was thrown");
  } catch (const heed::Error& error) {
    CHECK_THAT(error.what(), Catch::Contains(row.says));
    CHECK(error.kind() == heed::Kind::answer);
  }
  CHECK(asked.crm.answers.empty());
  CHECK(asked.crm.requests.size() == 2);
}

TEST_CASE("a page has a size limit, and the error names object and record", "[crm][peer]") {
  Asked asked;
  asked.options.largest_page = 1 << 20;
  std::string page = titled("x");
  const auto begin = page.find("<records");
  const auto record = page.substr(begin, page.find("<size>") - begin);
  page.insert(begin, record + record + with(record, ">x<", ">" + std::string(1 << 20, 'v') + "<"));
  asked.crm.then(200, page);
  try {
    asked.read();
    FAIL_CHECK("nothing was thrown");
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::answer);
    CHECK_THAT(error.what(), Catch::StartsWith("Contact: ") && Catch::Contains("1 MiB") &&
                                 Catch::Contains("record 3 (last Id: 003000000000001AAA)") &&
                                 Catch::Contains("largest_page"));
  }
}
