#include <algorithm>
#include <utility>

#include "connection.hpp"
#include "heed/error.hpp"
#include "heed/time/text.hpp"

namespace heed::store {

Statement::Statement(Statement&& other) noexcept
    : prepared_(std::exchange(other.prepared_, nullptr)) {}

Statement::~Statement() {
  if (prepared_ == nullptr) return;
  if (!prepared_->cached) {
    delete prepared_;
    return;
  }
  sqlite3_reset(prepared_->handle);
  sqlite3_clear_bindings(prepared_->handle);
  prepared_->leased = false;
}

void Statement::fail() const {
  auto* handle = prepared_->handle;
  auto* connection = sqlite3_db_handle(handle);
  store::fail(sqlite3_extended_errcode(connection), connection, *prepared_->path,
              sqlite3_sql(handle));
}

void Statement::bind_at(int index, std::string_view text) {
  const auto place = static_cast<std::size_t>(index) - 1;
  if (place < prepared_->room.size() && text.size() <= prepared_->room[place].size()) {
    auto& room = prepared_->room[place];
    std::copy_n(text.data(), text.size(), room.data());
    return bind_view(index, {room.data(), text.size()});
  }
  // A null pointer would bind NULL, and an empty text is not that.
  const char* at = text.empty() ? "" : text.data();
  if (sqlite3_bind_text64(prepared_->handle, index, at, text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8) != SQLITE_OK) {
    fail();
  }
}

void Statement::bind_view(int index, std::string_view text) {
  const char* at = text.empty() ? "" : text.data();
  if (sqlite3_bind_text64(prepared_->handle, index, at, text.size(), SQLITE_STATIC, SQLITE_UTF8) !=
      SQLITE_OK) {
    fail();
  }
}

void Statement::bind_at(int index, Blob blob) {
  const auto bytes = blob.bytes;
  const auto place = static_cast<std::size_t>(index) - 1;
  const char* at = bytes.empty() ? "" : bytes.data();
  auto keep = SQLITE_TRANSIENT;
  if (place < prepared_->room.size() && bytes.size() <= prepared_->room[place].size()) {
    auto& room = prepared_->room[place];
    std::copy_n(at, bytes.size(), room.data());
    at = room.data();
    keep = SQLITE_STATIC;
  }
  if (sqlite3_bind_blob64(prepared_->handle, index, at, bytes.size(), keep) != SQLITE_OK) fail();
}

void Statement::bind_at(int index, std::int64_t number) {
  if (sqlite3_bind_int64(prepared_->handle, index, number) != SQLITE_OK) fail();
}

void Statement::bind_at(int index, Moment moment) {
  MomentText text;
  bind_at(index, write_text(moment, text));
}

void Statement::bind_at(int index, Day day) {
  DayText text;
  bind_at(index, write_text(day, text));
}

void Statement::bind_at(int index, double number) {
  if (sqlite3_bind_double(prepared_->handle, index, number) != SQLITE_OK) fail();
}

void Statement::bind_at(int index, std::nullopt_t) {
  if (sqlite3_bind_null(prepared_->handle, index) != SQLITE_OK) fail();
}

bool Statement::step() {
  const int code = sqlite3_step(prepared_->handle);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail();
  sqlite3_reset(prepared_->handle);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() {
  sqlite3_reset(prepared_->handle);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(prepared_->handle, column) == SQLITE_NULL;
}

std::string_view Statement::text(int column) const {
  const void* at = sqlite3_column_text(prepared_->handle, column);
  if (at == nullptr) return {};
  return {static_cast<const char*>(at),
          static_cast<std::size_t>(sqlite3_column_bytes(prepared_->handle, column))};
}

std::string_view Statement::blob(int column) const {
  const void* at = sqlite3_column_blob(prepared_->handle, column);
  if (at == nullptr) return {};
  return {static_cast<const char*>(at),
          static_cast<std::size_t>(sqlite3_column_bytes(prepared_->handle, column))};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(prepared_->handle, column);
}

double Statement::number(int column) const {
  return sqlite3_column_double(prepared_->handle, column);
}

std::optional<std::string> Statement::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return std::string(text(column));
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

void Statement::fail_text(int column, std::string_view expected) const {
  throw Error(Kind::storage, *prepared_->path + ": column " +
                                 sqlite3_column_name(prepared_->handle, column) + " should hold " +
                                 std::string(expected) +
                                 " and does not; another program wrote to it, put a backup in "
                                 "its place");
}

Moment Statement::moment(int column) const {
  const auto moment = parse_moment(text(column));
  if (!moment) fail_text(column, "a moment");
  return *moment;
}

std::optional<Moment> Statement::optional_moment(int column) const {
  if (text(column).data() == nullptr) return std::nullopt;
  return moment(column);
}

Day Statement::day(int column) const {
  const auto day = parse_day(text(column));
  if (!day) fail_text(column, "a day");
  return *day;
}

std::optional<Day> Statement::optional_day(int column) const {
  const auto text = this->text(column);
  if (text.data() == nullptr) return std::nullopt;
  const auto day = parse_day(text);
  if (!day) fail_text(column, "a day");
  return day;
}

}  // namespace heed::store
