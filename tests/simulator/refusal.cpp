#include "simulator/refusal.hpp"

#include <algorithm>

namespace heed::simulated {

Refusal unexpected(std::string code, const std::string& message) {
  return {"UnexpectedErrorFault", std::move(code), message};
}

Refusal unimplemented(const std::string& what) {
  return unexpected("UNKNOWN_EXCEPTION", "heed-simulator does not implement " + what);
}

Refusal at_place(std::string fault, std::string code, std::string_view query, std::size_t at,
                 const std::string& message) {
  at = std::min(at, query.size());
  const auto before = query.substr(0, at);
  const auto line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto row = 1 + std::count(before.begin(), before.end(), '\n');
  const auto column = at - line_begin + 1;
  // A long query is shown around the place only.
  const std::size_t from = column > 40 ? at - 40 : line_begin;
  std::string text = "\n" +
                     std::string(query.substr(from, query.find('\n', from) - from).substr(0, 100)) +
                     "\n" + std::string(at - from, ' ') + "^\nERROR at Row:" + std::to_string(row) +
                     ":Column:" + std::to_string(column) + "\n" + message;
  Refusal refusal(std::move(fault), std::move(code), text);
  refusal.row = static_cast<int>(row);
  refusal.column = static_cast<int>(column);
  return refusal;
}

}  // namespace heed::simulated
