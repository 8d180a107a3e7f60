#include "crm/locator.hpp"

namespace heed::crm {

namespace {

constexpr std::size_t near = 4096;  // the CRM sends a header of a few hundred bytes before it
constexpr std::string_view opening = "queryLocator>", whole = "Envelope>";

}  // namespace

std::optional<std::string> locator_in(std::string_view answer) {
  const auto end = answer.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos || !answer.substr(0, end + 1).ends_with(whole)) return {};
  const auto head = answer.substr(0, near);
  const auto at = head.find(opening);
  if (at == std::string_view::npos || at == 0 || (head[at - 1] != '<' && head[at - 1] != ':')) {
    return {};
  }
  const auto text = head.substr(at + opening.size());
  const auto after = text.find_first_of("<&");
  if (after == std::string_view::npos || after == 0 || text[after] != '<') return {};
  return std::string(text.substr(0, after));
}

}  // namespace heed::crm
