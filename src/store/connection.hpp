#pragma once

#include <sqlite3.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "heed/store.hpp"

namespace heed::store {

/// Throws what `code` means, with the engine's own words. `sql` may be empty.
[[noreturn]] void fail(int code, sqlite3* handle, const std::string& path, std::string_view sql);

/// A statement the engine has compiled, and whether somebody is using it.
struct Prepared {
  sqlite3_stmt* handle = nullptr;
  const std::string* path = nullptr;
  bool leased = false;
  bool cached = true;  ///< belongs to its connection, else to the one who leased it
  /// Where short texts and blobs lie that are bound, by parameter: the engine would allocate for
  /// each.
  std::vector<std::array<char, 40>> room;

  Prepared() = default;
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared() { sqlite3_finalize(handle); }
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

struct Database::Connection {
  sqlite3* handle = nullptr;
  std::string path;
  bool read_only = false;
  std::unordered_map<std::string, std::unique_ptr<Prepared>, TextHash, std::equal_to<>> statements;
  int depth = 0;  ///< transactions that are open, one inside the other
  Transaction::Kind kind = Transaction::Kind::write;
  bool doomed = false;  ///< an inner transaction gave up

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  std::unique_ptr<Prepared> prepare(std::string_view sql) const;
  void execute(const char* sql) const;
};

}  // namespace heed::store
