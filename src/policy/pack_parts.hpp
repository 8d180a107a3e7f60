#pragma once

#include "heed/document.hpp"
#include "heed/policy.hpp"

/// The pieces of a pack file, each read from its table.
namespace heed::policy {

/// `limit = { value = 45, unit = "calendar_day" }`, or `{ unit = "immediate" }`, under `key`.
Limit read_limit(const document::Table& table, std::string_view key);

/// source, source_url and evidence. Refuses `unverified` unless allowed.
Source read_source(const document::Table& table, bool allow_unverified);

/// The list of days under `weekend`; nullopt where the key is absent.
std::optional<calendar::Weekend> read_weekend(const document::Table& table);

/// A `[[duty]]`. Its calendar and weekend are the pack's where it says nothing of them.
Rule read_rule(const document::Table& table, const Pack& pack,
               const std::optional<calendar::Weekend>& weekend, bool allow_unverified);

/// A `[[reading]]`: what it says differs from `usual`, the rest is the same.
Reading read_reading(const document::Table& table, const Reading& usual, bool allow_unverified);

/// An `[[extension]]` of `rule`.
Extension read_extension(const document::Table& table, const Rule& rule, bool allow_unverified);

}  // namespace heed::policy
