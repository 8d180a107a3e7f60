#include "loads.hpp"

#include <chrono>
#include <cstdio>
#include <string>

#include "mirrored.hpp"
#include "prepared.hpp"
#include "process.hpp"
#include "straight.hpp"

namespace heed::bench {

namespace {

using namespace std::chrono_literals;

/// Rounds of two programs in turn.
struct Pair {
  std::vector<Cost> heed, other;
};

/// Both programs on the same server, and where each left its table.
class Contest {
 public:
  explicit Contest(std::int64_t rows, std::chrono::milliseconds pause = 0ms)
      : rows_(rows),
        shape_(shape_of(folder_.file("shape.db"))),
        server_({.shape = shape_, .rows = rows, .pause = pause}) {}

  /// One round; the files are the last round's.
  void heed(std::vector<Cost>& costs) { add(costs, "sync", "heed.db"); }
  void straight(std::vector<Cost>& costs) { add(costs, "straight", "straight.db"); }
  void zeep(std::vector<Cost>& costs) {
    clear("zeep.db");
    costs.push_back(run_program(
        {"/usr/bin/python3", std::string(HEED_SOURCE_DIR) + "/bench/zeep_load.py", server_.url(),
         std::string(HEED_SOURCE_DIR) + "/wsdl/crm.wsdl", folder_.file("zeep.db")}));
  }

  bool same(const std::string& file) {
    const bool same = dump(folder_.file("heed.db"), shape_) == dump(folder_.file(file), shape_);
    std::printf("\nthe tables are %s\n", same ? "the same" : "DIFFERENT");
    return same;
  }

  std::size_t fields() const { return shape_.fields.size(); }

 private:
  void add(std::vector<Cost>& costs, const std::string& step, const std::string& file) {
    clear(file);
    costs.push_back(run_step({step, server_.url(), folder_.file(file), std::to_string(rows_),
                              folder_.file("shape.db")}));
  }

  void clear(const std::string& file) {
    for (const char* end : {"", "-wal", "-shm"}) std::remove((folder_.file(file) + end).c_str());
  }

  std::int64_t rows_;
  Folder folder_;
  Shape shape_;
  ServerProcess server_;
};

void print_head() {
  std::printf("%-18s %10s %15s %20s %10s\n", "", "rows", "records/second", "CPU seconds/million",
              "peak MiB");
}

void print(const char* who, std::int64_t rows, const Cost& cost) {
  const auto count = static_cast<double>(rows);
  std::printf("%-18s %10lld %15.0f %20.2f %10.1f\n", who, static_cast<long long>(rows),
              count / cost.wall, cost.cpu * 1e6 / count, cost.peak);
  std::fflush(stdout);
}

void print_ratio(const char* who, const Cost& heed, const Cost& other) {
  std::printf("%-18s %10s %15.2f %20.2f %10.2f\n", who, "", other.wall / heed.wall,
              heed.cpu / other.cpu, heed.peak / other.peak);
}

}  // namespace

bool load(std::int64_t rows, int rounds) {
  Contest contest(rows);
  Pair costs;
  for (int i = 0; i < rounds; ++i) {
    contest.heed(costs.heed);
    contest.straight(costs.other);
  }
  std::printf(
      "First load: Individuals of %zu fields, 2000 a page; median of %d rounds, in turn\n\n",
      contest.fields(), rounds);
  print_head();
  print("heed sync", rows, median(costs.heed));
  print("straight line", rows, median(costs.other));
  print_ratio("heed / straight", median(costs.heed), median(costs.other));
  return contest.same("straight.db");
}

bool growth(const std::vector<std::int64_t>& sizes) {
  std::printf("First loads as they grow, once each\n\n");
  print_head();
  for (const auto rows : sizes) {
    Contest contest(rows);
    Pair costs;
    contest.heed(costs.heed);
    contest.straight(costs.other);
    print("heed sync", rows, costs.heed.front());
    print("straight line", rows, costs.other.front());
  }
  return true;
}

bool slow(std::int64_t rows) {
  constexpr auto pause = 300ms;
  Contest contest(rows, pause);
  std::vector<Cost> costs;
  contest.heed(costs);
  const auto& heed = costs.front();
  const double alone = heed.answers * std::chrono::duration<double>(pause).count();
  std::printf("First load of %lld rows from a server that takes 300 ms an answer\n\n",
              static_cast<long long>(rows));
  std::printf("%-18s %10.0f\n%-18s %10.2f s\n%-18s %10.2f s\n%-18s %10.3f\n", "answers",
              heed.answers, "alone they take", alone, "heed sync", heed.wall, "heed / alone",
              heed.wall / alone);
  return true;
}

bool zeep(std::int64_t rows, int rounds) {
  Contest contest(rows);
  Pair costs;
  for (int i = 0; i < rounds; ++i) {
    contest.heed(costs.heed);
    contest.zeep(costs.other);
  }
  std::printf(
      "First load beside Debian's python3-zeep and sqlite3; median of %d rounds, in turn\n\n",
      rounds);
  print_head();
  print("heed sync", rows, median(costs.heed));
  print("zeep and sqlite3", rows, median(costs.other));
  print_ratio("heed / zeep", median(costs.heed), median(costs.other));
  return contest.same("zeep.db");
}

}  // namespace heed::bench
