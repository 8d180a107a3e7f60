#pragma once

#include <optional>
#include <string>
#include <vector>

#include "heed/crm.hpp"
#include "support/clock.hpp"
#include "support/scripted.hpp"

namespace heed::support {

inline const std::string xml_type = "text/xml; charset=utf-8";

/// Contacts with a Title.
inline heed::crm::Selection contacts() {
  auto shape = std::make_shared<heed::Shape>();
  shape->object = "Contact";
  heed::Field title;
  title.name = "Title";
  heed::Field stamp;
  stamp.name = shape->stamp = "SystemModstamp";
  stamp.type = heed::FieldType::moment;
  shape->fields = {title, stamp};
  heed::crm::Selection selection;
  selection.shape = shape;
  return selection;
}

/// A client of a scripted CRM that has let it in.
struct Asked {
  Scripted crm;
  ManualClock clock{*heed::parse_moment("2026-03-02T00:00:00Z")};
  heed::crm::Options options;
  std::optional<heed::crm::Client> client;

  heed::crm::Answer<heed::Page> read() {
    crm.answers.insert(crm.answers.begin(),
                       {200,
                        {{"Content-Type", xml_type}},
                        logged_in("https://acme.example/services/Soap/u/62.0")});
    options.url = "https://acme.example";
    client.emplace(crm, clock, options,
                   heed::crm::Password{"u", heed::vault::Secret::parse("plain:canary-p"), {}});
    return client->read(contacts());
  }
};

/// An answer to a query, its namespaces as given: of the envelope, of the call, of the record.
struct Namespaces {
  std::string envelope = "http://schemas.xmlsoap.org/soap/envelope/";
  std::string call = "urn:partner.soap.sforce.com";
  std::string record = "urn:sobject.partner.soap.sforce.com";
};

inline std::string document(const std::string& title, const Namespaces& names = {}) {
  return "<e:Envelope xmlns:e=\"" + names.envelope + "\" xmlns=\"" + names.call + "\" xmlns:r=\"" +
         names.record +
         "\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><e:Body><queryAllResponse>"
         "<result xsi:type=\"QueryResult\"><done>true</done><queryLocator xsi:nil=\"true\"/>"
         "<records xsi:type=\"r:sObject\"><r:type>Contact</r:type><r:Id>003000000000001AAA</r:Id>"
         "<r:Id>003000000000001AAA</r:Id>" +
         title +
         "<r:SystemModstamp>2026-03-01T10:00:00.000Z</r:SystemModstamp></records><size>1</size>"
         "</result></queryAllResponse></e:Body></e:Envelope>";
}

inline std::string titled(const std::string& title) {
  return document("<r:Title>" + title + "</r:Title>");
}

/// The text with `from` replaced everywhere.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// ASCII as UTF-16, the high byte first or last, and a few units more in place of "@".
inline std::string utf16(const std::string& ascii, bool high_first,
                         const std::vector<unsigned>& units = {}) {
  std::string bytes;
  const auto put = [&](unsigned unit) {
    const char high = static_cast<char>(unit >> 8);
    const char low = static_cast<char>(unit & 0xFF);
    bytes += high_first ? high : low;
    bytes += high_first ? low : high;
  };
  for (const char c : ascii) {
    if (c == '@') {
      for (const auto unit : units) put(unit);
    } else {
      put(static_cast<unsigned char>(c));
    }
  }
  return bytes;
}

}  // namespace heed::support
