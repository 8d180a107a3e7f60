#include "people.hpp"

#include <algorithm>
#include <map>

#include "consents.hpp"
#include "evidence.hpp"
#include "steer.hpp"

namespace heed::ledger {

namespace {

constexpr std::string_view account_to_contact = "PersonContactId";

/// Fills in what the ledger has of the group's records.
void know_members(store::Database& database, Dossier& dossier, const mirror::Ref& asked) {
  for (const auto& record : dossier.group.members) {
    Member member;
    member.record = record;
    if (!dossier.stranger) member.subject = find_subject(database, record);
    if (member.subject) member.duties = duties_of(database, member.subject->number);
    // Of a group too large to be known whole, only the record that was asked for is judged.
    member.judged = dossier.group.whole || record == asked;
    dossier.members.push_back(std::move(member));
  }
}

std::optional<Moment> purged_since(std::span<const Change> changes) {
  std::optional<Moment> since;
  for (const auto& change : changes) {
    if (change.field != mirror::standing_field) continue;
    if (change.new_value == to_text(Standing::purged)) {
      since = change.until;
    } else {
      since.reset();
    }
  }
  return since;
}

bool has_duty(const Dossier& dossier, const policy::Wish& wish) {
  for (const auto& member : dossier.members) {
    if (member.record.id != *wish.id) continue;
    return std::any_of(member.duties.begin(), member.duties.end(), [&wish](const Duty& duty) {
      return duty.field == wish.field && duty.change == wish.change;
    });
  }
  return false;
}

/// Of two wishes that are one, the one to leave out: the Contact's, unless it alone has duties.
/// Both stay where both have, since nothing closes by itself.
std::optional<std::size_t> double_of(const Dossier& dossier, std::size_t account,
                                     std::size_t contact) {
  if (!has_duty(dossier, dossier.wished[contact].wish)) return contact;
  if (!has_duty(dossier, dossier.wished[account].wish)) return account;
  return std::nullopt;
}

void drop_doubles(Dossier& dossier, Id account, Id contact) {
  auto& wished = dossier.wished;
  std::vector<bool> dropped(wished.size());
  for (std::size_t a = 0; a < wished.size(); ++a) {
    for (std::size_t c = 0; c < wished.size(); ++c) {
      if (*wished[a].wish.id != account || *wished[c].wish.id != contact) continue;
      if (wished[a].wish.preference != wished[c].wish.preference) continue;
      if (dropped[a] || dropped[c] || !overlap(wished[a], wished[c])) continue;
      if (const auto one = double_of(dossier, a, c)) dropped[*one] = true;
    }
  }
  std::vector<Wished> kept;
  for (std::size_t i = 0; i < wished.size(); ++i) {
    if (!dropped[i]) kept.push_back(std::move(wished[i]));
  }
  wished = std::move(kept);
}

/// The Account and the Contact of a person account are one record for wishes.
void join_person_accounts(const mirror::Mirror& mirror, Dossier& dossier) {
  for (const auto& account : dossier.members) {
    if (account.record.object != "Account") continue;
    for (const auto& link : mirror.links_of(account.record.id)) {
      if (link.field != account_to_contact || link.from != account.record.id || link.ended)
        continue;
      drop_doubles(dossier, link.from, link.to);
    }
  }
}

/// A wish that field history tells of, and that was over before heed first looked, stood before
/// heed was. One that was not over stood only if heed found it set then: else its row was committed
/// late, and it is news. So is one that was made after heed began to look, though the load found it
/// set.
void know_standing(std::optional<Moment> loaded, std::vector<Wished>& wishes) {
  if (!loaded) return;
  for (auto& each : wishes) {
    auto& wish = each.wish;
    if (wish.how != How::history) continue;
    if (each.over && *each.over <= *loaded) wish.standing = true;
    if (made_since(wish, loaded)) wish.standing = false;
  }
}

void know_consents(const Lookup& lookup, const mirror::Ref& record, std::span<const Change> changes,
                   Moment now, Dossier& dossier) {
  for (const auto& mapping : lookup.grounds().preferences.mappings()) {
    if (!mapping.terms || mapping.object != record.object) continue;
    auto stated = stated_by(lookup, record, changes, mapping, now);
    know_standing(lookup.loaded(record.object), stated.wishes);
    std::move(stated.wishes.begin(), stated.wishes.end(), std::back_inserter(dossier.wished));
    dossier.turns.emplace_back(record, stated.turn);
  }
}

void know_wishes_of(Member& member, const Lookup& lookup, std::span<const Change> changes,
                    Moment now, Dossier& dossier) {
  member.purged = purged_since(changes);
  if (!member.judged) return;
  const auto loaded = lookup.loaded(member.record.object);
  auto wishes = wishes_of(changes, lookup.grounds().preferences, loaded);
  know_standing(loaded, wishes);
  std::move(wishes.begin(), wishes.end(), std::back_inserter(dossier.wished));
  know_consents(lookup, member.record, changes, now, dossier);
  member.noted = noted_in(changes, member.record.object, lookup.grounds().options);
}

void know_wishes(const Lookup& lookup, const mirror::Ref& asked,
                 const std::optional<std::span<const Change>>& of_asked, Moment now,
                 Dossier& dossier) {
  const auto& mirror = lookup.mirror();
  for (auto& member : dossier.members) {
    if (of_asked && member.record == asked) {
      know_wishes_of(member, lookup, *of_asked, now, dossier);
    } else {
      know_wishes_of(member, lookup, mirror.changes({&member.record.id, 1}), now, dossier);
    }
  }
  if (!dossier.wished.empty()) join_person_accounts(mirror, dossier);
}

void know_receipts(store::Database& database, Dossier& dossier) {
  for (const auto& member : dossier.members) {
    if (!member.subject || member.duties.empty()) continue;
    for (auto& receipt : receipts_of(database, member.subject->number)) {
      for (auto& wished : dossier.wished) {
        if (*wished.wish.id != member.record.id || wished.wish.field != receipt.field ||
            wished.wish.change != receipt.change) {
          continue;
        }
        wished.wish.received = policy::Received{receipt.day, receipt.reason};
        wished.wish.until = wished.flagged.value_or(wished.wish.until);
      }
    }
  }
}

std::string value_of(const mirror::Row& row, const std::string& field) {
  if (field.empty()) return {};
  return std::string(row.value(field).value_or(std::string_view{}));
}

/// The fields by which a consent says when it is in force and what it is about, and the name by
/// which it is about something.
void add_consent_fields(const std::string& object, const policy::PreferenceMap& preferences,
                        std::vector<std::string>& fields) {
  for (const auto* mapping : preferences.consents()) {
    const auto& terms = *mapping->terms;
    const bool own = mapping->object == object;
    if (own) fields.insert(fields.end(), {terms.from, terms.to});
    for (const auto& topic : terms.topics) {
      if (own) fields.push_back(topic.field);
      if (topic.of == object) fields.emplace_back("Name");
    }
  }
}

/// The fields of an object that tell of places, holds, evidence and consents.
std::vector<std::string> fields_of(const std::string& object, const Grounds& grounds) {
  std::vector<std::string> fields;
  for (const auto& place : grounds.options.places) {
    if (place.object != object) continue;
    fields.insert(fields.end(), {place.country_code, place.country, place.state_code, place.state});
  }
  for (const auto* mapping : grounds.preferences.of(object)) {
    if (mapping->preference == Preference::hold) fields.push_back(mapping->field);
  }
  for (const auto& evidence : grounds.options.evidence) {
    if (evidence.object == object) fields.insert(fields.end(), {evidence.received, evidence.done});
  }
  const auto emptied = grounds.options.emptied.find(object);
  if (emptied != grounds.options.emptied.end()) {
    fields.insert(fields.end(), emptied->second.begin(), emptied->second.end());
  }
  add_consent_fields(object, grounds.preferences, fields);
  return fields;
}

void know_place(const mirror::Row& row, const Grounds& grounds, policy::Person& person) {
  for (const auto& fields : grounds.options.places) {
    if (fields.object != row.object) continue;
    person.places.push_back({value_of(row, fields.country_code), value_of(row, fields.country),
                             value_of(row, fields.state_code), value_of(row, fields.state)});
  }
  if (row.standing == Standing::purged) return;
  for (const auto& mapping : grounds.preferences.mappings()) {
    if (mapping.preference != Preference::hold || mapping.object != row.object) continue;
    const auto value = row.value(mapping.field);
    if (value && mapping.restricts(std::string(*value))) person.hold = true;
  }
}

void know_row(const mirror::Row& row, const Lookup& lookup, Member& member, Dossier& dossier) {
  const auto& grounds = lookup.grounds();
  know_place(row, grounds, dossier.person);
  know_evidence(row, member.noted, grounds.options, dossier);
  if (member.purged) return;
  member.purged = lookup.emptied(row);
  member.emptied = member.purged.has_value();
}

Moment last_known(const Dossier& dossier, Moment now) {
  for (const auto& member : dossier.members) {
    for (const auto& duty : member.duties) now = std::max(now, duty.opened_at);
  }
  return now;
}

bool concerns_anybody(const Dossier& dossier) {
  return !dossier.wished.empty() ||
         std::any_of(dossier.members.begin(), dossier.members.end(),
                     [](const Member& one) { return !one.duties.empty(); });
}

void know_rest(store::Database& database, Dossier& dossier) {
  know_receipts(database, dossier);  // last: what a person says is better than a field
  for (const auto& wished : dossier.wished) dossier.person.wishes.push_back(wished.wish);
  dossier.person.courses = courses_of(database, dossier);
}

}  // namespace

Member* Dossier::member(const mirror::Ref& record) {
  const auto at = std::find_if(members.begin(), members.end(),
                               [&record](const Member& one) { return one.record == record; });
  return at == members.end() ? nullptr : &*at;
}

std::optional<Moment> Dossier::erased() const {
  if (!group.whole || members.empty()) return std::nullopt;
  std::optional<Moment> last;
  for (const auto& member : members) {
    if (!member.purged) return std::nullopt;
    last = std::max(last.value_or(*member.purged), *member.purged);
  }
  return last;
}

bool Dossier::emptied() const {
  return std::any_of(members.begin(), members.end(),
                     [](const Member& member) { return member.emptied; });
}

const mirror::Row* Lookup::row(const mirror::Ref& record) const {
  auto at = rows_.find(record.object);
  if (at == rows_.end()) {
    const auto fields = fields_of(record.object, grounds_);
    at = rows_.emplace(record.object, mirror::Rows(mirror_, record.object, fields)).first;
  }
  return at->second.find(record.id);
}

std::optional<Moment> Lookup::emptied(const mirror::Row& row) const {
  const auto since = emptied_since(row, grounds_.options);
  if (!since || mirror_.is_pseudonym(row.id)) return std::nullopt;
  return since;
}

std::optional<Moment> Lookup::loaded(const std::string& object) const {
  auto at = loaded_.find(object);
  if (at == loaded_.end()) at = loaded_.emplace(object, mirror_.loaded(object)).first;
  return at->second;
}

std::optional<std::string> Lookup::name(std::string_view object, std::string_view id) const {
  const auto parsed = Id::parse(id);
  const auto* found = parsed ? row({std::string(object), *parsed}) : nullptr;
  if (found == nullptr) return std::nullopt;
  return std::string(found->value("Name").value_or(""));
}

Dossier gather(store::Database& database, const Lookup& lookup, const mirror::Ref& record,
               std::optional<std::span<const Change>> changes, Moment now) {
  Dossier dossier;
  auto grouped = lookup.person(record);
  dossier.group = std::move(grouped.group);
  dossier.parted = grouped.parted;
  know_members(database, dossier, record);
  know_wishes(lookup, record, changes, last_known(dossier, now), dossier);
  if (!concerns_anybody(dossier)) return dossier;
  for (auto& member : dossier.members) {
    if (const auto* row = lookup.row(member.record)) know_row(*row, lookup, member, dossier);
  }
  know_rest(database, dossier);
  return dossier;
}

Dossier gather_alone(store::Database& database, const Lookup& lookup, const mirror::Ref& record,
                     std::span<const Change> changes, bool stranger, Moment now) {
  Dossier dossier;
  dossier.stranger = stranger;
  dossier.group.members.push_back(record);
  know_members(database, dossier, record);
  auto& member = dossier.members.front();
  know_wishes_of(member, lookup, changes, last_known(dossier, now), dossier);
  const auto* row = lookup.row(record);
  if (row == nullptr) return {};
  if (!concerns_anybody(dossier)) return dossier;
  know_row(*row, lookup, member, dossier);
  know_rest(database, dossier);
  return dossier;
}

}  // namespace heed::ledger
