#pragma once

#include "heed/store.hpp"

/// Columns as the ledger's tables have them; a wanted one has a value in every row.
namespace heed::ledger {

inline store::Column text(const char* name) {
  return {name, store::ColumnType::text, false};
}
inline store::Column wanted(const char* name) {
  return {name, store::ColumnType::text, true};
}
inline store::Column number(const char* name) {
  return {name, store::ColumnType::integer, true};
}
inline store::Column number_or_null(const char* name) {
  return {name, store::ColumnType::integer, false};
}
inline store::Column blob(const char* name) {
  return {name, store::ColumnType::blob, false};
}
inline store::Column wanted_blob(const char* name) {
  return {name, store::ColumnType::blob, true};
}

}  // namespace heed::ledger
