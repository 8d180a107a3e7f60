#include <algorithm>

#include "heed/crm.hpp"

namespace heed::crm {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

// What the CRM remembers at most. A request may lie a while before it is judged, so an hour is
// left.
constexpr hours updated_reach{30 * 24};
constexpr hours deleted_reach{15 * 24};
constexpr hours margin{1};

// getDeleted wants the first end more than a minute before the last, after both are cut.
constexpr minutes shortest{2};

}  // namespace

std::optional<Window> Window::make(Moment from, Moment to, Moment now, hours reach) {
  const Moment earliest = std::chrono::ceil<minutes>(now - reach + margin);
  const Moment wanted = std::chrono::floor<minutes>(from);
  const Moment first = std::max(wanted, earliest);
  const Moment last = std::chrono::floor<minutes>(std::min(to, now));
  if (last - first < shortest) return std::nullopt;
  return Window(first, last, wanted < earliest);
}

std::optional<Window> Window::for_updated(Moment from, Moment to, Moment now) {
  return make(from, to, now, updated_reach);
}

std::optional<Window> Window::for_deleted(Moment from, Moment to, Moment now) {
  return make(from, to, now, deleted_reach);
}

}  // namespace heed::crm
