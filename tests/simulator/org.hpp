#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/table.hpp"

namespace heed::simulated {

/// The app by which OAuth lets a client in. A grant whose secret is empty is closed.
struct App {
  std::string client_id = "heed-app";
  std::string client_secret{};  ///< for client credentials
  std::string refresh_token{};  ///< the one that a person has authorised
  bool rotates = true;          ///< each use of a refresh token spends it
  std::string public_key{};     ///< PEM: of the key that signs assertions
};

/// What an org is made of.
struct OrgOptions {
  std::uint32_t individuals = 20;  ///< as many Contacts, and Leads and Accounts in proportion
  std::uint64_t seed = 1;
  Moment now{std::chrono::seconds{1'772'442'000}};  ///< 2026-03-02T09:00:00Z, a Monday
  std::string user = "heed@example.org";
  std::string password = "correct-horse";
  std::string oauth_token{};  ///< accepted as a session as well; empty: none
  App app{};
  bool with_individual = true;      ///< the setting "Data Protection and Privacy"
  bool with_consents = false;       ///< consents, contact points and purposes, which want it, too
  std::size_t largest_page = 2000;  ///< the CRM may send smaller pages than asked for
};

using Fields = std::vector<std::pair<std::string, Value>>;

/// A row that getDeleted knows of.
struct Deleted {
  Id id;
  Moment at;
  bool emptied = false;  ///< out of the recycle bin, not yet purged
  Moment purge_at{};     ///< when the CRM gets round to purging it
};

/// The org's state, and what people and the CRM itself do to it. Its clock is its own: only
/// advance(), advance_to() and set_clock() move it. Not thread-safe; the service that shares one
/// guards it.
///
/// A call with an id or name that is not there throws std::invalid_argument: a test or story that
/// is wrong should stop.
class Org {
 public:
  explicit Org(OrgOptions options = {});

  const OrgOptions& options() const { return options_; }
  Id organization() const { return organization_; }
  Id user() const { return user_; }

  Moment now() const { return now_; }
  void advance(std::chrono::seconds by) { advance_to(now_ + by); }
  /// Late commits and purges that fall due on the way happen in their order.
  void advance_to(Moment moment);
  /// The CRM's clock is set, forwards or backwards; nothing falls due by that.
  void set_clock(Moment moment) { now_ = moment; }

  /// The table of an object, its name in any letter case; null when there is no such object, or the
  /// integration user may not see it.
  const Table* visible(std::string_view object) const;
  bool field_visible(const ObjectInfo& info, const FieldInfo& field) const;
  /// Whether a query may filter by it, as far as an administrator goes.
  bool may_filter(const ObjectInfo& info, const FieldInfo& field) const;
  /// The table of an object, whoever may see it.
  Table& table(std::string_view object);
  const Table& table(std::string_view object) const;
  bool has_object(std::string_view object) const;
  /// The table that the id's prefix tells; null when there is none.
  Table* table_of(const Id& id);
  Pool& pool() { return pool_; }

  /// The id of the object's row `number`, counted from 1 in the order of ids.
  Id nth(std::string_view object, std::uint32_t number) const;
  /// A field's value now, whoever may see it.
  Value value(const Id& id, std::string_view field) const;

  // What people do. Each stamps what it touches with now (or a late commit's own moment).
  Id create(std::string_view object, const Fields& fields);
  /// Leaves history rows of tracked fields. The Account and the Contact of a person account change
  /// together. Unchanged values still move the stamp, as in the CRM.
  void update(const Id& id, const Fields& fields);
  void remove(const Id& id);
  /// A formula of the record, live or in the bin, has another result, because something that it
  /// looks at has changed: no stamp moves, and no history row tells of it.
  void calculate(const Id& id, std::string_view field, const Value& value);
  void undelete(const Id& id);
  /// Out of the recycle bin; queryAll returns it for another 24 hours.
  void empty_bin(const Id& id);
  /// Gone at once, whatever the bin's rules.
  void purge(const Id& id);
  /// Losers go to the bin with MasterRecordId; their children point to the master; the most
  /// recently modified Individual of Contacts and Leads wins.
  void merge(const Id& master, const std::vector<Id>& losers);
  /// Returns the Contact: a new one unless `into` is given.
  Id convert(const Id& lead, std::optional<Id> into = std::nullopt);

  /// Does `work` at `visible_at` with everything stamped `stamp`. With `holds`, getUpdated and
  /// getDeleted answer no further than `stamp` until then.
  void late(Moment stamp, Moment visible_at, std::function<void(Org&)> work, bool holds = false);
  /// The latest moment that everything before is known to be committed: the oldest transaction that
  /// holds, else `end`.
  Moment covered(Moment end) const;

  // What an administrator does.
  void hide_object(std::string_view object, bool hidden = true);
  void hide_field(std::string_view object, std::string_view field, bool hidden = true);
  void hide_row(const Id& id, bool hidden = true);
  /// From now on no query may filter or sort by the field.
  void forbid_filter(std::string_view object, std::string_view field, bool forbidden = true);
  /// Gives a field another of the CRM's types, a literal. What its values say is kept as far as the
  /// new type can say it; no stamp moves.
  void retype(std::string_view object, std::string_view field, std::string_view type);
  /// Changes of the field leave no history rows any more.
  void stop_tracking(std::string_view object, std::string_view field);
  void disable_individual(bool disabled = true) { without_individual_ = disabled; }
  bool individual_disabled() const { return without_individual_; }
  /// From now on `operation` is refused with `code` where what it asks for has `part` in it, as
  /// "FROM Contact " or "Contact"; an empty code takes that back.
  void refuse(const std::string& operation, const std::string& part, const std::string& code);
  /// The code that a request is refused with; empty where it is not.
  std::string refusal_of(std::string_view operation, std::string_view asked) const;
  void expire_sessions() { ++session_epoch_; }
  void expire_locators() { ++locator_epoch_; }
  std::uint64_t session_epoch() const { return session_epoch_; }
  std::uint64_t locator_epoch() const { return locator_epoch_; }

  /// Rows of `object` that were deleted, oldest first, purged ones among them.
  std::vector<Deleted> deleted(std::string_view object) const;
  /// Before this moment the delete log is not whole.
  Moment delete_log_begins() const { return log_begins_; }
  void lose_delete_log_before(Moment moment) { log_begins_ = moment; }

  // The daily allowance of API calls.
  void count_call();
  /// In the last 24 hours, counted by whole hours.
  std::int64_t calls_used() const;
  std::int64_t calls_allowed() const { return calls_allowed_; }
  void allow_calls(std::int64_t limit) { calls_allowed_ = limit; }

 private:
  struct Late {
    Moment stamp;
    std::function<void(Org&)> work;
    bool holds;
  };
  struct Place {
    Table* table;
    std::uint32_t row;
  };

  Moment stamping() const { return late_stamp_.value_or(now_); }
  Place place(const Id& id);
  Place live(const Id& id);
  void touch(const Place& at);
  void set(const Place& at, std::size_t column, Pool::Cell cell);
  bool tracks(const ObjectInfo& info, const FieldInfo& field) const;
  void track(const Place& at, std::size_t column, Pool::Cell cell);
  void write(const Place& at, const Fields& fields);
  std::optional<Place> twin(const Place& at);
  void write_twin(const Place& at, const Fields& fields);
  void bin(const Place& at);
  void reparent(const Id& from, const Id& to);
  void take_individual(const Place& master, const std::vector<Id>& losers);
  void purge_due(Moment moment);
  void forget(std::map<Id, Deleted>::iterator entry);

  OrgOptions options_;
  Pool pool_;
  std::vector<std::unique_ptr<Table>> tables_;
  Id organization_;
  Id user_;
  Moment now_;
  std::optional<Moment> late_stamp_;
  std::multimap<Moment, Late> late_;
  std::map<Id, Deleted> deleted_;
  Moment log_begins_{};
  std::set<std::string> hidden_;      ///< "Object" or "Object.Field"
  std::set<std::string> unfiltered_;  ///< "Object.Field"
  std::set<std::string> untracked_;   ///< "Object.Field", in small letters
  /// Operation, part, code.
  std::map<std::pair<std::string, std::string>, std::string> refused_;
  bool without_individual_ = false;
  std::uint64_t session_epoch_ = 0;
  std::uint64_t locator_epoch_ = 0;
  std::map<std::chrono::sys_time<std::chrono::hours>, std::int64_t> calls_;
  std::int64_t calls_allowed_ = 100'000;
};

}  // namespace heed::simulated
