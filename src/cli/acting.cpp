#include "cli/acting.hpp"

#include <ostream>

#include "cli/heads.hpp"
#include "cli/reporting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

ledger::Author author_of(World& world, const po::variables_map& given,
                         const report::Sources& known) {
  const std::string by = given_text(given, "by");
  if (given.contains("by") && by.find_first_not_of(" \t\r\n") == std::string::npos) {
    throw Error(Kind::usage, "--by is blank; expected who did it");
  }
  const Moment now = world.clock.now();
  if (const auto words = report::slow_clock_words(known, now)) {
    world.err << "Note: " << *words << "; what is done now is dated by the newer of the two\n";
  }
  return {by.empty() ? world.user : by, report::present(known, now)};
}

Acting::Acting(World& world, const po::variables_map& given)
    : setting_(setting_of(world, given)),
      judging_(setting_),
      grounds_(judging_.grounds()),
      file_(world, setting_, Writing::Absent::refused),
      author_(author_of(world, given, {file_.mirror(), file_.ledger(), grounds_})),
      first_event_(ledger().head().count + 1) {}

Day Acting::day_for(std::int64_t number, const po::variables_map& given) const {
  if (given.contains("on")) return want_day(given_text(given, "on"), "--on");
  const auto duty = ledger().duty(number);
  const auto zone = duty ? duty->zone : std::string("UTC");
  return Zone::named(zone).day_of(author_.at);
}

void Acting::note_head() const {
  write_head(setting_.config, ledger());
}

void Acting::finish(std::ostream& out, report::Format format) const {
  note_head();
  report::steps(out, ledger(), grounds_.rulebook, first_event_, author_.at, format);
}

void act_options(po::options_description& described) {
  described.add_options()("by", po::value<std::string>()->value_name("WHO"),
                          "who did it; without it the system's user")(
      "format", po::value<std::string>()->default_value("table")->value_name("FORMAT"),
      "table or json");
}

void reason_option(po::options_description& described, const char* help) {
  described.add_options()("reason", po::value<std::string>()->value_name("TEXT"), help);
}

void confirm_option(po::options_description& described, const char* help) {
  described.add_options()("confirm", po::value<std::int64_t>()->value_name("N"), help);
}

void want_confirmed(const po::variables_map& given, std::size_t number, const std::string& found,
                    const char* undone) {
  if (!given.contains("confirm")) {
    throw Error(Kind::usage,
                found + "; look with --dry-run, then say --confirm " + std::to_string(number));
  }
  const auto confirmed = given["confirm"].as<std::int64_t>();
  if (confirmed == static_cast<std::int64_t>(number)) return;
  throw Error(Kind::finding, found + ", and --confirm says " + std::to_string(confirmed) + "; " +
                                 undone + "; look with --dry-run, then say --confirm " +
                                 std::to_string(number));
}

void on_option(po::options_description& described, const char* help) {
  described.add_options()("on", po::value<std::string>()->value_name("DATE"), help);
}

std::int64_t duty_of(const po::variables_map& given, const char* command) {
  const std::string text = operand_of(given);
  if (const auto duty = ledger::parse_duty_name(text)) return *duty;
  throw Error(Kind::usage, text.empty() ? "heed " + std::string(command) + " wants a DUTY, as D17"
                                        : "'" + text + "' is no duty; expected a name as D17");
}

Day want_day(const std::string& text, const std::string& what) {
  if (const auto day = parse_day(text)) return *day;
  throw Error(Kind::usage, what + " is '" + text + "'; expected a day as 2026-11-25");
}

int act_on(World& world, const po::variables_map& given, const char* command,
           const std::function<void(Acting&, std::int64_t)>& act) {
  const auto format = format_of(given, false);
  const auto duty = duty_of(given, command);
  Acting acting(world, given);
  act(acting, duty);
  acting.finish(world.out, format);
  return 0;
}

}  // namespace heed::cli
