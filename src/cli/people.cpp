#include "cli/reporting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

void people_options(po::options_description& described) {
  described.add_options()("preference", po::value<std::string>()->value_name("NAME"),
                          "only who holds this preference")(
      "changed-since", po::value<std::string>()->value_name("T"),
      "only preferences that may have been set since T; a moment, or a day in UTC")(
      "as-of", po::value<std::string>()->value_name("T"), "what heed knew at T; a moment or a day")(
      "conflicts", "only where the records of a person disagree")(
      "limit", po::value<int>()->default_value(50)->value_name("N"), "people in the table; 0: all");
  output_options(described, true);
}

int people(World& world, const po::variables_map& given) {
  report::PeopleOptions options;
  options.format = format_of(given, true);
  options.csv = csv_mode_of(given);
  options.preference = preference_of(given);
  options.conflicts = given.contains("conflicts");
  options.limit = limit_of(given);
  if (given.contains("changed-since")) {
    options.changed_since = moment_of("changed-since", given["changed-since"].as<std::string>());
  }
  const Reporting reporting(world, given);
  report::Condition condition;
  write_out(world, given, reporting.config(), [&](std::ostream& out) {
    condition = report::people(out, reporting.sources(), reporting.circumstances(), options);
  });
  return exit_of(world, condition, options.format);
}

}  // namespace heed::cli
