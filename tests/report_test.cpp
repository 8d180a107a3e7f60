#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "heed/error.hpp"
#include "heed/report.hpp"
#include "support/golden.hpp"
#include "support/mirrored.hpp"
#include "support/reported.hpp"
#include "support/temp_dir.hpp"

namespace report = heed::report;
using heed::support::golden;
using heed::support::make_id;
using heed::support::moment;
using heed::support::Reported;

namespace {

const heed::Moment morning = moment("2026-11-25T08:00:00Z");

report::Circumstances at(heed::Moment as_of) {
  return {morning, as_of, {}};
}

report::Sources sources(const Reported& office, const heed::ledger::Grounds& grounds) {
  return {office.mirror, office.ledger, grounds};
}

std::string due(const Reported& office, const report::DueOptions& options,
                heed::Moment as_of = morning) {
  std::ostringstream out;
  const auto grounds = office.grounds();
  report::due(out, sources(office, grounds), at(as_of), options);
  return out.str();
}

std::string people(const Reported& office, const report::PeopleOptions& options) {
  std::ostringstream out;
  const auto grounds = office.grounds();
  report::people(out, sources(office, grounds), at(morning), options);
  return out.str();
}

std::string show(const Reported& office, heed::Id id, report::Format format) {
  std::ostringstream out;
  const auto grounds = office.grounds();
  report::show(out, sources(office, grounds), at(morning), id, format);
  return out.str();
}

std::string explain(const Reported& office, std::int64_t duty, report::Format format) {
  std::ostringstream out;
  const auto grounds = office.grounds();
  report::explain(out, sources(office, grounds), at(morning), duty, format);
  return out.str();
}

report::DueOptions written_as(report::Format format) {
  report::DueOptions options;
  options.format = format;
  return options;
}

/// Handles, salts and what is hashed with them are random: their places are kept, not their values.
std::string without_hashes(const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find_first_not_of("0123456789abcdef", at);
    const auto size = std::min(end, text.size()) - at;
    if (size == 64) {
      result += "HASH";
    } else {
      result += text.substr(at, size);
    }
    at += size;
    if (at < text.size()) result += text[at++];
  }
  return result;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::int64_t duty_about(const Reported& office, heed::Preference preference, std::string_view pack,
                        heed::policy::DutyKind kind) {
  std::int64_t number = 0;
  heed::ledger::Filter filter;
  filter.preference = preference;
  filter.pack = pack;
  office.ledger.for_each_due(filter, [&](const heed::ledger::Duty& duty) {
    if (duty.kind == kind && number == 0) number = duty.number;
  });
  return number;
}

}  // namespace

TEST_CASE("due tells an officer who must be acted on, soonest first", "[report][golden]") {
  const Reported office;
  const auto text = without_hashes(due(office, written_as(report::Format::table)));
  CHECK(text == golden("due.txt", text));
}

TEST_CASE("due in CSV has every duty and nothing else", "[report][golden]") {
  const Reported office;
  const auto text = due(office, written_as(report::Format::csv));
  CHECK(text == golden("due.csv", text));
}

TEST_CASE("due in JSON has its condition at the top and every key in every duty",
          "[report][golden]") {
  const Reported office;
  const auto text = without_hashes(due(office, written_as(report::Format::json)));
  CHECK(text == golden("due.json", text));
  const auto json = nlohmann::json::parse(text);
  CHECK(json["meta"]["complete"] == true);
  for (const auto& duty : json["duties"]) CHECK(duty.size() == json["duties"][0].size());
}

TEST_CASE("people tells who holds which preference and whether records agree", "[report][golden]") {
  const Reported office;
  const auto table = without_hashes(people(office, {}));
  CHECK(table == golden("people.txt", table));
  report::PeopleOptions csv;
  csv.format = report::Format::csv;
  const auto rows = people(office, csv);
  CHECK(rows == golden("people.csv", rows));
  report::PeopleOptions json;
  json.format = report::Format::json;
  const auto text = without_hashes(people(office, json));
  CHECK(text == golden("people.json", text));
  CHECK(nlohmann::json::accept(text));
}

TEST_CASE("show tells one person's records, preferences, changes and duties", "[report][golden]") {
  const Reported office;
  const auto id = make_id(heed::support::contact_prefix, 4);
  const auto text = without_hashes(show(office, id, report::Format::table));
  CHECK(text == golden("show.txt", text));
  const auto json = without_hashes(show(office, id, report::Format::json));
  CHECK(json == golden("show.json", json));
}

TEST_CASE("explain tells how a date came about, a line a week", "[report][golden]") {
  const Reported office;
  const auto answer =
      duty_about(office, heed::Preference::forget, "eu-gdpr", heed::policy::DutyKind::respond_by);
  const auto confirm = duty_about(office, heed::Preference::forget, "us-ca-ccpa",
                                  heed::policy::DutyKind::acknowledge_by);
  REQUIRE(answer != 0);
  REQUIRE(confirm != 0);
  const auto month = without_hashes(explain(office, answer, report::Format::table));
  CHECK(month == golden("explain-month.txt", month));
  const auto days = without_hashes(explain(office, confirm, report::Format::table));
  CHECK(days == golden("explain-days.txt", days));
  const auto json = without_hashes(explain(office, confirm, report::Format::json));
  CHECK(json == golden("explain-days.json", json));
}

TEST_CASE("explain refuses a duty that is not there", "[report]") {
  const Reported office;
  try {
    explain(office, 999, report::Format::table);
    FAIL("nothing was thrown");
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::finding);
    CHECK(contains(error.what(), "D999"));
  }
}

TEST_CASE("show takes a record that the mirror does not have for a finding", "[report]") {
  const Reported office;
  CHECK_THROWS_AS(show(office, make_id("003", 99), report::Format::table), heed::Error);
}

TEST_CASE("explain of an erased person's duty tells what the ledger still has", "[report]") {
  Reported office;
  const auto number =
      duty_about(office, heed::Preference::forget, "eu-gdpr", heed::policy::DutyKind::respond_by);
  office.ledger.erase({"Individual", make_id(heed::support::person_prefix, 5)}, {"ann", morning});
  const auto text = explain(office, number, report::Format::table);
  CHECK(contains(text, "cannot be computed again"));
  CHECK(contains(text, "erased"));
  CHECK_FALSE(contains(text, "0PK000000000005"));
}

TEST_CASE("a report of a mirror that is behind says so above everything", "[report]") {
  Reported office;
  office.mirror.hide("Individual", "ShouldForget", morning);
  const heed::mirror::Ref waiting{"Contact", make_id("003", 1)};
  office.mirror.list({&waiting, 1});
  std::ostringstream out;
  const auto grounds = office.grounds();
  const auto late = morning + std::chrono::hours(30);
  const auto result = report::due(out, sources(office, grounds), {late, late, {}}, {});
  CHECK(out.str().starts_with("INCOMPLETE: "));
  REQUIRE(result.condition.incomplete.size() == 3);
  CHECK(contains(result.condition.incomplete[0], "30 hours ago"));
  CHECK(contains(result.condition.incomplete[1], "Individual.ShouldForget is hidden"));
  CHECK(contains(result.condition.incomplete[2], "1 record not yet assessed"));
}

TEST_CASE("a hidden field that the configuration acknowledges is a remark", "[report]") {
  Reported office;
  office.mirror.hide("Individual", "ShouldForget", morning);
  const auto grounds = office.grounds();
  const auto condition = report::condition_of(sources(office, grounds),
                                              {morning, morning, {"Individual.ShouldForget"}});
  CHECK(condition.complete());
  CHECK(condition.remarks.size() == 2);
}

TEST_CASE("due as of a moment in the past tells what was known then", "[report]") {
  Reported office;
  const auto number =
      duty_about(office, heed::Preference::forget, "eu-gdpr", heed::policy::DutyKind::respond_by);
  const auto before = due(office, written_as(report::Format::csv));
  office.ledger.done(number, heed::make_day(2026, 11, 25), {"ann", moment("2026-11-25T10:00:00Z")},
                     "letter 12");
  CHECK(due(office, written_as(report::Format::csv)) == before);
  CHECK(due(office, written_as(report::Format::csv), moment("2026-11-25T11:00:00Z")) != before);
  const auto long_ago =
      due(office, written_as(report::Format::json), moment("2026-11-02T00:00:00Z"));
  const auto json = nlohmann::json::parse(long_ago);
  CHECK(json["duties"].empty());
  CHECK(json["standing"].size() == 2);
}

TEST_CASE("due leaves out what is due later than asked, and keeps what is overdue", "[report]") {
  const Reported office;
  auto options = written_as(report::Format::json);
  const auto all = nlohmann::json::parse(due(office, options));
  options.within = 3;
  const auto soon = nlohmann::json::parse(due(office, options));
  CHECK(soon["duties"].size() < all["duties"].size());
  for (const auto& duty : soon["duties"]) CHECK(duty["days_left"] <= 3);
}

TEST_CASE("a table that is too long says how to get the rest", "[report]") {
  const Reported office;
  auto options = written_as(report::Format::table);
  options.limit = 1;
  CHECK(contains(due(office, options), "more people; heed due --format csv lists everything"));
  options.limit = 0;
  CHECK_FALSE(contains(due(office, options), "more people"));
}

TEST_CASE("people can be asked for one preference, for disagreement, and for a time", "[report]") {
  const Reported office;
  report::PeopleOptions options;
  options.format = report::Format::json;
  options.conflicts = true;
  const auto disagreeing = nlohmann::json::parse(people(office, options));
  REQUIRE(disagreeing["people"].size() == 1);
  CHECK(disagreeing["people"][0]["preferences"][0]["preference"] == "email");
  options.conflicts = false;
  options.preference = heed::Preference::forget;
  CHECK(nlohmann::json::parse(people(office, options))["people"].size() == 2);
  options.preference = std::nullopt;
  options.changed_since = moment("2026-11-21T00:00:00Z");
  CHECK(nlohmann::json::parse(people(office, options))["people"].size() == 1);
}

TEST_CASE("a CSV cell is quoted where it must be, and its lines end as RFC 4180 has it",
          "[report]") {
  std::ostringstream out;
  report::Csv csv(out, report::CsvMode::data, {{"a"}, {"b"}});
  csv.add({"x,\"y\"", "two\nlines"});
  csv.add({"=1+1", ""});
  CHECK(out.str() == "a,b\r\n\"x,\"\"y\"\"\",\"two\nlines\"\r\n=1+1,\r\n");
}

TEST_CASE("a spreadsheet takes no cell of ours for a formula, and heed's own columns stay exact",
          "[report]") {
  const std::string start = GENERATE(as<std::string>{}, "=", "+", "-", "@", "\t", "\xEF\xBC\x9D");
  std::ostringstream out;
  report::Csv csv(out, report::CsvMode::spreadsheet, {{"text"}, {"number", true}});
  csv.add({start + "1", "-3"});
  CHECK(out.str() == "text,number\r\n'" + start + "1,-3\r\n");
}

TEST_CASE("a file is written whole, for its owner alone, or not at all", "[report]") {
  const heed::support::TempDir folder;
  const std::string file = folder.file("due.csv");
  report::write_file(file, [](std::ostream& out) { out << "old"; });
  struct stat about {};
  REQUIRE(::stat(file.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  CHECK_THROWS(report::write_file(file, [](std::ostream& out) {
    out << "new";
    throw heed::Error(heed::Kind::storage, "broken off");
  }));
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  CHECK(text.str() == "old");
  const auto entries = std::filesystem::directory_iterator(folder.path());
  CHECK(std::distance(begin(entries), end(entries)) == 1);
  CHECK_THROWS_AS(report::write_file(folder.file("none/due.csv"), [](std::ostream&) {}),
                  heed::Error);
}

TEST_CASE("time left is told as a person says it", "[report]") {
  heed::ledger::Duty duty;
  duty.zone = "Europe/Berlin";
  duty.due = heed::make_day(2026, 11, 25);
  CHECK(report::time_words(duty, morning) == "today");
  duty.due = heed::make_day(2026, 11, 26);
  CHECK(report::time_words(duty, morning) == "in 1 day");
  duty.due = heed::make_day(2026, 11, 22);
  CHECK(report::time_words(duty, morning) == "overdue 3 days");
  duty.immediate = true;
  duty.target = heed::make_day(2026, 11, 27);
  CHECK(report::time_words(duty, morning) == "now, target in 2 days");
  duty.due = duty.target = std::nullopt;
  duty.long_past = true;
  CHECK(report::time_words(duty, morning) == "long past");
}
