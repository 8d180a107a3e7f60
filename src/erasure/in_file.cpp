#include "erasure/in_file.hpp"

#include <set>

#include "heed/store.hpp"

namespace heed::erasure {

namespace {

std::vector<ledger::Renamed> renamed(const std::string& key, std::span<const mirror::Ref> records) {
  std::vector<ledger::Renamed> all;
  all.reserve(records.size());
  for (const auto& record : records) {
    all.push_back({record, {record.object, mirror::pseudonym_of(key, record.id)}});
  }
  return all;
}

}  // namespace

std::int64_t forget_in(const Place& place, std::span<const mirror::Ref> records,
                       const ledger::Author& author, std::string_view reason) {
  store::Transaction transaction(place.database);
  place.mirror.forget(records, author.at);
  const auto handles = place.ledger.erase(renamed(place.key, records), author, reason);
  transaction.commit();
  return handles;
}

People find_people(const mirror::Mirror& mirror, std::span<const mirror::Erasure> erasures) {
  const auto found = mirror.find_unforgotten(erasures);
  std::set<mirror::Ref> left(found.begin(), found.end());
  People people;
  while (!left.empty()) {
    const auto group = mirror.person(left.begin()->object, left.begin()->id);
    std::vector<mirror::Ref> person;
    for (const auto& member : group.members) {
      if (left.erase(member) > 0) person.push_back(member);
    }
    people.push_back(std::move(person));
  }
  return people;
}

}  // namespace heed::erasure
