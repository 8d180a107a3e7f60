#include "remains.hpp"

#include <set>

namespace heed::ledger {

namespace {

std::set<Id> linked_since(const mirror::Mirror& mirror, Id id, Moment since) {
  std::set<Id> others;
  for (const auto& link : mirror.links_of(id)) {
    if (!link.ended || *link.ended >= since) others.insert(link.from == id ? link.to : link.from);
  }
  return others;
}

}  // namespace

bool remains(const Lookup& lookup, const Dossier& dossier, Moment since) {
  const auto& mirror = lookup.mirror();
  std::set<Id> reached;
  std::vector<Id> edge;
  for (const auto& member : dossier.members) {
    reached.insert(member.record.id);
    edge.push_back(member.record.id);
  }
  while (!edge.empty()) {
    const Id at = edge.back();
    edge.pop_back();
    for (const Id other : linked_since(mirror, at, since)) {
      if (!reached.insert(other).second) continue;
      const auto object = mirror.object_of(other);
      const auto* row = object ? lookup.row({*object, other}) : nullptr;
      if (row == nullptr) continue;  // none that the mirror has
      if (row->standing != Standing::purged && !lookup.emptied(*row)) return true;
      edge.push_back(other);
    }
  }
  return false;
}

}  // namespace heed::ledger
