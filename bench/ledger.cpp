#include "ledger.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <iostream>
#include <sstream>
#include <streambuf>

#include "heed/config.hpp"
#include "heed/ledger.hpp"
#include "heed/mirror.hpp"
#include "heed/report.hpp"
#include "heed/store.hpp"

namespace heed::bench {

namespace {

constexpr std::int64_t page_size = 2000;
const Moment loaded = parse_moment("2026-11-01T08:00:00Z").value();
const Moment wished = parse_moment("2026-11-24T10:00:00Z").value();
const Moment now = parse_moment("2026-11-25T08:00:00Z").value();

struct Home {
  const char* country;
  const char* state;
};
constexpr std::array homes{Home{"DE", ""}, Home{"FR", ""},    Home{"GB", ""},   Home{"US", "CA"},
                           Home{"DE", ""}, Home{"US", "VA"},  Home{"CA", "ON"}, Home{"BR", ""},
                           Home{"CH", ""}, Home{"AU", "NSW"}, Home{"US", "CA"}, Home{"IT", ""},
                           Home{"IN", ""}, Home{"GB", ""},    Home{"US", "TX"}, Home{"SG", ""}};

Id id_of(const char* prefix, std::int64_t number) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.3s%012lld", prefix, static_cast<long long>(number));
  return Id::parse(text.data()).value();
}

Shape shape_of(const std::string& object) {
  Shape shape{object, {{.name = "CreatedDate", .type = FieldType::moment}}, "SystemModstamp"};
  const auto flag = [](const char* name) {
    return Field{.name = name, .type = FieldType::flag, .tracked = true};
  };
  if (object == "Individual") {
    for (const auto* name : {"HasOptedOutSolicit", "HasOptedOutTracking", "HasOptedOutProfiling",
                             "HasOptedOutProcessing", "ShouldForget", "SendIndividualData"}) {
      shape.fields.push_back(flag(name));
    }
  } else {
    shape.fields.push_back(flag("HasOptedOutOfEmail"));
    shape.fields.push_back(flag("DoNotCall"));
    shape.fields.push_back({.name = "MailingCountryCode"});
    shape.fields.push_back({.name = "MailingStateCode"});
    shape.fields.push_back({.name = "IndividualId", .type = FieldType::id, .tracked = true});
  }
  return shape;
}

/// Of ten people three wish something, and one in four has an Individual.
bool has_individual(std::int64_t person) {
  return person % 4 == 0;
}
bool wishes(std::int64_t person) {
  return person % 10 < 3;
}

/// The value of a field of person's record, after it wished or before.
Value value_of(Page& page, const std::string& field, std::int64_t person, bool after) {
  if (field == "CreatedDate") return parse_moment("2024-03-01T08:00:00Z").value();
  const auto& home = homes[static_cast<std::size_t>(person) % homes.size()];
  if (field == "MailingCountryCode") return page.keep(home.country);
  if (field == "MailingStateCode") return *home.state == 0 ? Value(Null{}) : page.keep(home.state);
  if (field == "IndividualId") {
    return has_individual(person) ? Value(page.keep(id_of("0PK", person).text())) : Value(Null{});
  }
  if (!after) return false;
  if (field == "ShouldForget") return person % 8 == 0;
  if (field == "HasOptedOutSolicit") return person % 8 == 4;
  if (field == "DoNotCall") return person % 3 == 0;
  return field == "HasOptedOutOfEmail" && person % 3 != 0;
}

/// Writes the records of the people whom `wanted` names, a page at a time.
void record(mirror::Mirror& mirror, const std::string& object, std::int64_t people, bool after,
            Moment stamp, const std::function<bool(std::int64_t)>& wanted) {
  const auto shape = std::make_shared<const Shape>(shape_of(object));
  const char* prefix = object == "Individual" ? "0PK" : "003";
  mirror::Reading reading{.seen = stamp, .first_load = !after};
  if (after) reading.known_until = stamp - std::chrono::hours(24);
  mirror::Cursor cursor;
  cursor.object = object;
  cursor.watermark = stamp;
  std::int64_t person = 0;
  while (person < people) {
    Page page(shape);
    std::vector<Value> values(shape->fields.size());
    for (; person < people && static_cast<std::int64_t>(page.size()) < page_size; ++person) {
      if (!wanted(person)) continue;
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = value_of(page, shape->fields[i].name, person, after);
      }
      page.add(id_of(prefix, person), stamp, Standing::live, values);
    }
    mirror.record(page, cursor, reading);
  }
}

/// The shipped schedules, every pack, an office in Germany.
struct Office {
  Office() {
    config.allow_unverified = true;
    config.controller = {{"DE"}, "Europe/Berlin", "DE"};
    folders.shipped = HEED_SOURCE_DIR "/schedules";
    for (const auto& place : config::place_fields()) {
      options.places.push_back(
          {place.object, place.country_code, place.country, place.state_code, place.state});
    }
    preferences = config::load_preferences(folders);
  }
  config::Config config;
  config::Folders folders;
  ledger::Options options;
  policy::PreferenceMap preferences;
};

class Nowhere final : public std::streambuf {
 public:
  std::int64_t rows = 0;

 protected:
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    const char* const end = text + size;
    const auto next = [&](const char* from) {
      return static_cast<const char*>(
          std::memchr(from, '\n', static_cast<std::size_t>(end - from)));
    };
    for (const char* at = next(text); at != nullptr; at = next(at + 1)) ++rows;
    return size;
  }
  int overflow(int c) override {
    if (c == '\n') ++rows;
    return c;
  }
};

/// Seconds of this process's time on a core: what others do on the machine does not count.
class Watch {
 public:
  double seconds() const { return used() - began_; }

 private:
  static double used() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto in_seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
  }

  double began_ = used();
};

double largest_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void load(mirror::Mirror& mirror, std::int64_t people) {
  for (const auto* object : {"Individual", "Contact"}) mirror.adopt(shape_of(object), loaded);
  record(mirror, "Individual", people, false, loaded, has_individual);
  record(mirror, "Contact", people, false, loaded, [](std::int64_t) { return true; });
  record(mirror, "Individual", people, true, wished,
         [](std::int64_t person) { return has_individual(person) && wishes(person); });
  record(mirror, "Contact", people, true, wished,
         [](std::int64_t person) { return !has_individual(person) && wishes(person); });
}

void assess(mirror::Mirror& mirror, ledger::Ledger& ledger, const ledger::Grounds& grounds,
            const char* what) {
  const auto listed = mirror.list_size();
  const Watch watch;
  const auto outcome = ledger.assess(mirror, grounds, {"bench", now});
  std::printf("%-34s %9.3f s  %9lld records  %8lld people  %8lld duties  %6.1f MiB\n", what,
              watch.seconds(), static_cast<long long>(listed),
              static_cast<long long>(outcome.people), static_cast<long long>(outcome.opened),
              largest_mib());
}

void change(mirror::Mirror& mirror) {
  record(mirror, "Contact", std::int64_t{2000} * 10, true, wished + std::chrono::hours(2),
         [](std::int64_t person) { return person % 10 == 5; });
}

void due(const mirror::Mirror& mirror, const ledger::Ledger& ledger, const ledger::Grounds& grounds,
         const char* what, const report::DueOptions& options) {
  Nowhere nowhere;
  std::ostream out(&nowhere);
  const Watch watch;
  report::due(out, {mirror, ledger, grounds}, {now, now, {}}, options);
  const auto seconds = watch.seconds();
  std::printf("%-34s %9.3f s  %9lld lines  %9.0f lines/s  %6.1f MiB\n", what, seconds,
              static_cast<long long>(nowhere.rows), static_cast<double>(nowhere.rows) / seconds,
              largest_mib());
}

int run(const std::string& program, const std::vector<std::string>& words) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(program.c_str(), arguments.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int ledger_step(const std::string& step, const std::string& file) {
  const Office office;
  const policy::Rulebook rulebook = config::load_rulebook(office.config, office.folders);
  const ledger::Grounds grounds{rulebook, office.preferences, office.options};
  auto database = store::Database::open(file, store::Mode::write);
  mirror::Mirror mirror(database);
  if (step.starts_with("load=")) {
    load(mirror, std::stoll(step.substr(5)));
    return 0;
  }
  ledger::Ledger ledger(database, "a key for the bench");
  report::DueOptions options;
  if (step == "assess") assess(mirror, ledger, grounds, "full assessment");
  if (step == "change") change(mirror);
  if (step == "delta") assess(mirror, ledger, grounds, "after 2,000 changed people");
  if (step == "page") {
    options.within = 7;
    due(mirror, ledger, grounds, "due --within 7d, the first page", options);
  }
  if (step == "csv") {
    options.format = report::Format::csv;
    due(mirror, ledger, grounds, "due --format csv", options);
  }
  if (step == "verify") {
    const Watch watch;
    const auto verdict = ledger.verify();
    std::printf("%-34s %9.3f s  %9lld events  %s\n", "verify", watch.seconds(),
                static_cast<long long>(verdict.events), verdict.problem.c_str());
  }
  std::fflush(stdout);
  return 0;
}

int ledger(const std::string& program, std::int64_t people) {
  std::string folder = "/tmp/heed-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return 7;
  const std::string file = folder + "/ledger.db";
  std::printf("%lld people, three in ten with wishes, every shipped pack; CPU seconds\n\n",
              static_cast<long long>(people));
  std::fflush(stdout);
  int code = 0;
  for (const auto& step :
       {"load=" + std::to_string(people), std::string("assess"), std::string("change"),
        std::string("delta"), std::string("page"), std::string("csv"), std::string("verify")}) {
    if (code == 0) code = run(program, {"heed-bench", "ledger-step", step, file});
  }
  std::filesystem::remove_all(folder);
  return code;
}

}  // namespace heed::bench
