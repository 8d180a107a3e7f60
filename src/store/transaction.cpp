#include <stdexcept>

#include "connection.hpp"

namespace heed::store {

Transaction::Transaction(Database& database, Kind kind) : connection_(database.connection_.get()) {
  if (connection_->depth == 0) {
    connection_->execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
    connection_->kind = kind;
    connection_->doomed = false;
  } else if (kind == Kind::write && connection_->kind == Kind::read) {
    throw std::logic_error("a transaction that only reads has one in it that writes");
  }
  ++connection_->depth;
}

Transaction::~Transaction() {
  if (committed_) return;
  if (--connection_->depth > 0) {
    connection_->doomed = true;
    return;
  }
  // After some failures the engine has rolled back by itself.
  if (sqlite3_get_autocommit(connection_->handle) == 0) {
    sqlite3_exec(connection_->handle, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Transaction::commit() {
  if (committed_) throw std::logic_error("a transaction is committed twice");
  if (connection_->doomed) throw std::logic_error("a transaction whose part failed is committed");
  if (connection_->depth == 1) connection_->execute("COMMIT");
  --connection_->depth;
  committed_ = true;
}

}  // namespace heed::store
