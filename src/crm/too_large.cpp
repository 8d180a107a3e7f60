#include "crm/too_large.hpp"

#include <algorithm>
#include <optional>

#include "heed/record.hpp"

namespace heed::crm {

namespace {

/// How far a page was read.
struct Reached {
  std::size_t records = 0;  ///< begun
  std::optional<Id> id;     ///< the last one
};

/// The name of the tag that begins behind a "<", without its prefix.
std::string_view local_name(std::string_view rest) {
  const auto name = rest.substr(0, rest.find_first_of(" >/\t\r\n"));
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

Reached reached_in(std::string_view xml) {
  Reached reached;
  for (auto at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    const auto rest = xml.substr(at + 1, 200);
    const auto name = local_name(rest);
    if (name == "records") ++reached.records;
    if (name != "Id") continue;
    const auto text = rest.substr(std::min(rest.size(), rest.find('>') + 1));
    if (const auto id = Id::parse(text.substr(0, text.find('<')))) reached.id = id;
  }
  return reached;
}

}  // namespace

Error too_large(std::string_view read, std::int64_t largest, std::string_view key) {
  const auto reached = reached_in(read.substr(0, static_cast<std::size_t>(largest)));
  std::string line = "an answer is larger than " + std::to_string(largest >> 20) + " MiB";
  if (reached.records > 0) {
    line += ", and ends there in its record " + std::to_string(reached.records);
    if (reached.id) line += " (last Id: " + std::string(reached.id->text()) + ")";
  }
  return {Kind::answer, line + "; lower [crm] page_size, or raise " + std::string(key)};
}

}  // namespace heed::crm
