#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/closings.hpp"
#include "cli/progress_line.hpp"
#include "cli/reporting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

constexpr std::size_t most_problems = 20;

std::string words_for(const char* what, std::size_t done, std::size_t of) {
  return what + (" " + report::grouped(static_cast<std::int64_t>(done))) + " of " +
         report::grouped(static_cast<std::int64_t>(of));
}

bool has_evidence(const po::variables_map& given) {
  return given_text(given, "evidence").find_first_not_of(" \t\r\n") != std::string::npos;
}

/// What a filter finds is looked at before it is known what will prove it; to close it, that has to
/// be said.
void want_evidence(World& world, const po::variables_map& given) {
  if (has_evidence(given)) return;
  if (given.contains("dry-run")) {
    world.err << "Note: to close them, say what proves it, with --evidence TEXT\n";
    return;
  }
  throw Error(Kind::usage,
              "the proof is missing; say it with --evidence TEXT, since it is what an auditor will "
              "read");
}

ledger::Closing closing_of(const po::variables_map& given) {
  ledger::Closing closing;
  if (has_evidence(given)) closing.proof = given_text(given, "evidence");
  closing.shared = true;
  if (given.contains("on")) closing.day = want_day(given_text(given, "on"), "--on");
  return closing;
}

/// Adds what the ledger has against each. True if there is nothing at all.
bool check_all(World& world, const Acting& acting, const std::vector<Wanted>& wanted,
               std::vector<std::string>& problems) {
  ProgressLine line(world);
  std::size_t checked = 0;
  for (const auto& one : wanted) {
    if (const auto why = acting.ledger().why_not_done(one.closing, acting.author().at)) {
      problems.push_back(one.where.empty() ? *why : one.where + ": " + *why);
    }
    if (++checked % 1000 == 0) line.draw(words_for("checked", checked, wanted.size()));
  }
  return problems.empty();
}

int tell_problems(World& world, const std::vector<std::string>& problems, bool of_file) {
  const auto shown = std::min(problems.size(), most_problems);
  for (std::size_t i = 0; i < shown; ++i) world.err << problems[i] << "\n";
  if (shown < problems.size()) world.err << "… " << problems.size() - shown << " more\n";
  const auto many = static_cast<std::int64_t>(problems.size());
  world.err << "heed: nothing was closed, because of "
            << (of_file ? report::counted(many, "line", "lines") +
                              "; mend or remove them and run it again\n"
                        : report::counted(many, "duty", "duties") +
                              "; let --filter find what can be closed, and run it again\n");
  return exit_code(Kind::finding);
}

std::int64_t late_ones(const Acting& acting, const std::vector<Wanted>& wanted) {
  return std::count_if(wanted.begin(), wanted.end(), [&](const Wanted& one) {
    const auto duty = acting.ledger().duty(one.closing.duty);
    const auto day = one.closing.day.value_or(Zone::named(duty->zone).day_of(acting.author().at));
    return !duty->due || day > *duty->due;
  });
}

void tell(World& world, report::Format format, const Acting& acting,
          const std::vector<Wanted>& wanted, std::int64_t late, bool dry) {
  const auto many = static_cast<std::int64_t>(wanted.size());
  if (format == report::Format::json) {
    nlohmann::ordered_json json;
    json["by"] = acting.author().by;
    json["dry_run"] = dry;
    json["selected"] = many;
    json["closed"] = dry ? 0 : many;
    json["late"] = late;
    world.out << json.dump(2) << "\n";
    return;
  }
  world.out << report::counted(many, "duty", "duties") << (dry ? " would be" : "")
            << " closed as met";
  if (late > 0) world.out << ", " << report::grouped(late) << " of them late";
  world.out << ".\n";
}

int done_many(World& world, const po::variables_map& given) {
  const auto format = format_of(given, false);
  auto otherwise = closing_of(given);
  if (given.contains("filter")) want_evidence(world, given);
  const bool dry = given.contains("dry-run");
  Acting acting(world, given);
  std::vector<std::string> problems;
  std::vector<Wanted> wanted;
  std::int64_t held = 0;
  const bool of_file = given.contains("file");
  if (!of_file && otherwise.proof.empty()) otherwise.proof = "to be said";  // of a dry run
  if (of_file) {
    wanted = closings_in(given_text(given, "file"), otherwise, problems);
  } else {
    wanted = closings_by(given_text(given, "filter"), otherwise, acting, held);
  }
  if (!check_all(world, acting, wanted, problems)) return tell_problems(world, problems, of_file);
  if (held > 0) {
    world.err << report::counted(held, "duty", "duties")
              << " left out, because a privacy hold stands\n";
  }
  const auto late = late_ones(acting, wanted);
  if (!dry && given.contains("filter")) {
    want_confirmed(given, wanted.size(),
                   "--filter finds " + std::to_string(wanted.size()) + " duties",
                   "nothing was closed");
  }
  if (!dry) {
    std::vector<ledger::Closing> closings;
    closings.reserve(wanted.size());
    for (const auto& one : wanted) closings.push_back(one.closing);
    ProgressLine line(world);
    acting.ledger().done(closings, acting.author(), [&](std::size_t closed) {
      line.draw(words_for("closed", closed, closings.size()));
    });
    acting.note_head();
  }
  tell(world, format, acting, wanted, late, dry);
  return 0;
}

}  // namespace

void done_options(po::options_description& described) {
  described.add_options()("evidence", po::value<std::string>()->value_name("TEXT"),
                          "what proves it, as 'letter 17' or a ticket's number")(
      "file", po::value<std::string>()->value_name("CSV"),
      "close what a file lists in its column duty (and on, and evidence): all of it or nothing")(
      "filter", po::value<std::string>()->value_name("WORDS"),
      "close what is owed and fits, as 'pack=ca-casl preference=email until=2026-12-01'; also "
      "rule, person, state")("dry-run",
                             "with --file or --filter: say what would be done, and do nothing");
  confirm_option(described, "how many the filter must find");
  on_option(described, "the day on which it was done; without it today");
  act_options(described);
}

int done(World& world, const po::variables_map& given) {
  const int ways = static_cast<int>(given.contains("file")) +
                   static_cast<int>(given.contains("filter")) +
                   static_cast<int>(given.contains("operand"));
  if (ways != 1) {
    throw Error(Kind::usage, "heed done wants one of a DUTY, --file and --filter");
  }
  if (!given.contains("operand")) return done_many(world, given);
  if (given.contains("dry-run") || given.contains("confirm")) {
    throw Error(Kind::usage, "--dry-run and --confirm go with --file or --filter");
  }
  duty_of(given, "done");  // what is no duty is told first
  want_evidence(world, given);
  return act_on(world, given, "done", [&](Acting& acting, std::int64_t duty) {
    acting.ledger().done(duty, acting.day_for(duty, given), acting.author(),
                         given_text(given, "evidence"));
  });
}

}  // namespace heed::cli
