#include "simulator/org.hpp"

#include <algorithm>
#include <stdexcept>

#include "simulator/consents.hpp"
#include "simulator/people.hpp"

namespace heed::simulated {

namespace {

std::string lowered(std::string_view text) {
  std::string name(text);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

std::string lowered(std::string_view object, std::string_view field) {
  return lowered(object) + "." + lowered(field);
}

[[noreturn]] void missing(std::string_view what, std::string_view name) {
  throw std::invalid_argument(std::string(what) + " " + std::string(name) + " is not in the org");
}

void set_or_clear(std::set<std::string>& names, const std::string& name, bool present) {
  if (present) {
    names.insert(name);
  } else {
    names.erase(name);
  }
}

bool about_individual(std::string_view name) {
  return name.starts_with("Individual");
}

}  // namespace

Org::Org(OrgOptions options) : options_(std::move(options)), now_(options_.now) {
  for (const auto& info : schema()) tables_.push_back(std::make_unique<Table>(info, pool_));
  without_individual_ = !options_.with_individual;
  populate(*this);
  if (options_.with_consents) populate_consents(*this);
  organization_ = nth("Organization", 1);
  user_ = nth("User", 1);
}

void Org::advance_to(Moment moment) {
  while (!late_.empty() && late_.begin()->first <= moment) {
    auto due = late_.extract(late_.begin());
    now_ = std::max(now_, due.key());
    late_stamp_ = due.mapped().stamp;
    due.mapped().work(*this);
    late_stamp_.reset();
  }
  now_ = std::max(now_, moment);
  purge_due(now_);
}

const Table* Org::visible(std::string_view object) const {
  for (const auto& table : tables_) {
    const auto name = table->info().name;
    if (!same_name(name, object)) continue;
    const bool consents = table->info().of_consents;
    const bool absent = (without_individual_ && (consents || about_individual(name))) ||
                        (consents && !options_.with_consents);
    return absent || hidden_.contains(lowered(name)) ? nullptr : table.get();
  }
  return nullptr;
}

bool Org::field_visible(const ObjectInfo& info, const FieldInfo& field) const {
  if (without_individual_ && field.reference_to == "Individual") return false;
  return hidden_.empty() || !hidden_.contains(lowered(info.name, field.name));
}

bool Org::may_filter(const ObjectInfo& info, const FieldInfo& field) const {
  return unfiltered_.empty() || !unfiltered_.contains(lowered(info.name, field.name));
}

void Org::forbid_filter(std::string_view object, std::string_view field, bool forbidden) {
  set_or_clear(unfiltered_, lowered(table(object).info().name, field), forbidden);
}

void Org::retype(std::string_view object, std::string_view field, std::string_view type) {
  Table& in = table(object);
  const auto column = in.info().find(field);
  if (!column) missing("field", std::string(object) + "." + std::string(field));
  in.retype(*column, type);
}

const Table& Org::table(std::string_view object) const {
  for (const auto& table : tables_) {
    if (same_name(table->info().name, object)) return *table;
  }
  missing("object", object);
}

Table& Org::table(std::string_view object) {
  return const_cast<Table&>(std::as_const(*this).table(object));
}

bool Org::has_object(std::string_view object) const {
  return std::any_of(tables_.begin(), tables_.end(),
                     [&](const auto& table) { return same_name(table->info().name, object); });
}

Table* Org::table_of(const Id& id) {
  for (const auto& table : tables_) {
    if (table->info().prefix == id.prefix()) return table.get();
  }
  return nullptr;
}

Id Org::nth(std::string_view object, std::uint32_t number) const {
  const Table& in = table(object);
  if (number == 0 || number > in.size()) {
    missing(object, std::to_string(number) + " of " + std::to_string(in.size()));
  }
  return in.row(number - 1).id;
}

Value Org::value(const Id& id, std::string_view field) const {
  for (const auto& table : tables_) {
    const auto row = table->find(id);
    if (!row) continue;
    const auto column = table->info().find(field);
    if (!column) missing("field", std::string(table->info().name) + "." + std::string(field));
    return table->value(*row, *column);
  }
  missing("record", id.text());
}

Org::Place Org::place(const Id& id) {
  Table* const table = table_of(id);
  const auto row = table != nullptr ? table->find(id) : std::nullopt;
  if (!row) missing("record", id.text());
  return {table, *row};
}

Org::Place Org::live(const Id& id) {
  const Place at = place(id);
  const Row& row = at.table->row(at.row);
  if (row.deleted || row.purged) missing("undeleted record", id.text());
  return at;
}

void Org::late(Moment stamp, Moment visible_at, std::function<void(Org&)> work, bool holds) {
  late_.emplace(visible_at, Late{stamp, std::move(work), holds});
}

Moment Org::covered(Moment end) const {
  for (const auto& [at, late] : late_) {
    if (late.holds && late.stamp <= now_) end = std::min(end, late.stamp);
  }
  return end;
}

void Org::hide_object(std::string_view object, bool hidden) {
  set_or_clear(hidden_, lowered(table(object).info().name), hidden);
}

void Org::hide_field(std::string_view object, std::string_view field, bool hidden) {
  const auto& info = table(object).info();
  if (!info.find(field)) missing("field", std::string(object) + "." + std::string(field));
  set_or_clear(hidden_, lowered(info.name, field), hidden);
}

void Org::stop_tracking(std::string_view object, std::string_view field) {
  const auto& info = table(object).info();
  if (!info.find(field)) missing("field", std::string(object) + "." + std::string(field));
  untracked_.insert(lowered(info.name, field));
}

bool Org::tracks(const ObjectInfo& info, const FieldInfo& field) const {
  return !info.history_object.empty() && field.tracked &&
         !untracked_.contains(lowered(info.name, field.name));
}

void Org::hide_row(const Id& id, bool hidden) {
  const Place at = place(id);
  at.table->row(at.row).hidden = hidden;
}

void Org::refuse(const std::string& operation, const std::string& part, const std::string& code) {
  if (code.empty()) {
    refused_.erase({operation, part});
  } else {
    refused_[{operation, part}] = code;
  }
}

std::string Org::refusal_of(std::string_view operation, std::string_view asked) const {
  for (const auto& [what, code] : refused_) {
    if (what.first == operation && asked.find(what.second) != std::string_view::npos) return code;
  }
  return {};
}

void Org::count_call() {
  const auto hour = std::chrono::floor<std::chrono::hours>(now_);
  calls_.erase(calls_.begin(), calls_.upper_bound(hour - std::chrono::hours{24}));
  ++calls_[hour];
}

std::int64_t Org::calls_used() const {
  const auto hour = std::chrono::floor<std::chrono::hours>(now_);
  std::int64_t used = 0;
  for (auto at = calls_.upper_bound(hour - std::chrono::hours{24}); at != calls_.end(); ++at) {
    used += at->second;
  }
  return used;
}

}  // namespace heed::simulated
