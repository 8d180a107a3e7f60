#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/faulty_vfs.hpp"
#include "support/mischief.hpp"
#include "support/office.hpp"
#include "support/reckoned.hpp"
#include "support/truth.hpp"

// Random orgs and stories against random faults of the CRM and the disk. HEED_TORTURE_SEED=N plays
// the round of that seed alone, as a failure names it; HEED_TORTURE_SECONDS=N goes on for so long.

using heed::support::Dice;
using heed::support::FaultyVfs;
using heed::support::Mischief;
using heed::support::Office;
using heed::support::Sabotage;
using heed::support::Truth;

namespace {

std::optional<std::uint64_t> asked(const char* name) {
  const char* const text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  return std::stoull(text);
}

std::string lines(const std::vector<std::string>& list) {
  std::string text;
  for (const auto& line : list) text += line + "\n";
  return text;
}

/// The lines that one has and the other has not: a whole state is too much to be read.
std::string difference(const std::string& before, const std::string& after) {
  std::map<std::string, int> count;
  const auto add = [&count](const std::string& text, int step) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) count[line] += step;
  };
  add(before, -1);
  add(after, 1);
  std::string found;
  for (const auto& [line, number] : count) {
    if (number != 0) found += (number < 0 ? "- " : "+ ") + line + "\n";
  }
  return found;
}

struct Figures {
  std::int64_t runs = 0, broken = 0, faults = 0, acts = 0, steps = 0;
};

heed::simulated::OrgOptions random_org(Dice& dice) {
  heed::simulated::OrgOptions options;
  options.individuals = static_cast<std::uint32_t>(4 + dice.roll(16));
  options.seed = dice.roll(1'000'000);
  options.largest_page = 2 + dice.roll(12);
  options.with_individual = !dice.one_in(12);
  return options;
}

/// Forwards or backwards: a little, as a clock that is set right, or a lot.
std::chrono::seconds random_step(Dice& dice) {
  const auto size = static_cast<std::int64_t>(dice.roll(dice.one_in(3) ? 300'000 : 900));
  return std::chrono::seconds(dice.one_in(2) ? size : -size);
}

/// One org's life with an office that looks at it now and then.
class Round {
 public:
  Round(std::uint64_t seed, Figures& figures)
      : dice_(seed),
        office_(random_org(dice_)),
        truth_(office_.crm.org()),
        mischief_(office_.crm.org(), truth_, seed + 1),
        sabotage_(office_.crm, disk_, seed + 2),
        clockwork_(seed + 3),
        figures_(figures) {
    storage_.vfs = disk_.name();
    office_.config.more_fields["Contact"] = {"Member_Level__c", "Household_Opt_Out__c"};
    office_.tune = [this](heed::sync::Options& options) { tune(options); };
    office_.machine = [this](heed::support::ManualClock& clock) {
      if (busy_) meanwhile();
      if (!clockwork_.one_in(25)) return;
      clock.advance(random_step(clockwork_));
      ++figures_.steps;
    };
  }

  void play() {
    for (int look = 0; look < 8; ++look) {
      for (auto acts = dice_.roll(12); acts > 0; --acts) {
        mischief_.something();
        ++figures_.acts;
      }
      office_.config.crm.retries = static_cast<int>(dice_.roll(3));
      if (dice_.one_in(3)) office_.skew = random_step(dice_);
      range_ = static_cast<std::int64_t>(3 + dice_.roll(60));
      disturbed();
      undisturbed();
    }
    mischief_.show_everything();
    undisturbed();
    nothing_is_left_to_do();
    figures_.faults += sabotage_.done();
  }

 private:
  void tune(heed::sync::Options& options) const {
    options.load_range = range_;
    options.history = history_;
    options.reconcile = comparing_;
    for (auto& wanted : options.objects) {
      if (wanted.object == "Contact") wanted.tracked.emplace_back("Household_Opt_Out__c");
    }
  }

  /// People are at work in the CRM between any two requests, now much and now not at all.
  void meanwhile() {
    while (clockwork_.roll(100) < busy_) {
      mischief_.meanwhile();
      ++figures_.acts;
    }
  }

  void disturbed() {
    for (auto tries = dice_.roll(4); tries > 0; --tries) {
      sabotage_.order();
      ++figures_.runs;
      comparing_ = dice_.one_in(6);
      busy_ = dice_.one_in(2) ? dice_.roll(60) : 0;
      try {
        office_.sync(storage_, dice_.one_in(10));
      } catch (const heed::Error&) {
        ++figures_.broken;
      }
      busy_ = 0;
      if (dice_.one_in(3)) mischief_.something();
    }
    sabotage_.stop();
  }

  void undisturbed() {
    ++figures_.runs;
    comparing_ = mischief_.uncovered();
    const auto report = office_.sync(storage_);
    if (comparing_ && report.compared.contains("Contact")) mischief_.compared();
    std::vector<std::string> stopped;
    for (const auto& finding : report.findings) stopped.push_back(finding.object);
    auto database = office_.open();
    const heed::mirror::Mirror mirror(database);
    const std::string story = lines(mischief_.story());
    INFO(story);
    REQUIRE(lines(truth_.differences(mirror, stopped)) == "");
    REQUIRE(lines(truth_.untruths(mirror, stopped)) == "");
    REQUIRE(lines(mirror.dangling()) == "");
    const heed::ledger::Ledger ledger(database, "");
    REQUIRE(heed::support::wrong_sums(ledger, office_.crm.org().now()) == "");
  }

  void nothing_is_left_to_do() {
    const std::string story = lines(mischief_.story());
    INFO(story);
    // Where neither a comparison nor a later change shows that a record was hidden for a time, only
    // reading and comparing all finds what was told of it meanwhile.
    comparing_ = true;
    if (mischief_.hid_records()) office_.sync(storage_, true);
    comparing_ = false;
    const std::string before = office_.state();
    office_.sync(storage_);
    REQUIRE(difference(before, office_.state()) == "");
    comparing_ = true;
    const auto report = office_.sync(storage_, true);
    for (const auto& [object, compared] : report.compared) CHECK(compared.reread == 0);
    REQUIRE(difference(before, office_.state()) == "");
  }

  Dice dice_;
  FaultyVfs disk_;
  heed::store::Options storage_;
  Office office_;
  Truth truth_;
  Mischief mischief_;
  Sabotage sabotage_;
  Dice clockwork_;
  std::int64_t range_ = 50'000;
  bool history_ = !dice_.one_in(4);
  std::uint64_t busy_ = 0;  ///< how likely somebody acts before a request, of a hundred
  bool comparing_ = false;  ///< the next run compares all ids
  Figures& figures_;
};

}  // namespace

TEST_CASE("whatever happens in the CRM, and whatever breaks, the mirror ends up as the CRM is",
          "[scenario][torture]") {
  constexpr std::uint64_t usual_rounds = 12;
  const auto seconds = std::chrono::seconds(asked("HEED_TORTURE_SECONDS").value_or(0));
  const auto only = asked("HEED_TORTURE_SEED");
  const auto end = std::chrono::steady_clock::now() + seconds;
  Figures figures;
  std::uint64_t seed = only.value_or(1);
  std::uint64_t rounds = 0;
  for (;;) {
    INFO("HEED_TORTURE_SEED=" << seed);
    Round(seed, figures).play();
    ++rounds;
    ++seed;
    if (only && seconds.count() == 0) break;
    if (seconds.count() > 0 ? std::chrono::steady_clock::now() >= end : rounds >= usual_rounds) {
      break;
    }
  }
  if (seconds.count() > 0) {
    std::cerr << rounds << " rounds to seed " << seed - 1 << ", " << figures.acts << " acts, "
              << figures.runs << " runs, " << figures.faults << " faults, " << figures.broken
              << " runs broken, " << figures.steps << " clock steps\n";
  }
}
