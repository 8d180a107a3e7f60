#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "support/cut.hpp"
#include "support/days.hpp"
#include "support/kept.hpp"

using heed::support::a_few_days;
using heed::support::Office;
using namespace std::chrono_literals;

TEST_CASE("a run with nothing new is one small transaction, however many records there are",
          "[scenario]") {
  heed::support::FaultyVfs disk;
  heed::store::Options storage;
  storage.vfs = disk.name();
  std::vector<std::int64_t> writes;
  for (const std::uint32_t size : {10U, 300U}) {
    Office office({.individuals = size});
    office.sync(storage);
    for (int run = 0; run < 2; ++run) {
      office.crm.org().advance(1h);
      disk.heal();
      office.sync(storage);
    }
    writes.push_back(disk.operations());
  }
  CHECK(writes[0] == writes[1]);
  CHECK(writes[0] < 30);
}

namespace {

void kill_first_load(std::int64_t first) {
  heed::simulated::OrgOptions options{.individuals = 4};
  options.largest_page = 3;
  heed::support::FaultyVfs disk;
  Office office(options);
  heed::support::kill_at_every_write(office, disk, first, 2);
}

}  // namespace

TEST_CASE("a first load that is killed at any odd write ends the same when it goes on",
          "[scenario]") {
  kill_first_load(1);
}

TEST_CASE("a first load that is killed at any even write ends the same when it goes on",
          "[scenario]") {
  kill_first_load(2);
}

TEST_CASE("a run that is killed at any write ends the same when it goes on", "[scenario]") {
  heed::simulated::OrgOptions options{.individuals = 10};
  options.largest_page = 8;
  heed::support::FaultyVfs disk;
  Office office(options);
  office.sync();
  a_few_days(office.crm.org());
  heed::support::kill_at_every_write(office, disk);
}

TEST_CASE("a disk that is full at any write loses nothing, and the next run goes on",
          "[scenario]") {
  heed::simulated::OrgOptions options{.individuals = 20};
  options.largest_page = 8;
  heed::support::FaultyVfs disk;
  heed::store::Options storage;
  storage.vfs = disk.name();
  Office office(options);
  office.sync(storage);
  a_few_days(office.crm.org());
  const heed::support::Kept before(office.file());
  disk.heal();
  office.sync(storage);
  const std::int64_t writes = disk.operations();
  const std::string expected = office.state();
  for (std::int64_t k = 1; k <= writes; k += 7) {
    before.put_back();
    disk.fail_at(k, heed::support::FaultyVfs::Fault::disk_full);
    try {
      office.sync(storage);
    } catch (const heed::Error& error) {
      CHECK_THAT(error.what(), Catch::Contains("disk is full"));
    }
    office.sync(storage);
    CAPTURE(k);
    REQUIRE(office.state() == expected);
  }
}
