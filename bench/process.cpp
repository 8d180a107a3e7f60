#include "process.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace heed::bench {

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double used(const rusage& usage) {
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// What the process writes, and what it costs; the program is the first word.
std::string run(const char* program, std::vector<std::string> words, Cost& cost) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::fflush(stdout);
  const double began = wall_seconds();
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execvp(program, arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string said;
  std::array<char, 512> bytes{};
  for (;;) {
    const auto size = ::read(ends[0], bytes.data(), bytes.size());
    if (size <= 0) break;
    said.append(bytes.data(), static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  cost.wall = wall_seconds() - began;
  cost.cpu = cost.process_cpu = used(usage);
  cost.peak = static_cast<double>(usage.ru_maxrss) / 1024;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error(words.back() + ": the step failed");
  }
  return said;
}

double median_of(const std::vector<Cost>& rounds, double Cost::*part) {
  std::vector<double> values;
  values.reserve(rounds.size());
  for (const auto& each : rounds) values.push_back(each.*part);
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

}  // namespace

Cost median(const std::vector<Cost>& rounds) {
  return {median_of(rounds, &Cost::wall), median_of(rounds, &Cost::cpu),
          median_of(rounds, &Cost::process_cpu), median_of(rounds, &Cost::peak),
          median_of(rounds, &Cost::answers)};
}

Cost run_step(const std::vector<std::string>& words) {
  std::vector<std::string> all{"heed-bench", "step"};
  all.insert(all.end(), words.begin(), words.end());
  Cost cost;
  const std::string said = run("/proc/self/exe", std::move(all), cost);
  std::array<double, 3> figures{};
  const char* at = said.c_str();
  for (auto& figure : figures) {
    char* end = nullptr;
    figure = std::strtod(at, &end);
    if (end == at) throw std::runtime_error(words.front() + ": the step said nothing");
    at = end;
  }
  cost.wall = figures[0];
  cost.cpu = figures[1];
  cost.answers = figures[2];
  return cost;
}

Cost run_program(const std::vector<std::string>& words) {
  Cost cost;
  run(words.front().c_str(), words, cost);
  return cost;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return used(usage);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void tell_cost(double wall, double cpu, double answers) {
  std::printf("%.6f %.6f %.0f\n", wall, cpu, answers);
}

Folder::Folder() : path_(std::filesystem::temp_directory_path() / "heed-bench-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder for the bench");
}
Folder::~Folder() {
  std::error_code none;
  std::filesystem::remove_all(path_, none);
}

}  // namespace heed::bench
