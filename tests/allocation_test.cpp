#include <catch2/catch.hpp>

#include <atomic>
#include <cstdlib>
#include <new>

#include "heed/crm.hpp"
#include "support/clock.hpp"
#include "support/scripted.hpp"

// The sanitizers have a heap of their own, which must not be taken from them.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

std::atomic<std::int64_t> allocations = 0;

}  // namespace

// Every allocation of the program is counted; the linker takes these for the library's.
void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

heed::Field field(const std::string& name, heed::FieldType type) {
  heed::Field each;
  each.name = name;
  each.type = type;
  return each;
}

/// A record with a value of every kind, one of them with a reference and one that is null.
std::string record(int number) {
  return "<records xsi:type=\"sf:sObject\"><sf:type>Contact</sf:type>"
         "<sf:Id>003000000000001AAA</sf:Id><sf:Id>003000000000001AAA</sf:Id>"
         "<sf:LastName>A name that is too long for a small text &amp; S\xC3\xB6hne " +
         std::to_string(number) +
         "</sf:LastName><sf:HasOptedOutOfEmail>true</sf:HasOptedOutOfEmail>"
         "<sf:OwnerId>005000000000001AAA</sf:OwnerId><sf:Title xsi:nil=\"true\"/>"
         "<sf:Score__c>1.5</sf:Score__c><sf:Birthdate>1980-02-29</sf:Birthdate>"
         "<sf:SystemModstamp>2026-03-01T10:00:00.000Z</sf:SystemModstamp></records>";
}

}  // namespace

TEST_CASE("a page's records are decoded without an allocation for each field, or for each record",
          "[crm]") {
  constexpr int records = 2000;
  heed::crm::Selection selection;
  selection.shape = std::make_shared<const heed::Shape>(heed::Shape{
      "Contact",
      {field("LastName", heed::FieldType::text), field("HasOptedOutOfEmail", heed::FieldType::flag),
       field("OwnerId", heed::FieldType::id), field("Title", heed::FieldType::text),
       field("Score__c", heed::FieldType::number), field("Birthdate", heed::FieldType::date),
       field("SystemModstamp", heed::FieldType::moment)},
      "SystemModstamp"});
  std::string body;
  for (int i = 0; i < records; ++i) body += record(i);
  heed::support::Scripted crm;
  crm.then(200, heed::support::logged_in("https://acme.example/services/Soap/u/62.0"));
  crm.then(200, heed::support::answered(body, records));
  heed::support::ManualClock clock(*heed::parse_moment("2026-03-02T00:00:00Z"));
  heed::crm::Options options;
  options.url = "https://acme.example";
  heed::crm::Client client(crm, clock, options,
                           heed::crm::Password{"u", heed::vault::Secret::parse("plain:p"), {}});
  client.user();
  const auto before = allocations.load();
  const auto answer = client.read(selection);
  const auto made = allocations.load() - before;
  REQUIRE(std::get<heed::Page>(answer).size() == records);
  CHECK(made < records / 4);
}

#endif
