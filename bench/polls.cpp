#include "polls.hpp"

#include <chrono>
#include <cstdio>
#include <string>

#include "mirrored.hpp"
#include "prepared.hpp"
#include "process.hpp"

namespace heed::bench {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t changed = 2000;

/// A mirror that was loaded, and what is asked of it.
class Mirrored {
 public:
  Mirrored(std::int64_t rows, int rounds)
      : rows_(rows), rounds_(rounds), shape_(shape_of(folder_.file("shape.db"))) {
    const ServerProcess server({.shape = shape_, .rows = rows});
    step("sync", server);
    clear_list(folder_.file("heed.db"));
  }

  void delta() {
    std::vector<Cost> costs;
    for (int i = 0; i < rounds_; ++i) {
      const ServerProcess server(
          {.shape = shape_, .rows = rows_, .changed = changed, .edition = ++edition_});
      costs.push_back(step("sync", server));
      clear_list(folder_.file("heed.db"));
    }
    print("2,000 changed rows", median(costs));
  }

  void idle() {
    std::vector<Cost> costs;
    for (int i = 0; i < rounds_; ++i) {
      const ServerProcess server({.shape = shape_, .edition = edition_});
      costs.push_back(step("sync", server));
    }
    print("idle poll", median(costs));
  }

  void verify() {
    verify("verify", "its download alone", 0ms);
    verify("verify, 20 ms each", "its download alone", 20ms);  // CRMs take ten times as long
  }

 private:
  /// Beside downloading alone, from a server that takes its time over each answer.
  void verify(const char* verifying, const char* downloading, std::chrono::milliseconds pause) {
    const ServerProcess server({.shape = shape_, .rows = rows_, .narrow = true, .pause = pause});
    std::vector<Cost> heed, download;
    for (int i = 0; i < (pause > 0ms ? 1 : rounds_); ++i) {
      heed.push_back(step("verify", server));
      download.push_back(step("fetch", server));
    }
    print(verifying, median(heed));
    print(downloading, median(download));
  }

  Cost step(const std::string& name, const ServerProcess& server) {
    return run_step({name, server.url(), folder_.file("heed.db"), std::to_string(rows_)});
  }

  static void print(const char* what, const Cost& cost) {
    std::printf("%-20s %12.1f %12.1f %16.1f %12.0f %10.1f\n", what, cost.wall * 1e3, cost.cpu * 1e3,
                cost.process_cpu * 1e3, cost.answers, cost.peak);
    std::fflush(stdout);
  }

  std::int64_t rows_;
  int rounds_;
  int edition_ = 0;
  Folder folder_;
  Shape shape_;
};

}  // namespace

bool polls(const Polls& which, std::int64_t rows, int rounds) {
  std::printf("A mirror of %lld Individuals; median of %d rounds\n\n", static_cast<long long>(rows),
              rounds);
  std::printf("%-20s %12s %12s %16s %12s %10s\n", "", "wall ms", "CPU ms", "with program, ms",
              "requests", "peak MiB");
  Mirrored mirrored(rows, rounds);
  if (which.verify) mirrored.verify();
  if (which.delta) mirrored.delta();
  if (which.idle) mirrored.idle();
  return true;
}

}  // namespace heed::bench
