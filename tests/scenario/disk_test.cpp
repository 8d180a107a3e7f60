#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "support/days.hpp"
#include "support/faulty_vfs.hpp"
#include "support/kept.hpp"
#include "support/office.hpp"

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

/// Kills a run at each of its writes (or every `step`th from `first` on, to share the work), from
/// the file as it is; the next run must end as if nothing had been.
void kill_at_writes(Office& office, heed::support::FaultyVfs& disk,
                    const heed::store::Options& storage, std::int64_t first, std::int64_t step) {
  const heed::support::Kept before(office.file());
  disk.heal();
  office.sync(storage);
  const std::int64_t writes = disk.operations();
  REQUIRE(writes > 10);
  const std::string expected = office.state();
  for (std::int64_t k = first; k <= writes; k += step) {
    before.put_back();
    disk.fail_at(k, heed::support::FaultyVfs::Fault::kill);
    try {
      office.sync(storage);
    } catch (const heed::Error& error) {
      CHECK(error.kind() == heed::Kind::storage);
    }
    disk.heal();
    office.sync(storage);
    CAPTURE(k);
    REQUIRE(office.state() == expected);
  }
}

}  // namespace

namespace {

void kill_first_load(std::int64_t first) {
  heed::simulated::OrgOptions options{.individuals = 4};
  options.largest_page = 3;
  heed::support::FaultyVfs disk;
  heed::store::Options storage;
  storage.vfs = disk.name();
  Office office(options);
  kill_at_writes(office, disk, storage, first, 2);
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
  heed::store::Options storage;
  storage.vfs = disk.name();
  Office office(options);
  office.sync(storage);
  a_few_days(office.crm.org());
  kill_at_writes(office, disk, storage, 1, 1);
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
