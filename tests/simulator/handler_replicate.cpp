// getUpdated, getDeleted and retrieve.

#include <algorithm>

#include "simulator/handler.hpp"

namespace heed::simulated {

namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr days updated_window{30};
constexpr days deleted_window{15};
constexpr std::size_t most_retrieved = 2000;
constexpr std::size_t most_replicated = 600'000;

struct Window {
  Moment begin, end;
};

Refusal bad_window(const std::string& text) {
  return unexpected("INVALID_REPLICATION_DATE", text);
}

Moment moment_of(std::time_t time) {
  return Moment{std::chrono::seconds{time}};
}

Moment to_minute(Moment moment) {
  return std::chrono::floor<minutes>(moment);
}

Window window(std::time_t start, std::time_t end, Moment now, days back, minutes least) {
  const Window asked{to_minute(moment_of(start)), to_minute(moment_of(end))};
  if (moment_of(start) >= moment_of(end)) throw bad_window("startDate must precede endDate");
  if (asked.end - asked.begin < least) {
    throw bad_window("startDate must precede endDate by more than one minute");
  }
  if (moment_of(start) < now - back) {
    throw bad_window("startDate cannot be more than " + std::to_string(back.count()) + " days ago");
  }
  return asked;
}

void check_replicateable(const Table& table) {
  if (table.info().replicateable) return;
  throw unexpected("INVALID_TYPE_FOR_OPERATION",
                   "entity is not replicateable: " + std::string(table.info().name));
}

std::time_t covered(const Org& org, Moment end) {
  return to_minute(org.covered(std::min(end, org.now()))).time_since_epoch() /
         std::chrono::seconds{1};
}

std::string window_text(const std::string& object, std::time_t start, std::time_t end) {
  return object + " " + to_text(moment_of(start)) + " " + to_text(moment_of(end));
}

}  // namespace

int Handler::getUpdated(_tns__getUpdated* in, _tns__getUpdatedResponse& out) {
  const auto detail = window_text(in->sObjectType, in->startDate, in->endDate);
  return in_session("getUpdated", detail, [&] {
    const Table& table = described(in->sObjectType);
    check_replicateable(table);
    const auto asked = window(in->startDate, in->endDate, org_.now(), updated_window, minutes{0});
    out.result = soap_new_tns__GetUpdatedResult(soap);
    for (std::uint32_t n = 0; n < table.size(); ++n) {
      const Row& row = table.row(n);
      const bool seen = !row.deleted && !row.purged && !row.hidden;
      if (seen && row.stamp >= asked.begin && row.stamp <= asked.end) {
        out.result->ids.emplace_back(row.id.text());
      }
    }
    if (out.result->ids.size() > most_replicated) {
      throw unexpected("EXCEEDED_ID_LIMIT", "too many ids in this window");
    }
    out.result->latestDateCovered = covered(org_, asked.end);
  });
}

int Handler::getDeleted(_tns__getDeleted* in, _tns__getDeletedResponse& out) {
  const auto detail = window_text(in->sObjectType, in->startDate, in->endDate);
  return in_session("getDeleted", detail, [&] {
    const Table& table = described(in->sObjectType);
    check_replicateable(table);
    const auto asked = window(in->startDate, in->endDate, org_.now(), deleted_window, minutes{1});
    if (asked.begin < org_.delete_log_begins()) {
      throw bad_window("the delete log was purged after startDate; do a full pull of the table");
    }
    out.result = soap_new_tns__GetDeletedResult(soap);
    for (const auto& entry : org_.deleted(table.info().name)) {
      const auto row = table.find(entry.id);
      if (entry.at < asked.begin || entry.at > asked.end || table.row(*row).hidden) continue;
      auto* const record = soap_new_tns__DeletedRecord(soap);
      record->id = entry.id.text();
      record->deletedDate = entry.at.time_since_epoch().count();
      out.result->deletedRecords.push_back(record);
    }
    const Moment earliest = std::max(org_.delete_log_begins(), org_.now() - updated_window);
    out.result->earliestDateAvailable = earliest.time_since_epoch().count();
    out.result->latestDateCovered = covered(org_, asked.end);
  });
}

int Handler::retrieve(_tns__retrieve* in, _tns__retrieveResponse& out) {
  return in_session("retrieve", in->sObjectType, [&] {
    if (in->ids.size() > most_retrieved) {
      throw unexpected("EXCEEDED_ID_LIMIT", "retrieve takes at most 2000 ids");
    }
    const auto plan =
        soql::bind(soql::parse("SELECT " + in->fieldList + " FROM " + in->sObjectType), org_);
    out.result.resize(in->ids.size());  // a record without fields is written as null
    for (std::size_t at = 0; at < in->ids.size(); ++at) {
      const auto id = Id::parse(in->ids[at]);
      const auto row = id ? plan.table->find(*id) : std::nullopt;
      if (!row) continue;
      const Row& head = plan.table->row(*row);
      if (head.deleted || head.purged || head.hidden) continue;
      write_record(org_, *plan.table, *row, plan.select, out.result[at]);
    }
  });
}

}  // namespace heed::simulated
