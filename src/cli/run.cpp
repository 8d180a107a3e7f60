#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ostream>

#include "cli/command.hpp"
#include "heed/document.hpp"
#include "heed/error.hpp"
#include "heed/report.hpp"

namespace heed::cli {

namespace {

namespace po = boost::program_options;

constexpr std::array commands{
    Command{"init", "[DIR]", "write a commented heed.toml to start from", &init_options, &init},
    Command{"check", "", "try everything a run needs, a line each with its mend", &check_options,
            &check},
    Command{"sync", "", "bring the mirror up to date and assess what changed", &sync_options,
            &sync},
    Command{"due", "", "what is owed, soonest first", &due_options, &due},
    Command{"people", "", "who holds which preference, where, since when; do the records agree",
            &people_options, &people},
    Command{"show", "ID", "one person: records, preferences, changes, duties", &show_options,
            &show},
    Command{"explain", "DUTY", "how a date came about, day by day, and its source",
            &explain_options, &explain},
    Command{"received", "DUTY DATE", "note when a wish came in; its dates move", &received_options,
            &received},
    Command{"acknowledge", "DUTY", "note that the person was told that the request came in",
            &acknowledge_options, &acknowledge},
    Command{"done", "[DUTY]", "close a duty as met, with what proves it; or many", &done_options,
            &done},
    Command{"extend", "DUTY", "take more time, as the law lets you, before it is due",
            &extend_options, &extend},
    Command{"pause", "DUTY", "stop a duty's clock, where the law lets it stand still",
            &pause_options, &pause},
    Command{"resume", "DUTY", "let a paused clock go on; the due date moves", &resume_options,
            &resume},
    Command{"refuse", "DUTY", "close a duty as refused, with the reason", &refuse_options, &refuse},
    Command{"reopen", "DUTY", "make a closed duty owed again", &reopen_options, &reopen},
    Command{"note", "DUTY", "add a remark to a duty", &note_options, &note},
    Command{"schedule", "", "what jobs.toml means, in words, and the next runs", &schedule_options,
            &schedule},
    Command{"calendar", "list|show|import [ID|FEED.ics]",
            "holiday calendars: what they cover, their days, or a feed made into one",
            &calendar_options, &calendar},
    Command{"forget", "ID", "erase a person from the mirror, leaving a pseudonym and the proof",
            &forget_options, &forget},
    Command{"verify", "", "is the mirror complete, and the ledger unbroken?", &verify_options,
            &verify},
    Command{"status", "", "last run, how far each object is read, what is open", &status_options,
            &status},
    Command{"backup", "FILE", "a consistent copy of the mirror, while heed runs", &backup_options,
            &backup},
};

const Command* find(std::string_view name) {
  const auto* at = std::find_if(commands.begin(), commands.end(),
                                [name](const Command& each) { return each.name == name; });
  return at == commands.end() ? nullptr : at;
}

void print_overview(std::ostream& out) {
  out << "heed keeps a mirror of the privacy preferences in a CRM, and says who must be acted on,\n"
         "by when, under which rule and why.\n\n"
         "Usage: heed [--config FILE] COMMAND [options]\n\n";
  report::Table table({{"Command"}, {"What it does"}});
  for (const auto& each : commands) {
    std::string name(each.name);
    if (!each.operand.empty()) name += " " + std::string(each.operand);
    table.add({name, std::string(each.summary)});
  }
  table.print(out);
  out << "\nheed help COMMAND tells a command's options; heed --version the version.\n"
         "FILE defaults to $HEED_CONFIG, ./heed.toml, then /etc/heed/heed.toml.\n\n"
         "Exit codes: 0 done, 1 a finding, 2 usage, 3 configuration, 4 CRM not reachable or busy,\n"
         "5 login refused, 6 wrong answer, 7 storage, 8 incomplete or stale, 9 another heed holds\n"
         "the mirror, 130 interrupted.\n";
}

po::options_description options_of(const Command& command) {
  po::options_description described("Options");
  described.add_options()("config", po::value<std::string>()->value_name("FILE"),
                          "the configuration file")("help,h", "this text");
  command.options(described);
  return described;
}

void print_help(std::ostream& out, const Command& command) {
  out << "Usage: heed " << command.name << " [options]";
  if (!command.operand.empty()) out << " " << command.operand;
  out << "\n\n" << command.summary << "\n\n" << options_of(command);
}

/// Boost's complaint in heed's form, with the nearest known option.
Error usage_error(const Command& command, const po::error& error) {
  std::string text = "heed " + std::string(command.name) + ": " + error.what();
  if (const auto* unknown = dynamic_cast<const po::unknown_option*>(&error)) {
    std::vector<std::string> known;
    const auto described = options_of(command);
    for (const auto& option : described.options()) known.push_back(option->long_name());
    std::string word = unknown->get_option_name();
    word.resize(std::min(word.size(), word.find('=')));  // what was given to it may be a secret
    text = "heed " + std::string(command.name) + ": unrecognised option '" + word + "'";
    word.erase(0, word.find_first_not_of('-'));
    const auto meant = document::nearest(word, known);
    if (meant) text += "; did you mean --" + *meant + "?";
  }
  return {Kind::usage, text + " (heed help " + std::string(command.name) + ")"};
}

/// A script whose variable was not set gives an option nothing: to leave it out would select all.
void want_texts(const Command& command, const po::variables_map& given) {
  const auto described = options_of(command);
  for (const auto& option : described.options()) {
    const auto& name = option->long_name();
    if (option->semantic()->max_tokens() == 0 || !given.contains(name)) continue;
    const auto* text = boost::any_cast<std::string>(&given[name].value());
    if (text == nullptr || !text->empty() || given[name].defaulted()) continue;
    throw Error(Kind::usage, "heed " + std::string(command.name) + ": --" + name +
                                 " is empty; give it a value, or leave it out (heed help " +
                                 std::string(command.name) + ")");
  }
}

po::variables_map parse(const Command& command, const std::vector<std::string>& words) {
  po::options_description hidden;
  hidden.add(options_of(command));
  po::positional_options_description positional;
  if (!command.operand.empty()) {
    hidden.add_options()("operand", po::value<std::string>());
    positional.add("operand", 1);
    if (command.operand.find(' ') != std::string_view::npos) {
      hidden.add_options()("second-operand", po::value<std::string>());
      positional.add("second-operand", 1);
    }
  }
  po::variables_map given;
  try {
    po::store(po::command_line_parser(words).options(hidden).positional(positional).run(), given);
    po::notify(given);
  } catch (const po::error& error) {
    throw usage_error(command, error);
  }
  want_texts(command, given);
  return given;
}

int run_command(const Command& command, const std::vector<std::string>& words, World& world) {
  const auto given = parse(command, words);
  if (given.contains("help")) {
    print_help(world.out, command);
    return 0;
  }
  return command.run(world, given);
}

Error unknown_command(const std::string& name) {
  const auto meant = document::nearest(name, command_names());
  return {Kind::usage, "heed has no command '" + name + "'" +
                           (meant ? "; did you mean '" + *meant + "'?" : "") + " (heed help)"};
}

/// --config before the command is the command's own.
std::vector<std::string> command_first(std::vector<std::string> words) {
  if (words.size() >= 2 && words[0] == "--config") {
    if (words.size() >= 3) std::rotate(words.begin(), words.begin() + 2, words.begin() + 3);
  } else if (words.size() >= 2 && words[0].starts_with("--config=")) {
    std::swap(words[0], words[1]);
  }
  return words;
}

/// Help is the same with every configuration.
void drop_config(std::vector<std::string>& words) {
  for (auto at = words.begin(); at != words.end();) {
    const auto left = words.end() - at;
    if (*at == "--config") {
      at = words.erase(at, at + std::min<std::ptrdiff_t>(left, 2));
    } else {
      at = at->starts_with("--config=") ? words.erase(at) : at + 1;
    }
  }
}

int dispatch(const std::vector<std::string>& given, World& world) {
  auto words = command_first(given);
  if (!words.empty() && words[0] == "help") drop_config(words);
  if (words.empty() || words[0] == "--help" || words[0] == "-h" ||
      (words[0] == "help" && words.size() == 1)) {
    print_overview(words.empty() ? world.err : world.out);
    return words.empty() ? exit_code(Kind::usage) : 0;
  }
  if (words[0] == "--version") {
    world.out << "heed " << HEED_VERSION << "\n";
    return 0;
  }
  const bool help = words[0] == "help";
  const std::string& name = help ? words[1] : words[0];
  const Command* command = find(name);
  if (command == nullptr) throw unknown_command(name);
  if (help) {
    print_help(world.out, *command);
    return 0;
  }
  return run_command(*command, {words.begin() + 1, words.end()}, world);
}

}  // namespace

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const auto& each : commands) names.emplace_back(each.name);
  return names;
}

po::variables_map given_by(const std::vector<std::string>& words) {
  const Command* command = find(words.front());
  if (command == nullptr) throw unknown_command(words.front());
  return parse(*command, {words.begin() + 1, words.end()});
}

std::string operand_of(const po::variables_map& given) {
  return given.contains("operand") ? given["operand"].as<std::string>() : "";
}

std::string second_operand_of(const po::variables_map& given) {
  return given.contains("second-operand") ? given["second-operand"].as<std::string>() : "";
}

std::filesystem::path config_file(const World& world, const po::variables_map& given) {
  if (given.contains("config")) return given["config"].as<std::string>();
  if (const auto named = world.environment("HEED_CONFIG")) return *named;
  for (const auto* usual : {"heed.toml", "/etc/heed/heed.toml"}) {
    std::error_code unseen;
    if (std::filesystem::exists(usual, unseen)) return usual;
    if (!unseen) continue;
    // Passed over, the next would be taken in the place of one that was meant.
    throw Error(Kind::configuration, std::string(usual) + " cannot be looked at (" +
                                         unseen.message() +
                                         "); name the configuration with --config FILE, or run "
                                         "heed in a folder that this user may read");
  }
  return "heed.toml";
}

namespace {

int run_command_line(const std::vector<std::string>& arguments, World& world) {
  try {
    return dispatch(arguments, world);
  } catch (const Error& error) {
    world.err << "heed: " << error.what() << "\n";
    return exit_code(error.kind());
  } catch (const std::filesystem::filesystem_error& error) {
    world.err << "heed: " << error.path1().string() << " cannot be used (" << error.code().message()
              << "); let this user read and write there\n";
    return exit_code(Kind::storage);
  } catch (const std::exception& error) {
    world.err << "heed: an error inside heed (" << error.what() << "); please report it\n";
    return exit_code(Kind::storage);
  }
}

/// Half a report looks like a whole one to whoever gets it, so that it ended short is an error of
/// the command. A reader who has closed a pipe has read enough, and wants to hear nothing.
int finish_output(World& world, int code) {
  errno = 0;
  const bool flushed = world.out.rdbuf()->pubsync() == 0;
  const int cause = errno;
  if ((flushed && world.out) || cause == EPIPE) return code;
  world.err << "heed: standard output cannot be written"
            << (cause != 0 ? " (" + std::string(std::strerror(cause)) + ")" : std::string())
            << ", and what was to be said there is not whole; make room, or send it elsewhere, and "
               "ask again (what the command has done stands)\n";
  return code == 0 ? exit_code(Kind::storage) : code;
}

}  // namespace

int run(const std::vector<std::string>& arguments, World& world) {
  return finish_output(world, run_command_line(arguments, world));
}

}  // namespace heed::cli
