// The decoder of answers under libFuzzer. The first byte chooses what was asked, the second how the
// answer calls itself; the rest is its body.

#include <array>
#include <cstdint>

#include "crm/utf8.hpp"
#include "fuzz/asked.hpp"

namespace {

using namespace heed;

Field field(const char* name, FieldType type) {
  Field each;
  each.name = name;
  each.type = type;
  return each;
}

std::shared_ptr<const Shape> shape() {
  static const auto one = std::make_shared<const Shape>(
      Shape{"Contact",
            {field("Title", FieldType::text), field("OwnerId", FieldType::id),
             field("Children__c", FieldType::integer), field("Score__c", FieldType::number),
             field("HasOptedOutOfEmail", FieldType::flag), field("Birthdate", FieldType::date),
             field("MailingAddress.city", FieldType::text), field("IsDeleted", FieldType::flag),
             field("SystemModstamp", FieldType::moment)},
            "SystemModstamp"});
  return one;
}

/// Every text of a page is good UTF-8, whatever came in.
void check(const Page& page) {
  for (std::size_t i = 0; i < page.size(); ++i) {
    for (const auto& value : page[i].values) {
      const auto* text = std::get_if<std::string_view>(&value);
      if (text != nullptr && crm::good_run(*text) != text->size()) std::abort();
    }
  }
}

void ask(crm::Client& client, int what) {
  crm::Selection selection;
  selection.shape = shape();
  const Moment now(std::chrono::seconds(1'700'000'000));
  switch (what) {
    case 0:
    case 1: {
      const auto answer = what == 0 ? client.read(selection) : client.more(selection, "01g-2000");
      if (const auto* page = std::get_if<Page>(&answer)) check(*page);
      break;
    }
    case 2:
      client.describe("Contact");
      break;
    case 3:
      client.covered("Contact", now);
      break;
    case 4:
      client.deleted("Contact", *crm::Window::for_deleted(now - std::chrono::hours(5), now, now));
      break;
    case 5:
      client.objects();
      break;
    default:
      client.now();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array types{"text/xml; charset=utf-8", "text/xml",
                                    "text/xml; charset=iso-8859-1", "text/xml; charset=utf-16"};
  if (size < 2) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 2, size - 2);
  fuzz::asked({200, {{"Content-Type", types[data[1] % types.size()]}}, body},
              [&](crm::Client& client) { ask(client, data[0] % 7); });
  return 0;
}
