// delete, update, merge, undelete and emptyRecycleBin: each record fails or succeeds by itself.

#include <charconv>
#include <stdexcept>

#include "simulator/handler.hpp"

namespace heed::simulated {

namespace {

constexpr std::size_t most_edited = 200;

/// Why one record of several was not changed.
struct Failure {
  std::string status, message;
  std::vector<std::string> fields;
};

template <typename Ids>
void check_size(const Ids& ids) {
  if (ids.size() <= most_edited) return;
  throw unexpected("EXCEEDED_ID_LIMIT", "at most 200 records in one call");
}

Id checked_id(const std::string& text) {
  const auto id = Id::parse(text);
  if (!id) throw Failure{"MALFORMED_ID", "malformed id " + text, {}};
  return *id;
}

/// The id of a record that this user can see, deleted or not.
Id known_id(Org& org, const std::string& text) {
  const Id id = checked_id(text);
  const Table* const table = org.table_of(id);
  const auto row = table != nullptr ? table->find(id) : std::nullopt;
  if (!row || org.visible(table->info().name) == nullptr || table->row(*row).hidden ||
      table->row(*row).purged) {
    throw Failure{"INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", {}};
  }
  return id;
}

Id live_id(Org& org, const std::string& text) {
  const Id id = known_id(org, text);
  const Table* const table = org.table_of(id);
  if (table->row(*table->find(id)).deleted) {
    throw Failure{"ENTITY_IS_DELETED", "entity is deleted", {}};
  }
  return id;
}

tns__Error* error(soap* s, const Failure& failure) {
  auto* const error = soap_new_tns__Error(s);
  error->statusCode = failure.status;
  error->message = failure.message;
  error->fields = failure.fields;
  return error;
}

/// Runs `work`, which returns the id it changed, and tells `result` how that went.
template <typename Result, typename Work>
void one(soap* s, Result* result, const std::string& otherwise, Work work) {
  try {
    result->id = soap_new_std__string(s);
    *result->id = work().text();
    result->success = true;
  } catch (const Failure& failure) {
    result->id = nullptr;
    result->errors.push_back(error(s, failure));
  } catch (const std::invalid_argument& thrown) {
    result->id = nullptr;
    result->errors.push_back(error(s, {otherwise, thrown.what(), {}}));
  }
}

std::string_view field_of(const heed_sObject& record, std::string_view name) {
  for (const auto& field : record.fields) {
    if (record.name(field) == name) return record.text(field);
  }
  return {};
}

/// A text from the wire as a value of the field's kind.
Value typed(const FieldInfo& field, std::string_view text) {
  const Failure wrong{"INVALID_TYPE_ON_FIELD_IN_RECORD",
                      std::string(field.name) + ": value not of required type",
                      {std::string(field.name)}};
  switch (field.kind()) {
    case FieldType::flag:
      if (text != "true" && text != "1" && text != "false" && text != "0") throw wrong;
      return text == "true" || text == "1";
    case FieldType::date:
      if (const auto day = parse_day(text)) return *day;
      throw wrong;
    case FieldType::moment:
      if (const auto moment = parse_moment(text)) return *moment;
      throw wrong;
    case FieldType::integer: {
      std::int64_t number = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
      if (read.ec != std::errc{}) throw wrong;
      return number;
    }
    default:
      return text;
  }
}

Fields fields_of(const Org& org, const Table& table, const heed_sObject& record) {
  Fields fields;
  for (const auto& field : record.fields) {
    const auto name = record.name(field);
    if (name == "type" || name == "Id") continue;
    const bool to_null = name == "fieldsToNull";
    const auto target = to_null ? record.text(field) : name;
    const auto& info = table.info();
    const auto column = info.find(target);
    if (!column || !org.field_visible(info, info.fields[*column])) {
      throw Refusal("InvalidFieldFault", "INVALID_FIELD",
                    "No such column '" + std::string(target) + "' on entity '" +
                        std::string(info.name) + "'.");
    }
    const auto& described = info.fields[*column];
    if (!described.writable) {
      throw Failure{"INVALID_FIELD_FOR_INSERT_UPDATE",
                    "Unable to create/update fields: " + std::string(described.name),
                    {std::string(described.name)}};
    }
    const bool null = to_null || field.nil;
    fields.emplace_back(described.name,
                        null ? Value(Null{}) : typed(described, record.text(field)));
  }
  return fields;
}

}  // namespace

int Handler::delete_(_tns__delete* in, _tns__deleteResponse& out) {
  return in_session("delete", {}, [&] {
    check_size(in->ids);
    for (const auto& text : in->ids) {
      auto* const result = out.result.emplace_back(soap_new_tns__DeleteResult(soap));
      one(soap, result, "DELETE_FAILED", [&] {
        const Id id = live_id(org_, text);
        org_.remove(id);
        return id;
      });
    }
  });
}

int Handler::undelete(_tns__undelete* in, _tns__undeleteResponse& out) {
  return in_session("undelete", {}, [&] {
    check_size(in->ids);
    for (const auto& text : in->ids) {
      auto* const result = out.result.emplace_back(soap_new_tns__UndeleteResult(soap));
      one(soap, result, "UNDELETE_FAILED", [&] {
        const Id id = known_id(org_, text);
        org_.undelete(id);
        return id;
      });
    }
  });
}

int Handler::emptyRecycleBin(_tns__emptyRecycleBin* in, _tns__emptyRecycleBinResponse& out) {
  return in_session("emptyRecycleBin", {}, [&] {
    check_size(in->ids);
    for (const auto& text : in->ids) {
      auto* const result = out.result.emplace_back(soap_new_tns__EmptyRecycleBinResult(soap));
      one(soap, result, "INVALID_ID_FIELD", [&] {
        const Id id = known_id(org_, text);
        org_.empty_bin(id);
        return id;
      });
    }
  });
}

int Handler::update(_tns__update* in, _tns__updateResponse& out) {
  return in_session("update", {}, [&] {
    check_size(in->sObjects);
    for (const auto& record : in->sObjects) {
      auto* const result = out.result.emplace_back(soap_new_tns__SaveResult(soap));
      const Table& table = described(std::string(field_of(record, "type")));
      one(soap, result, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", [&] {
        const Id id = live_id(org_, std::string(field_of(record, "Id")));
        if (org_.table_of(id) != &table) {
          throw Failure{"INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", {}};
        }
        org_.update(id, fields_of(org_, table, record));
        return id;
      });
    }
  });
}

int Handler::merge(_tns__merge* in, _tns__mergeResponse& out) {
  return in_session("merge", {}, [&] {
    check_size(in->request);
    for (const auto* const request : in->request) {
      auto* const result = out.result.emplace_back(soap_new_tns__MergeResult(soap));
      const auto& record = request->masterRecord;
      const Table& table = described(std::string(field_of(record, "type")));
      one(soap, result, "INVALID_MERGE_RECORD", [&] {
        const Id master = live_id(org_, std::string(field_of(record, "Id")));
        std::vector<Id> losers;
        for (const auto& text : request->recordToMergeIds) losers.push_back(live_id(org_, text));
        const Fields fields = fields_of(org_, table, record);
        org_.merge(master, losers);
        if (!fields.empty()) org_.update(master, fields);
        for (const Id& loser : losers) result->mergedRecordIds.emplace_back(loser.text());
        return master;
      });
    }
  });
}

}  // namespace heed::simulated
