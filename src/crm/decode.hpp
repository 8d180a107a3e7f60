#pragma once

#include <optional>
#include <string>
#include <vector>

#include "heed/record.hpp"
#include "wire/sobject.hpp"

namespace heed::crm {

/// Appends records to a page, each value read as the page's shape says. A value that cannot be read
/// becomes NotShown and is counted in page.replaced.
class Decoder {
 public:
  /// The page must stay where it is.
  explicit Decoder(Page& page);

  /// Throws Error(answer) for a record without a readable id or stamp, and for one without a field
  /// of the shape: absent is not null.
  void row(const heed_sObject& row);

 private:
  void take(const heed_sObject& row, const heed_sObject::Field& field, std::size_t& expected);
  void take_null_parent(std::string_view parent);
  Id read_id(std::string_view text) const;
  void put(std::size_t at, const heed_sObject::Field& field, std::string_view text);
  void check() const;
  std::string place() const;

  Page& page_;
  const Shape& shape_;
  std::optional<std::size_t> stamp_, deleted_;
  std::vector<Value> values_;
  std::vector<bool> found_;
  std::optional<Id> id_;
};

}  // namespace heed::crm
