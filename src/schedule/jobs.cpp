#include <algorithm>
#include <charconv>

#include "heed/document.hpp"
#include "heed/error.hpp"
#include "heed/schedule.hpp"

namespace heed::schedule {

namespace {

using document::Table;

constexpr std::chrono::seconds shortest{60};

/// The words of a command line: blanks part them, except between quotation marks.
std::vector<std::string> words_of(const Table& table, const std::string& line) {
  std::vector<std::string> words;
  bool inside = false;
  char quote = 0;
  for (const char c : line) {
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        words.back() += c;
      }
      continue;
    }
    const bool blank = c == ' ' || c == '\t';
    if (!blank && !inside) words.emplace_back();
    inside = !blank;
    if (c == '"' || c == '\'') {
      quote = c;
    } else if (!blank) {
      words.back() += c;
    }
  }
  if (quote != 0) throw table.error("command", "command has a quotation mark that is not closed");
  return words;
}

void read_command(const Table& table, const std::vector<std::string>& commands, Job& job) {
  job.command = table.text("command");
  job.words = words_of(table, job.command);
  if (job.words.empty()) throw table.error("command", "command is blank; expected one as \"sync\"");
  const auto& name = job.words.front();
  if (std::find(commands.begin(), commands.end(), name) != commands.end()) return;
  const auto meant = document::nearest(name, commands);
  throw table.error("command", "heed has no command '" + name + "'" +
                                   (meant ? "; did you mean '" + *meant + "'?"
                                          : "; expected one that heed help lists"));
}

Zone read_zone(const Table& table, const std::string& controller_zone) {
  auto name = table.text("zone");
  if (name == "controller") name = controller_zone.empty() ? "UTC" : controller_zone;
  try {
    return Zone::named(name);
  } catch (const Error& error) {
    throw table.error("zone", error.what());
  }
}

void read_at(const Table& table, const std::string& controller_zone, Job& job) {
  const auto text = table.text("at");
  try {
    job.at = Cron::parse(text);
  } catch (const Error& error) {
    throw table.error("at", std::string("at: ") + error.what());
  }
  job.zone = read_zone(table, controller_zone);
}

void read_every(const Table& table, Job& job) {
  const auto text = table.text("every");
  const auto span = parse_span(text);
  if (!span || *span < shortest) {
    throw table.error("every", "every is '" + text +
                                   "'; expected a time from 1m to 1000000d, as \"15m\", \"6h\" or "
                                   "\"1d\"");
  }
  job.every = *span;
  if (table.has("zone")) {
    throw table.error("zone", "zone goes with at; an interval goes by elapsed time");
  }
}

Job read_job(const Table& table, const std::vector<std::string>& commands,
             const std::string& controller_zone) {
  Job job;
  job.name = table.text("name");
  read_command(table, commands, job);
  const bool at = table.has("at");
  if (at == table.has("every")) {
    throw table.error("job '" + job.name + "' wants one of at and every, as at = \"30 6 * * *\"");
  }
  if (at) {
    read_at(table, controller_zone, job);
  } else {
    read_every(table, job);
  }
  const auto missed = table.find_choice("missed", {"once", "skip"});
  job.missed = missed == "skip" ? Missed::skip : Missed::once;
  return job;
}

}  // namespace

std::optional<std::chrono::seconds> parse_span(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > 1'000'000) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit == "s") return std::chrono::seconds(number);
  if (unit == "m") return std::chrono::minutes(number);
  if (unit == "h") return std::chrono::hours(number);
  if (unit == "d") return std::chrono::hours(24 * number);
  return std::nullopt;
}

Jobs Jobs::parse(std::string_view text, std::string_view name,
                 const std::vector<std::string>& commands, const std::string& controller_zone) {
  const auto document = document::Document::parse(text, name);
  Jobs jobs;
  for (const auto& table : document.root().tables("job")) {
    auto job = read_job(table, commands, controller_zone);
    for (const auto& other : jobs.jobs_) {
      if (other.name == job.name) {
        throw table.error("name", "two jobs are called '" + job.name + "'; expected another name");
      }
    }
    jobs.jobs_.push_back(std::move(job));
  }
  document.finish();
  return jobs;
}

}  // namespace heed::schedule
