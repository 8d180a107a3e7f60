// heed-bench: heed's decoder beside expat, and its sync beside the straight-line program, each from
// the same bytes in the same run. "heed-bench decoder [ROUNDS]" does the first alone, "heed-bench
// ledger [PEOPLE]" assesses and reports what is owed.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <vector>

#include "decoder.hpp"
#include "heed/crm.hpp"
#include "heed/http.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "heed/sync.hpp"
#include "heed/vault.hpp"
#include "ledger.hpp"
#include "prepared.hpp"
#include "straight.hpp"

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t page_size = 2000;
constexpr std::size_t field_count = 18;

struct Figures {
  double wall = 0;
  double cpu = 0;
};

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

template <class Work>
Figures measure(Work work) {
  const auto began = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  work();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(),
          cpu_seconds() - cpu};
}

/// Individual with 18 fields: all flags, the system's, and what else there is.
heed::sync::Wanted wanted_of_individual() {
  heed::sync::Wanted wanted;
  wanted.object = "Individual";
  wanted.required = {"HasOptedOutProcessing", "HasOptedOutProfiling",   "HasOptedOutSolicit",
                     "HasOptedOutTracking",   "HasOptedOutGeoTracking", "ShouldForget",
                     "SendIndividualData",    "CanStorePiiElsewhere"};
  wanted.tracked = wanted.required;
  wanted.optional = {"FirstName", "LastName", "Salutation", "BirthDate", "MasterRecordId"};
  return wanted;
}

void heed_load(const std::string& url, const std::string& file, std::int64_t rows,
               const heed::sync::Wanted& wanted) {
  heed::SystemClock clock;
  heed::http::Curl transport({});
  heed::crm::Options options;
  options.url = url;
  options.version = "58.0";
  const heed::simulated::OrgOptions org;
  heed::crm::Client client(
      transport, clock, options,
      heed::crm::Password{org.user, heed::vault::Secret::parse("plain:" + org.password), {}});
  auto database = heed::store::Database::open(file, heed::store::Mode::write);
  heed::mirror::Mirror mirror(database);
  heed::sync::Options how;
  how.objects = {wanted};
  how.load_range = rows + 1;
  how.history = false;  // the server has prepared pages of one object
  heed::sync::run(client, mirror, how);
}

/// The shape that heed reads, as the CRM describes it.
heed::Shape shape_of(const std::string& folder, const heed::sync::Wanted& wanted) {
  const heed::bench::ServerProcess server({"Individual", {}, "SystemModstamp"}, 1, 1);
  const std::string file = folder + "/shape.db";
  try {
    heed_load(server.url(), file, 1, wanted);
  } catch (const heed::Error&) {
    // The prepared page has no fields yet; the shape was adopted before it was read.
  }
  auto database = heed::store::Database::open(file, heed::store::Mode::read);
  auto shape = heed::mirror::Mirror(database).shape("Individual");
  if (!shape || shape->fields.size() < field_count) throw std::runtime_error("no shape");
  return *shape;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "ledger") {
    return heed::bench::ledger("/proc/self/exe", argc > 2 ? std::atoll(argv[2]) : 1'000'000);
  }
  if (what == "ledger-step" && argc == 4) return heed::bench::ledger_step(argv[2], argv[3]);
  const bool decoder_alone = argc > 1 && std::string_view(argv[1]) == "decoder";
  const std::int64_t rows = argc > 1 ? std::atoll(argv[1]) : 200'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  std::string folder = "/tmp/heed-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return 7;
  const auto wanted = wanted_of_individual();
  const auto shape = shape_of(folder, wanted);
  const bool fast =
      heed::bench::decoder(shape, decoder_alone && argc > 2 ? std::atoi(argv[2]) : 31);
  if (decoder_alone) {
    std::filesystem::remove_all(folder);
    return fast ? 0 : 1;
  }
  const heed::bench::ServerProcess server(shape, rows, page_size);
  std::vector<double> heed_wall, heed_cpu, plain_wall, plain_cpu;
  bool same = true;
  for (int i = 0; i < rounds; ++i) {
    const std::string ours = folder + "/heed" + std::to_string(i) + ".db";
    const std::string plain = folder + "/plain" + std::to_string(i) + ".db";
    const auto a = measure([&] { heed_load(server.url(), ours, rows, wanted); });
    const auto b = measure([&] { heed::bench::straight(server.url(), shape, plain); });
    heed_wall.push_back(a.wall);
    heed_cpu.push_back(a.cpu);
    plain_wall.push_back(b.wall);
    plain_cpu.push_back(b.cpu);
    if (i == 0) same = heed::bench::dump(ours, shape) == heed::bench::dump(plain, shape);
  }
  const auto per_second = [rows](double wall) { return static_cast<double>(rows) / wall; };
  const auto per_million = [rows](double cpu) { return cpu * 1e6 / static_cast<double>(rows); };
  std::printf("%lld Individuals of %zu fields, %lld a page; median of %d rounds, in turn\n\n",
              static_cast<long long>(rows), shape.fields.size(), static_cast<long long>(page_size),
              rounds);
  std::printf("%-16s %15s %22s\n", "", "records/second", "CPU seconds/million");
  std::printf("%-16s %15.0f %22.2f\n", "heed sync", per_second(median(heed_wall)),
              per_million(median(heed_cpu)));
  std::printf("%-16s %15.0f %22.2f\n", "straight line", per_second(median(plain_wall)),
              per_million(median(plain_cpu)));
  std::printf("%-16s %15.2f %22.2f\n", "heed / straight", median(plain_wall) / median(heed_wall),
              median(heed_cpu) / median(plain_cpu));
  std::printf("\nthe tables are %s\n", same ? "the same" : "DIFFERENT");
  std::filesystem::remove_all(folder);
  return same && fast ? 0 : 1;
}
