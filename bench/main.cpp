// heed-bench: what heed costs, beside programs that do the plain part of the same work, from the
// same bytes in the same run.

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "decoder.hpp"
#include "ledger.hpp"
#include "loads.hpp"
#include "mirrored.hpp"
#include "polls.hpp"
#include "process.hpp"
#include "straight.hpp"

namespace heed::bench {

namespace {

using Words = std::vector<std::string>;

constexpr std::int64_t million = 1'000'000;

constexpr const char* help =
    R"(heed-bench [WHAT] [ROWS [ROUNDS]]

  load      a first load beside the straight-line program (libcurl, expat, SQLite)
  decoder   answers decoded beside expat alone; heap allocations a record   (decoder [ROUNDS])
  delta     a run that finds 2,000 changed rows in a mirror of ROWS
  idle      a run that finds nothing new
  verify    the comparison of all ids and stamps, beside the download alone
  growth    first loads of 10,000, 100,000 and 1,000,000 rows, or of those given   (growth [ROWS...])
  slow      a first load from a server that takes 300 ms an answer (200,000 rows)
  zeep      a first load beside python3-zeep and sqlite3 (20,000 rows)
  ledger    what is owed: assessed, listed, verified   (ledger [PEOPLE])

Without WHAT: decoder, load, verify, delta and idle. ROWS is 1,000,000 unless told, ROUNDS 5.
Times are in seconds or milliseconds of the wall clock, or of CPU (user and system, all threads);
memory is the most that was resident. Medians of rounds in turn: the ratios count.
)";

/// std::runtime_error for what is no number from 1 on.
std::int64_t number_in(const std::string& word) {
  std::int64_t value = 0;
  const auto* end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc() || rest != end || value < 1) {
    throw std::runtime_error("'" + word +
                             "' is not a number from 1 on; --help tells what goes there");
  }
  return value;
}

std::int64_t number(const Words& words, std::size_t at, std::int64_t otherwise) {
  return at < words.size() ? number_in(words[at]) : otherwise;
}

bool decode(const Words& words) {
  const Folder folder;
  return decoder(shape_of(folder.file("shape.db")), static_cast<int>(number(words, 0, 31)));
}

bool polled(const Words& words, const Polls& which) {
  return polls(which, number(words, 0, million), static_cast<int>(number(words, 1, 5)));
}

bool loaded(const Words& words) {
  return load(number(words, 0, million), static_cast<int>(number(words, 1, 5)));
}

bool grown(const Words& words) {
  std::vector<std::int64_t> rows;
  for (const auto& word : words) rows.push_back(number_in(word));
  return growth(rows.empty() ? std::vector<std::int64_t>{10'000, 100'000, million} : rows);
}

bool everything(const Words& words) {
  const bool decoded = decode({});
  const bool same = loaded(words);
  std::printf("\n");
  return polled(words, {.delta = true, .idle = true, .verify = true}) && same && decoded;
}

/// One part of a measurement, in a process of its own: STEP URL FILE ROWS [SHAPE].
int step(const Words& words) {
  const auto& url = words.at(1);
  const auto& file = words.at(2);
  const auto rows = number(words, 3, million);
  const std::map<std::string, std::function<int()>> steps{
      {"sync", [&] { return report_step([&] { return sync(url, file, rows); }); }},
      {"verify", [&] { return report_step([&] { return verify(url, file, rows); }); }},
      {"fetch", [&] { return report_step([&] { return fetch(url); }); }},
      {"straight", [&] {
         const auto shape = stored_shape(words.at(4));
         return report_step([&] { return straight(url, shape, file); });
       }}};
  return steps.at(words.at(0))();
}

int run(const std::string& what, const Words& rest) {
  const std::map<std::string, std::function<bool(const Words&)>> measurements{
      {"decoder", decode},
      {"load", loaded},
      {"delta", [](const Words& words) { return polled(words, {.delta = true}); }},
      {"idle", [](const Words& words) { return polled(words, {.idle = true}); }},
      {"verify", [](const Words& words) { return polled(words, {.verify = true}); }},
      {"growth", grown},
      {"slow", [](const Words& words) { return slow(number(words, 0, 200'000)); }},
      {"zeep", [](const Words& words) {
         return zeep(number(words, 0, 20'000), static_cast<int>(number(words, 1, 3)));
       }}};
  if (what == "step") return step(rest);
  if (what == "ledger") return ledger("/proc/self/exe", number(rest, 0, million));
  if (what == "ledger-step") return ledger_step(rest.at(0), rest.at(1));
  const auto found = measurements.find(what);
  if (found != measurements.end()) return found->second(rest) ? 0 : 1;
  std::cout << help;
  return what == "--help" ? 0 : 2;
}

int measure(Words words) {
  const bool named = !words.empty() && words[0].find_first_not_of("0123456789") == 0;
  if (!named) return everything(words) ? 0 : 1;
  const std::string what = words.front();
  words.erase(words.begin());
  return run(what, words);
}

}  // namespace

}  // namespace heed::bench

int main(int argc, char** argv) {
  try {
    return heed::bench::measure({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "heed-bench: " << error.what() << "\n";
    return 1;
  }
}
