#include "cli/heads.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>

#include "heed/error.hpp"
#include "heed/time/text.hpp"
#include "heed/vault.hpp"

namespace heed::cli {

namespace {

constexpr std::string_view lost_word = "lost ";
constexpr std::string_view accepted_word = "accepted ";
constexpr std::string_view none_recorded = "none";

[[noreturn]] void fail_to_read(const config::Config& config, int cause) {
  throw Error(Kind::storage, config.head_file().string() + ": cannot be read (" +
                                 std::strerror(cause) +
                                 "), and it says how far the ledger goes; run heed as the user "
                                 "to whom the mirror belongs, or put it back from a backup");
}

/// The lines of the file; the first is the head. No line where there is no file: one that cannot be
/// read is there.
std::vector<std::string> lines_there(const config::Config& config) {
  errno = 0;
  std::ifstream in(config.head_file(), std::ios::binary);
  if (!in && errno == ENOENT) return {};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  if (!in.is_open() || in.bad()) fail_to_read(config, errno);
  if (lines.empty()) lines.emplace_back();
  return lines;
}

std::string damage_of(const config::Config& config, const std::vector<std::string>& lines) {
  if (lines.empty() || ledger::Ledger::is_head(lines.front())) return {};
  return config.head_file().string() +
         ": its first line is no head of a ledger, so nothing shows whether the ledger's end is "
         "whole; put the file back from a backup, or move it away if there is none, and say why "
         "with heed sync --accept-lost REASON";
}

/// The same, with an empty head where none is recorded. What is no head is not one that the ledger
/// has lost.
std::vector<std::string> lines_of(const config::Config& config) {
  auto lines = lines_there(config);
  if (const auto damage = damage_of(config, lines); !damage.empty()) {
    throw Error(Kind::storage, damage);
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

void write(const config::Config& config, const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  vault::write_whole(config.head_file(), text);
}

/// What stands in "lost MOMENT WENT-ON-FROM HEAD": what is told of it.
std::string words_for(const config::Config& config, const std::string& line) {
  std::istringstream in(line.substr(lost_word.size()));
  std::string at;
  std::string from;
  std::string head;
  in >> at >> from >> std::ws;
  std::getline(in, head);
  const auto file = config.head_file().string();
  std::string text = "the ledger goes on from event " + from + " since " + at + ", and ";
  if (head == none_recorded) {
    text += file + " was not there to show that its end is whole";
  } else if (!ledger::Ledger::is_head(head)) {
    text += file + " had recorded no head that can be read, to show that its end is whole";
  } else {
    std::istringstream words(head);
    std::string mark;
    std::string version;
    std::string count;
    words >> mark >> version >> count;
    text += "event " + count + " that " + file +
            " had recorded is not in it: its end was cut off, or an older copy of the mirror was "
            "put back, and what was done since then is lost";
  }
  return text +
         "; put the newer mirror back, or say why with heed sync --accept-lost REASON (heed does "
         "not tell again then, and the file keeps it)";
}

}  // namespace

namespace {

/// Whether the ledger goes on from `recorded`; an empty one needs no head to go on from.
bool goes_on(const ledger::Ledger& ledger, const std::string& recorded) {
  return recorded.empty() ? ledger.head().count == 0 : ledger.follows(recorded);
}

std::string lost_line(const ledger::Ledger& ledger, const std::string& recorded, Moment now) {
  return std::string(lost_word) + to_text(now) + " " + std::to_string(ledger.head().count) + " " +
         (recorded.empty() ? std::string(none_recorded) : recorded);
}

std::vector<std::string> told_of(const config::Config& config,
                                 const std::vector<std::string>& lines) {
  std::vector<std::string> told;
  for (const auto& line : lines) {
    if (line.starts_with(lost_word)) told.push_back(words_for(config, line));
  }
  return told;
}

}  // namespace

std::string recorded_head(const config::Config& config) {
  return lines_of(config).front();
}

std::string damage_of_head(const config::Config& config) {
  return damage_of(config, lines_there(config));
}

void write_head(const config::Config& config, const ledger::Ledger& ledger) {
  auto lines = lines_of(config);
  lines.front() = ledger.head_text();
  write(config, lines);
}

void settle_head(const World& world, const config::Config& config, const ledger::Ledger& ledger) {
  auto lines = lines_of(config);
  if (goes_on(ledger, lines.front())) {
    if (lines.front().empty()) write_head(config, ledger);
    return;
  }
  lines.push_back(lost_line(ledger, lines.front(), world.clock.now()));
  world.err << "heed: " << words_for(config, lines.back()) << "\n";
  lines.front() = ledger.head_text();
  write(config, lines);
}

std::vector<std::string> lost_ends(const config::Config& config) {
  return told_of(config, lines_of(config));
}

Heads heads_of(const config::Config& config) {
  try {
    const auto lines = lines_of(config);
    return {lines.front(), told_of(config, lines)};
  } catch (const Error& error) {
    return {std::nullopt, {error.what()}};
  }
}

std::vector<std::string> lost_ends(const config::Config& config, const Heads& heads,
                                   const ledger::Ledger& ledger, Moment now) {
  auto lost = heads.lost;
  if (heads.recorded && !goes_on(ledger, *heads.recorded)) {
    lost.push_back(words_for(config, lost_line(ledger, *heads.recorded, now)));
  }
  return lost;
}

void accept_lost_ends(const World& world, const config::Config& config, const std::string& reason) {
  if (reason.find_first_not_of(" \t") == std::string::npos) {
    throw Error(Kind::usage,
                "--accept-lost wants the reason, as --accept-lost \"disk failed, the "
                "backup of Monday was put back\"");
  }
  auto lines = lines_of(config);
  std::string one_line = reason;
  std::replace(one_line.begin(), one_line.end(), '\n', ' ');
  const std::string accepted(accepted_word);
  bool any = false;
  for (auto& line : lines) {
    if (!line.starts_with(lost_word)) continue;
    any = true;
    line.insert(0, accepted + to_text(world.clock.now()) + " by " + world.user + ", ");
    line.append(": ").append(one_line);
  }
  if (!any) {
    throw Error(Kind::usage,
                "the ledger has lost nothing, so there is nothing to be accepted; "
                "leave --accept-lost out");
  }
  write(config, lines);
}

}  // namespace heed::cli
