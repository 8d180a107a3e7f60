#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "heed/report.hpp"

namespace heed::report {

using Json = nlohmann::ordered_json;

/// A text form, or null.
template <class Value>
Json or_null(const std::optional<Value>& value) {
  if (!value) return nullptr;
  return std::string(to_text(*value));
}
inline Json or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

/// A text form, or an empty cell.
template <class Value>
std::string or_empty(const std::optional<Value>& value) {
  return value ? std::string(to_text(*value)) : std::string();
}

/// Whether the law wants it now: at once, and its day has come. Before that it is due in some days
/// like any other, as where the law is not in force yet.
bool at_once(const ledger::Duty& duty, Moment as_of);

/// What is to be done about duties that are summed up. Where some began under one version of their
/// rule and some under another that asks for something else, both, ", or " between.
std::string task_words(const policy::Rulebook& rulebook, const ledger::WishCount& count);

std::string how_words(How how);
std::string state_words(const ledger::Duty& duty);

/// When something happened, between two moments or exactly.
std::string span_words(Moment after, Moment until);

/// What is special about a duty, "; " between; empty when nothing is.
std::string remarks_of(const ledger::Duty& duty);

}  // namespace heed::report
