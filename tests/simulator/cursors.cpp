#include "simulator/cursors.hpp"

#include <algorithm>
#include <charconv>

#include "simulator/refusal.hpp"

namespace heed::simulated {

namespace {

constexpr std::chrono::hours lifetime{48};
constexpr std::size_t most_kept = 200;

std::string cursor_id(std::uint32_t number) {
  const std::string digits = std::to_string(number);
  const auto id = Id::parse("01g8d" + std::string(10 - digits.size(), '0') + digits);
  return std::string(id->text());
}

Refusal invalid_locator(const std::string& text) {
  return {"InvalidQueryLocatorFault", "INVALID_QUERY_LOCATOR", text};
}

}  // namespace

Slice Cursors::first(soql::Plan plan, std::vector<std::uint32_t> rows, std::size_t batch) {
  drop_old();
  const auto id = cursor_id(++made_);
  auto& cursor = cursors_[id];
  cursor.plan = std::move(plan);
  cursor.rows = std::move(rows);
  cursor.made = org_.now();
  cursor.epoch = org_.locator_epoch();
  return slice(id, 0, batch);
}

Slice Cursors::next(const std::string& locator, std::size_t batch) {
  const auto dash = locator.find('-');
  const auto found = cursors_.find(locator.substr(0, dash));
  std::size_t begin = 0;
  if (dash != std::string::npos) {
    const char* const end = locator.data() + locator.size();
    const auto read = std::from_chars(locator.data() + dash + 1, end, begin);
    if (read.ec != std::errc{} || read.ptr != end) begin = 0;
  }
  if (found == cursors_.end() || begin == 0 || begin >= found->second.rows.size()) {
    throw invalid_locator("invalid query locator");
  }
  const Cursor& cursor = found->second;
  if (cursor.epoch != org_.locator_epoch() || org_.now() > cursor.made + lifetime) {
    throw invalid_locator("query locator has expired");
  }
  return slice(found->first, begin, batch);
}

Slice Cursors::slice(const std::string& id, std::size_t begin, std::size_t batch) const {
  const Cursor& cursor = cursors_.at(id);
  Slice slice{&cursor, begin, std::min(cursor.rows.size(), begin + batch), {}};
  if (slice.end < cursor.rows.size()) slice.locator = id + "-" + std::to_string(slice.end);
  return slice;
}

void Cursors::drop_old() {
  while (cursors_.size() >= most_kept) cursors_.erase(cursors_.begin());
}

}  // namespace heed::simulated
