#include "support/cut.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <filesystem>
#include <utility>

#include "heed/error.hpp"
#include "support/kept.hpp"

namespace heed::support {

namespace {

#ifdef HEED_SANITIZED
/// Sanitizers look for other faults, ten times slower: one kill in so many shows them as well, and
/// a prime number comes to every kind of write.
constexpr std::int64_t stride = 7;
#else
constexpr std::int64_t stride = 1;
#endif

}  // namespace

void cut_at_every_request(Office& office, simulated::Fault::Kind kind) {
  office.config.crm.retries = 0;
  const Kept before(office.file());
  const auto begin = office.crm.requests();
  office.sync();
  const auto requests = office.crm.requests() - begin;
  const std::string expected = office.state();
  office.sync();
  REQUIRE(office.state() == expected);
  for (std::size_t k = 1; k <= requests; k += stride) {
    before.put_back();
    simulated::Fault fault;
    fault.kind = kind;
    office.crm.fail(office.crm.requests() + k, fault);
    office.breaks();  // or asks for less, and goes on
    office.crm.clear_faults();
    office.sync();
    CAPTURE(k);
    REQUIRE(office.state() == expected);
  }
}

void kill_at_every_write(Office& office, FaultyVfs& disk, std::int64_t first, std::int64_t step) {
  store::Options storage;
  storage.vfs = disk.name();
  kill_at_every_write(
      {{office.file()}, [&] { office.sync(storage); }, [&] { return office.state(); }}, disk, first,
      step);
}

void kill_at_every_write(const Deed& deed, FaultyVfs& disk, std::int64_t first, std::int64_t step) {
  std::deque<Kept> before;
  for (const auto& file : deed.files) before.emplace_back(file);
  disk.heal();
  deed.work();
  const std::int64_t writes = disk.operations();
  REQUIRE(writes > 5);
  const std::string expected = deed.state();
  for (std::int64_t k = first; k <= writes; k += step * stride) {
    for (const auto& file : before) file.put_back();
    disk.fail_at(k, FaultyVfs::Fault::kill);
    try {
      deed.work();
    } catch (const Error& error) {
      CHECK(error.kind() == Kind::storage);
    }
    disk.heal();
    deed.work();
    CAPTURE(k);
    REQUIRE(deed.state() == expected);
  }
}

void break_until(Office& office, const std::function<bool()>& reached) {
  constexpr std::size_t most = 40;
  const int retries = std::exchange(office.config.crm.retries, 0);
  bool there = false;
  for (std::size_t request = 2; request < most && !there; ++request) {
    const auto first = office.crm.requests() + request;
    for (std::size_t i = 0; i < most; ++i) {
      office.crm.fail(first + i, simulated::Fault::http(500));
    }
    office.breaks();
    office.crm.clear_faults();
    there = std::filesystem::exists(office.file()) && reached();
  }
  REQUIRE(there);
  office.config.crm.retries = retries;
}

void break_anywhere(Office& office) {
  const Kept before(office.file());
  cut_at_every_request(office);
  before.put_back();
  FaultyVfs disk;
  kill_at_every_write(office, disk);
}

}  // namespace heed::support
