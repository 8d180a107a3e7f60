#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "heed/store.hpp"
#include "raw.hpp"

namespace heed::ledger {

/// Writes rows of up to 63 values with a statement that is kept at hand: of thousands of rows none
/// looks it up. Each row gives every value anew. One row at a time.
class Pen {
 public:
  /// Begins a row.
  void take(store::Database& database, std::string_view sql) {
    if (!statement_) statement_.emplace(database.query(sql));
    next_ = 0;
  }

  /// The next values of the row. Texts are not copied: they live until write().
  template <class... Values>
  Pen& add(const Values&... values) {
    (put(values), ...);
    return *this;
  }

  void write() { statement_->run(); }

 private:
  int next_bound() {
    bound_.set(static_cast<std::size_t>(++next_));
    return next_;
  }
  void put(std::string_view text) { statement_->bind_view(next_bound(), text); }
  void put(const std::string& text) { put(std::string_view(text)); }
  void put(const Raw& raw) { statement_->bind_at(next_bound(), raw.blob()); }
  template <class Value>
  void put(const Value& value) {
    statement_->bind_at(next_bound(), value);
  }
  /// Most rows have the same nulls as the row before.
  void put(std::nullopt_t) {
    const auto place = static_cast<std::size_t>(++next_);
    if (bound_.test(place)) statement_->bind_at(next_, std::nullopt);
    bound_.reset(place);
  }
  template <class Value>
  void put(const std::optional<Value>& value) {
    if (value) {
      put(*value);
    } else {
      put(std::nullopt);
    }
  }

  std::optional<store::Statement> statement_;
  int next_ = 0;
  std::bitset<64> bound_;  ///< which parameters have a value other than null
};

}  // namespace heed::ledger
