#include "report/alike.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace heed::report {

namespace {

/// More people than these have an address that is nobody's own, as that of an office.
constexpr std::size_t most_people = 20;

bool is_blank(char character) {
  return character == ' ' || (character >= '\t' && character <= '\r');
}

/// Every record with an address, and the address as it is compared.
void for_each_address(
    const mirror::Mirror& mirror,
    const std::function<void(const mirror::Row&, const std::string& address)>& visit) {
  for (const auto& [object, field] : email_fields()) {
    const auto shape = mirror.shape(object);
    if (!shape || !shape->find(field)) continue;
    const std::vector<std::string> fields{field};
    mirror.for_each_row(object, fields, [&](const mirror::Row& row) {
      const auto value = row.value(fields.front());
      const auto address = value ? same_address(*value) : std::string();
      if (!address.empty()) visit(row, address);
    });
  }
}

/// The digests that come up more than once, sorted.
std::vector<std::size_t> repeated(std::vector<std::size_t> digests) {
  std::sort(digests.begin(), digests.end());
  std::vector<std::size_t> twice;
  for (std::size_t i = 1; i < digests.size(); ++i) {
    const bool again = digests[i] == digests[i - 1];
    if (again && (twice.empty() || twice.back() != digests[i])) twice.push_back(digests[i]);
  }
  return twice;
}

/// Address -> the records that have it, for addresses that others may have too.
std::map<std::string, std::vector<mirror::Ref>> shared_addresses(const mirror::Mirror& mirror) {
  const std::hash<std::string> digest;
  std::vector<std::size_t> digests;
  for_each_address(mirror, [&](const mirror::Row&, const std::string& address) {
    digests.push_back(digest(address));
  });
  const auto twice = repeated(std::move(digests));
  std::map<std::string, std::vector<mirror::Ref>> shared;
  for_each_address(mirror, [&](const mirror::Row& row, const std::string& address) {
    if (!std::binary_search(twice.begin(), twice.end(), digest(address))) return;
    shared[address].push_back({row.object, row.id});
  });
  return shared;
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& email_fields() {
  static const std::vector<std::pair<std::string, std::string>> all{
      {"Account", "PersonEmail"}, {"Contact", "Email"}, {"Lead", "Email"}};
  return all;
}

std::string same_address(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  std::string address(text);
  for (char& character : address) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return address;
}

Alike::Alike(const mirror::Mirror& mirror, bool wanted) {
  if (!wanted) return;
  for (const auto& [address, records] : shared_addresses(mirror)) {
    std::set<mirror::Ref> people;
    for (const auto& record : records) {
      const auto group = mirror.person(record.object, record.id);
      if (!group.members.empty()) people.insert(group.members.front());
      if (people.size() > most_people) break;
    }
    if (people.size() < 2 || people.size() > most_people) continue;
    for (const auto& person : people) addresses_of_[person].push_back(people_.size());
    people_.emplace_back(people.begin(), people.end());
  }
}

std::vector<mirror::Ref> Alike::of(const std::optional<mirror::Ref>& person) const {
  const auto at = person ? addresses_of_.find(*person) : addresses_of_.end();
  if (at == addresses_of_.end()) return {};
  std::set<mirror::Ref> others;
  for (const auto address : at->second) {
    others.insert(people_[address].begin(), people_[address].end());
  }
  others.erase(*person);
  return {others.begin(), others.end()};
}

std::string alike_words(const std::vector<mirror::Ref>& others) {
  std::string text;
  for (const auto& other : others) {
    text += (text.empty() ? "may be the same person as " : ", ") + ref_words(other);
  }
  return text;
}

Json alike_json(const std::vector<mirror::Ref>& others) {
  Json json = Json::array();
  for (const auto& other : others) json.push_back(ref_json(other));
  return json;
}

}  // namespace heed::report
