#pragma once

#include <boost/program_options.hpp>
#include <filesystem>
#include <string_view>

#include "heed/cli.hpp"

namespace heed::cli {

/// One command: a row of the table that gives dispatch, help and completion.
struct Command {
  std::string_view name;
  std::string_view operand;  ///< as help shows it, "[DIR]"; empty when it takes none
  std::string_view summary;
  void (*options)(boost::program_options::options_description& described);
  int (*run)(World& world, const boost::program_options::variables_map& given);
};

/// The names of all commands, in the order of the help.
std::vector<std::string> command_names();

/// What a command line gives: its command, then options and operands, read as run() reads them.
/// Throws Error(usage) where run() would refuse it for a word that the command does not take.
boost::program_options::variables_map given_by(const std::vector<std::string>& words);

/// The configuration file of this call: --config, else $HEED_CONFIG, ./heed.toml,
/// /etc/heed/heed.toml, the first that is there.
std::filesystem::path config_file(const World& world,
                                  const boost::program_options::variables_map& given);

/// The operand, under the name that the parser gives it; empty when there is none.
std::string operand_of(const boost::program_options::variables_map& given);

/// The same, of the second operand.
std::string second_operand_of(const boost::program_options::variables_map& given);

// The commands, each in a file of its own name.
void init_options(boost::program_options::options_description& described);
int init(World& world, const boost::program_options::variables_map& given);
void check_options(boost::program_options::options_description& described);
int check(World& world, const boost::program_options::variables_map& given);
void sync_options(boost::program_options::options_description& described);
int sync(World& world, const boost::program_options::variables_map& given);
void due_options(boost::program_options::options_description& described);
int due(World& world, const boost::program_options::variables_map& given);
void people_options(boost::program_options::options_description& described);
int people(World& world, const boost::program_options::variables_map& given);
void show_options(boost::program_options::options_description& described);
int show(World& world, const boost::program_options::variables_map& given);
void explain_options(boost::program_options::options_description& described);
int explain(World& world, const boost::program_options::variables_map& given);
void received_options(boost::program_options::options_description& described);
int received(World& world, const boost::program_options::variables_map& given);
void acknowledge_options(boost::program_options::options_description& described);
int acknowledge(World& world, const boost::program_options::variables_map& given);
void done_options(boost::program_options::options_description& described);
int done(World& world, const boost::program_options::variables_map& given);
void extend_options(boost::program_options::options_description& described);
int extend(World& world, const boost::program_options::variables_map& given);
void pause_options(boost::program_options::options_description& described);
int pause(World& world, const boost::program_options::variables_map& given);
void resume_options(boost::program_options::options_description& described);
int resume(World& world, const boost::program_options::variables_map& given);
void refuse_options(boost::program_options::options_description& described);
int refuse(World& world, const boost::program_options::variables_map& given);
void reopen_options(boost::program_options::options_description& described);
int reopen(World& world, const boost::program_options::variables_map& given);
void note_options(boost::program_options::options_description& described);
int note(World& world, const boost::program_options::variables_map& given);
void schedule_options(boost::program_options::options_description& described);
int schedule(World& world, const boost::program_options::variables_map& given);
void calendar_options(boost::program_options::options_description& described);
int calendar(World& world, const boost::program_options::variables_map& given);
void verify_options(boost::program_options::options_description& described);
int verify(World& world, const boost::program_options::variables_map& given);
void status_options(boost::program_options::options_description& described);
int status(World& world, const boost::program_options::variables_map& given);
void backup_options(boost::program_options::options_description& described);
int backup(World& world, const boost::program_options::variables_map& given);
void forget_options(boost::program_options::options_description& described);
int forget(World& world, const boost::program_options::variables_map& given);

}  // namespace heed::cli
