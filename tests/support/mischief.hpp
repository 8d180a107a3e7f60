#pragma once

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "simulator/simulator.hpp"
#include "support/faulty_vfs.hpp"
#include "support/truth.hpp"

namespace heed::support {

/// Numbers that one seed decides.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t roll(std::uint64_t sides) { return engine_() % sides; }
  bool one_in(std::uint64_t sides) { return roll(sides) == 0; }
  template <class List>
  const auto& pick(const List& list) {
    return list[roll(list.size())];
  }

 private:
  std::mt19937_64 engine_;
};

/// Random things that people, the CRM and its administrators do, each told to the truth.
class Mischief {
 public:
  Mischief(simulated::Org& org, Truth& truth, std::uint64_t seed)
      : org_(org), truth_(truth), dice_(seed) {}

  /// Does one thing, or lets some time pass.
  void something();

  /// What people do while a run is under way: a record edited, created, or deleted, in the second
  /// that it is or after it.
  void meanwhile();

  /// Shows again all that was hidden.
  void show_everything();

  /// Whether any record was out of the user's sight for a time.
  bool hid_records() const { return !once_hidden_.empty(); }

  /// Whether Contacts came into sight whose stamps do not say so: a comparison of all ids alone
  /// finds them. Until one was done.
  bool uncovered() const { return uncovered_; }
  void compared() { uncovered_ = false; }

  /// What was done, a line each, oldest first.
  const std::vector<std::string>& story() const { return story_; }

 private:
  void tell(const std::string& line);
  void pass(std::chrono::seconds span);
  void wait();
  void edit();
  void bulk();
  void create();
  void remove();
  void restore_or_purge();
  void merge();
  void convert();
  void late();
  void administer();
  void hide_field();
  void hide_object();
  void hide_row();
  void show_row();
  void calculate();
  void retype();
  std::optional<Id> somebody(std::string_view object);
  bool person_account(const Id& id) const;

  simulated::Org& org_;
  Truth& truth_;
  Dice dice_;
  std::set<Id> pending_;  ///< records that a transaction under way has locked
  Moment until_{};        ///< and when the last such transaction ends
  std::vector<Id> binned_;
  std::set<std::string> hidden_;
  std::set<std::string> hidden_objects_;
  std::set<Id> hidden_rows_;
  std::set<Id> once_hidden_;  ///< rows
  std::set<Id> calculated_;   ///< records whose formulas have changed
  bool uncovered_ = false;
  std::vector<std::string> story_;
};

/// Orders random faults of the CRM among the next requests, and of the disk among the next writes.
class Sabotage {
 public:
  Sabotage(simulated::Simulator& crm, FaultyVfs& disk, std::uint64_t seed)
      : crm_(crm), disk_(disk), dice_(seed) {}

  void order();
  /// Takes back what has not come about.
  void stop();

  /// Faults that have come about.
  std::int64_t done() const { return done_; }

 private:
  simulated::Fault random_fault();

  simulated::Simulator& crm_;
  FaultyVfs& disk_;
  Dice dice_;
  std::set<std::size_t> planned_;
  std::int64_t done_ = 0;
};

}  // namespace heed::support
