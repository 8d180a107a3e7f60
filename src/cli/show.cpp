#include "cli/reporting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

void show_options(po::options_description& described) {
  described.add_options()("as-of", po::value<std::string>()->value_name("T"),
                          "what heed knew at T; a moment or a day");
  output_options(described, false);
}

int show(World& world, const po::variables_map& given) {
  const auto format = format_of(given, false);
  const std::string text = operand_of(given);
  if (text.empty()) throw Error(Kind::usage, "heed show wants the ID of a record");
  const Id id = id_of(text);
  const Reporting reporting(world, given);
  report::Condition condition;
  write_out(world, given, reporting.config(), [&](std::ostream& out) {
    condition = report::show(out, reporting.sources(), reporting.circumstances(), id, format);
  });
  return exit_of(world, condition, format);
}

}  // namespace heed::cli
