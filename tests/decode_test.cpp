#include <catch2/catch.hpp>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "support/clock.hpp"
#include "support/scripted.hpp"

using heed::Value;

namespace {

std::shared_ptr<const heed::Shape> shape_of(std::vector<heed::Field> fields) {
  heed::Shape shape{"Contact", std::move(fields), "SystemModstamp"};
  heed::Field stamp;
  stamp.name = "SystemModstamp";
  stamp.type = heed::FieldType::moment;
  shape.fields.push_back(stamp);
  return std::make_shared<const heed::Shape>(std::move(shape));
}

heed::Field field(const std::string& name, heed::FieldType type) {
  heed::Field each;
  each.name = name;
  each.type = type;
  return each;
}

/// The page that a client reads from one answer with these fields in its only record.
heed::Page page_of(std::shared_ptr<const heed::Shape> shape, const std::string& fields,
                   const std::string& head =
                       "<sf:type>Contact</sf:type>"
                       "<sf:Id>003000000000001AAA</sf:Id>"
                       "<sf:Id>003000000000001AAA</sf:Id>") {
  heed::support::Scripted crm;
  crm.then(200, heed::support::logged_in("https://acme.example/services/Soap/u/62.0"));
  crm.then(200, heed::support::answered(
                    "<records xsi:type=\"sf:sObject\">" + head + fields +
                        "<sf:SystemModstamp>2026-03-01T10:00:00.000Z</sf:SystemModstamp></records>",
                    1));
  heed::support::ManualClock clock(*heed::parse_moment("2026-03-02T00:00:00Z"));
  heed::crm::Options options;
  options.url = "https://acme.example";
  heed::crm::Client client(
      crm, clock, options,
      heed::crm::Password{"u", heed::vault::Secret::parse("plain:canary-p"), {}});
  heed::crm::Selection selection;
  selection.shape = std::move(shape);
  auto answer = client.read(selection);
  return std::get<heed::Page>(std::move(answer));
}

Value text(std::string_view value) {
  return Value(value);
}

}  // namespace

TEST_CASE("a record is read with its id, its stamp and a value for each field", "[crm]") {
  const auto page = page_of(
      shape_of({field("LastName", heed::FieldType::text),
                field("HasOptedOutOfEmail", heed::FieldType::flag),
                field("Children__c", heed::FieldType::integer),
                field("Score__c", heed::FieldType::number),
                field("Birthdate", heed::FieldType::date)}),
      "<sf:LastName>O&apos;Hara &amp; S\xC3\xB6hne</sf:LastName>"
      "<sf:HasOptedOutOfEmail>true</sf:HasOptedOutOfEmail><sf:Children__c>-3</sf:Children__c>"
      "<sf:Score__c>1.5E2</sf:Score__c><sf:Birthdate>1980-02-29</sf:Birthdate>");
  REQUIRE(page.size() == 1);
  const auto record = page[0];
  CHECK(record.id.text() == "003000000000001AAA");
  CHECK(heed::to_text(record.stamp) == "2026-03-01T10:00:00Z");
  CHECK(record.values[0] == text("O'Hara & S\xC3\xB6hne"));
  CHECK(record.values[1] == Value(true));
  CHECK(record.values[2] == Value(std::int64_t{-3}));
  CHECK(record.values[3] == Value(150.0));
  CHECK(record.values[4] == Value(heed::make_day(1980, 2, 29)));
  CHECK(page.replaced == 0);
}

TEST_CASE("a flag and a date are read in each way that the CRM writes them", "[crm]") {
  const auto [type, xml, value] = GENERATE(table<heed::FieldType, std::string, Value>(
      {{heed::FieldType::flag, "true", Value(true)},
       {heed::FieldType::flag, "1", Value(true)},
       {heed::FieldType::flag, "false", Value(false)},
       {heed::FieldType::flag, "0", Value(false)},
       {heed::FieldType::date, "1980-02-29Z", Value(heed::make_day(1980, 2, 29))}}));
  CAPTURE(xml);
  const std::string end = xml + "</sf:X__c>";
  for (const auto* begin : {"<sf:X__c>", "<sf:X__c xsi:nil=\"false\">"}) {
    const auto page = page_of(shape_of({field("X__c", type)}), begin + end);
    CHECK(page[0].values[0] == value);
    CHECK(page.replaced == 0);
  }
}

TEST_CASE("null, empty and a value are three things, however null is spelled", "[crm]") {
  const auto shape = shape_of({field("Title", heed::FieldType::text)});
  const auto value = [&](const std::string& xml) -> Value {
    const auto page = page_of(shape, xml);
    const Value read = page[0].values[0];
    return std::holds_alternative<std::string_view>(read) ? text("some text") : read;
  };
  CHECK(value("<sf:Title xsi:nil=\"true\"/>") == Value(heed::Null{}));
  CHECK(value("<sf:Title xsi:nil=\"1\"></sf:Title>") == Value(heed::Null{}));
  CHECK(value("<sf:Title xsi:nil=\"true\">x</sf:Title>") == Value(heed::Null{}));
  CHECK(value("<sf:Title/>") == Value(heed::Empty{}));
  CHECK(value("<sf:Title></sf:Title>") == Value(heed::Empty{}));
  CHECK(value("<sf:Title xsi:nil=\"false\">x</sf:Title>") == text("some text"));
  CHECK(value("<sf:Title xsi:nil=\"0\">x</sf:Title>") == text("some text"));
}

TEST_CASE("a field that was asked for and is absent is an error that names it", "[crm]") {
  CHECK_THROWS_WITH(page_of(shape_of({field("HasOptedOutOfFax", heed::FieldType::flag)}), ""),
                    Catch::Contains("HasOptedOutOfFax"));
}

TEST_CASE("a field Type is told from the type of the record", "[crm]") {
  const auto page =
      page_of(shape_of({field("Type", heed::FieldType::text)}), "<sf:Type>VIP</sf:Type>");
  CHECK(page[0].values[0] == text("VIP"));
  const auto turned = page_of(
      shape_of({field("Title", heed::FieldType::text), field("Type", heed::FieldType::text)}),
      "<sf:Type>VIP</sf:Type><sf:Title>x</sf:Title>");
  CHECK(turned[0].values[1] == text("VIP"));
}

TEST_CASE("an Id that comes later in the record, or only once, is the record's", "[crm]") {
  const auto* first = GENERATE("<sf:Id xsi:nil=\"true\"/>", "<sf:Id xsi:nil=\"true\">none</sf:Id>",
                               "<sf:Id></sf:Id>", "");
  CAPTURE(first);
  const auto page = page_of(shape_of({field("Title", heed::FieldType::text)}),
                            "<sf:Title>x</sf:Title><sf:Id>003000000000001</sf:Id>",
                            "<sf:type>Contact</sf:type>" + std::string(first));
  CHECK(page[0].id.text() == "003000000000001AAA");
}

TEST_CASE("a record with an id that is none is refused with its place", "[crm]") {
  const auto bad = GENERATE("003000000000001AAB", "0030000000000012", "", "003-00000000001AAA");
  CAPTURE(bad);
  CHECK_THROWS_WITH(page_of(shape_of({}), "",
                            "<sf:type>Contact</sf:type><sf:Id>" + std::string(bad) + "</sf:Id>"),
                    Catch::Contains("record 1 of a page"));
}

TEST_CASE("an id is kept to the letter, and the shorter one gets its checksum", "[crm]") {
  const auto [written, kept] =
      GENERATE(table<std::string, std::string>({{"0031N0000288GeTQAU", "0031N0000288GeTQAU"},
                                                {"003e10000000001AAA", "003e10000000001AAA"},
                                                {"005000000000001", "005000000000001AAA"},
                                                {"003000000000GNy", "003000000000GNyAAM"},
                                                {"003000000000GNY", "003000000000GNYAA2"}}));
  CAPTURE(written);
  const auto page = page_of(shape_of({field("OwnerId", heed::FieldType::id)}),
                            "<sf:OwnerId>" + written + "</sf:OwnerId>",
                            "<sf:type>Contact</sf:type><sf:Id>" + written + "</sf:Id>");
  CHECK(page[0].id.text() == kept);
  CHECK(page[0].values[0] == text(kept));
  CHECK(page.replaced == 0);
}

TEST_CASE("fields of a parent and parts of an address are fields by their path", "[crm]") {
  const auto page = page_of(
      shape_of({field("Account.Name", heed::FieldType::text),
                field("Owner.Manager.Email", heed::FieldType::text),
                field("MailingAddress.city", heed::FieldType::text),
                field("Title", heed::FieldType::text)}),
      "<sf:Account xsi:type=\"sf:sObject\"><sf:type>Account</sf:type><sf:Id xsi:nil=\"true\"/>"
      "<sf:Name>Acme</sf:Name></sf:Account>"
      "<sf:Owner xsi:type=\"sf:sObject\"><sf:type>User</sf:type><sf:Id xsi:nil=\"true\"/>"
      "<sf:Manager xsi:type=\"sf:sObject\"><sf:type>User</sf:type><sf:Id xsi:nil=\"true\"/>"
      "<sf:Email>m@acme.example</sf:Email></sf:Manager></sf:Owner>"
      "<sf:MailingAddress xsi:type=\"address\"><city>Lyon</city><country>France</country>"
      "</sf:MailingAddress><sf:Title>after</sf:Title>");
  CHECK(page[0].values[0] == text("Acme"));
  CHECK(page[0].values[1] == text("m@acme.example"));
  CHECK(page[0].values[2] == text("Lyon"));
  CHECK(page[0].values[3] == text("after"));
  CHECK(page[0].id.text() == "003000000000001AAA");
}

TEST_CASE("the fields of a parent or an address that is null are null", "[crm]") {
  const auto page = page_of(shape_of({field("Account.Name", heed::FieldType::text),
                                      field("AccountNumber", heed::FieldType::text),
                                      field("MailingAddress.city", heed::FieldType::text),
                                      field("Title", heed::FieldType::text)}),
                            "<sf:Account xsi:nil=\"true\"/><sf:AccountNumber>7</sf:AccountNumber>"
                            "<sf:MailingAddress xsi:nil=\"true\"/><sf:Title>x</sf:Title>");
  CHECK(page[0].values[0] == Value(heed::Null{}));
  CHECK(page[0].values[1] == text("7"));
  CHECK(page[0].values[2] == Value(heed::Null{}));
  CHECK(page[0].values[3] == text("x"));
  CHECK(page.replaced == 0);
}

TEST_CASE("a parent that is left out leaves its fields out", "[crm]") {
  CHECK_THROWS_WITH(page_of(shape_of({field("Account.Name", heed::FieldType::text)}),
                            "<sf:Owner xsi:nil=\"true\"/>"),
                    Catch::Contains("lacks the field Account.Name"));
}

TEST_CASE("parents of parents are read as deep as a question can go, and refused beyond any",
          "[crm]") {
  const auto nested = [](int depth) {
    std::string xml;
    for (int i = 0; i < depth; ++i) xml += "<sf:P xsi:type=\"sf:sObject\">";
    for (int i = 0; i < depth; ++i) xml += "</sf:P>";
    return xml;
  };
  const auto shape = shape_of({});
  CHECK(page_of(shape, nested(5)).size() == 1);
  CHECK_THROWS_AS(page_of(shape, nested(1000)), heed::Error);
}

TEST_CASE("rows of a subquery are passed over", "[crm]") {
  const auto page =
      page_of(shape_of({field("Title", heed::FieldType::text)}),
              "<sf:Cases xsi:type=\"QueryResult\"><done>true</done><queryLocator xsi:nil=\"true\"/>"
              "<records xsi:type=\"sf:sObject\"><sf:type>Case</sf:type><sf:Id>500000000000001AAA"
              "</sf:Id><sf:Title>wrong</sf:Title></records><size>1</size></sf:Cases>"
              "<sf:Title>right</sf:Title>");
  CHECK(page[0].values[0] == text("right"));
}

TEST_CASE("a value that is not of its field's type is not shown, counted, and the record lives",
          "[crm]") {
  const auto [type, xml] = GENERATE(
      table<heed::FieldType, std::string>({{heed::FieldType::flag, "maybe"},
                                           {heed::FieldType::integer, "1.5"},
                                           {heed::FieldType::number, "NaN"},
                                           {heed::FieldType::date, "2026-02-30"},
                                           {heed::FieldType::date, "2026-02-03T10:00:00Z"},
                                           {heed::FieldType::date, "2026-02-03 or so"},
                                           {heed::FieldType::moment, "2026-02-01T00:00:00"},
                                           {heed::FieldType::id, "003000000000001AAB"}}));
  CAPTURE(xml);
  const auto page = page_of(shape_of({field("X__c", type)}), "<sf:X__c>" + xml + "</sf:X__c>");
  CHECK(page[0].values[0] == Value(heed::NotShown{}));
  CHECK(page.replaced == 1);
}

TEST_CASE("an old CRM's all-zero reference is null", "[crm]") {
  const auto page = page_of(shape_of({field("OwnerId", heed::FieldType::id)}),
                            "<sf:OwnerId>000000000000000AAA</sf:OwnerId>");
  CHECK(page[0].values[0] == Value(heed::Null{}));
}

TEST_CASE("a record that the recycle bin holds is deleted", "[crm]") {
  const auto page = page_of(shape_of({field("IsDeleted", heed::FieldType::flag)}),
                            "<sf:IsDeleted>true</sf:IsDeleted>");
  CHECK(page[0].standing == heed::Standing::deleted);
}

TEST_CASE("a text is read the same wherever the parser's buffer ends in it", "[crm]") {
  const auto shape = shape_of({field("Title", heed::FieldType::text)});
  // gSOAP's buffer has 64 KiB; the padding moves every character of the text over its end.
  const std::string tail = "<![CDATA[<&>]]>&#x1F600;\r\n&#55357;&#56835;&amp;";
  for (std::size_t padding = 65536 - 1400; padding < 65536; padding += 1) {
    const std::string filler(padding, 'x');
    const auto page = page_of(shape, "<sf:Title>" + filler + tail + "</sf:Title>");
    const auto got = std::get<std::string_view>(page[0].values[0]);
    REQUIRE(got.substr(padding) == "<&>\xF0\x9F\x98\x80\n\xF0\x9F\x98\x83&");
  }
}
