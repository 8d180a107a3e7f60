#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/mirror.hpp"
#include "heed/store.hpp"

/// Small pages and a mirror to record them in.
namespace heed::support {

/// The `number`-th id of the object with this prefix.
Id make_id(std::string_view prefix, int number);

/// 2026-11-25 at `text`, "HH:MM:SS", in UTC.
Moment at(std::string_view text);

/// Individual: Name, CreatedDate, SystemModstamp, HasOptedOutSolicit and ShouldForget (both
/// tracked), MasterRecordId (tracked).
Shape individual_shape();

/// Contact: LastName, CreatedDate, HasOptedOutOfEmail (tracked), IndividualId and MasterRecordId
/// (tracked), Score (a number), and a stamp that is no field of the page.
Shape contact_shape();

inline constexpr std::string_view person_prefix = "0PK";
inline constexpr std::string_view contact_prefix = "003";

/// One Individual to be put in a page.
struct Person {
  int number = 1;
  std::string stamp = "10:00:00";
  Value solicit = false;
  Value forget = false;
  std::string name = "Ann";
  std::optional<int> master = {};
  Standing standing = Standing::live;
  std::optional<std::string> created = "08:00:00";
  Id id() const { return make_id(person_prefix, number); }
};

/// One Contact to be put in a page.
struct Card {
  int number = 1;
  std::string stamp = "10:00:00";
  Value no_email = false;
  std::optional<int> person = {};
  std::optional<int> master = {};
  Value score = Null{};
  Standing standing = Standing::live;
  std::optional<Id> other_id = {};  ///< in the place of the numbered one
  Id id() const { return other_id ? *other_id : make_id(contact_prefix, number); }
};

Page page_of(const std::vector<Person>& people);
Page page_of(const std::vector<Card>& cards);

/// A mirror of both objects.
struct Mirrored {
  explicit Mirrored(store::Database opened = store::Database::in_memory());

  mirror::Tally record(const std::vector<Person>& people, const mirror::Reading& reading);
  mirror::Tally record(const std::vector<Card>& cards, const mirror::Reading& reading);

  store::Database database;
  mirror::Mirror mirror;
};

/// The reading of a first load, and one of a later window after `known_until`.
mirror::Reading first_load();
mirror::Reading later(std::string_view known_until = "09:00:00");

}  // namespace heed::support
