#pragma once

#include <string_view>

#include "heed/document.hpp"
#include "heed/policy.hpp"

/// The pieces of a pack file, each read from its table.
namespace heed::policy {

/// How the id of the duty ends that an extension of a rule brings: to tell the person of it.
inline constexpr std::string_view notice_ending = ".extension";

/// `limit = { value = 45, unit = "calendar_day" }`, or `{ unit = "immediate" }`, under `key`.
Limit read_limit(const document::Table& table, std::string_view key);

/// source, source_url and evidence.
Source read_source(const document::Table& table);

/// The list of days under `weekend`; nullopt where the key is absent.
std::optional<calendar::Weekend> read_weekend(const document::Table& table);

/// A `[[duty]]`. Its calendar and weekend are those of `usual`, the pack's, where it says nothing
/// of them. For one that is due `with` another, only what is its own is read.
Rule read_rule(const document::Table& table, const Reading& usual);

/// A `[[reading]]` of `rule`: what it says differs from the usual one, the rest is the same.
Reading read_reading(const document::Table& table, const Rule& rule);

/// An `[[extension]]` of `rule`.
Extension read_extension(const document::Table& table, const Rule& rule);

/// A `[[pause]]` of `rule`.
Pause read_pause(const document::Table& table, const Rule& rule);

/// What is wrong with a strict (or lenient) reading beside the usual one; nullopt when nothing is.
std::optional<std::string> misfit(const Reading& reading, const Reading& usual, bool strict);

/// Takes out of `pack` what is unverified, and writes down what that was.
void leave_out_unverified(Pack& pack);

}  // namespace heed::policy
