#include "erasure/copies.hpp"

#include <filesystem>

#include "heed/error.hpp"
#include "heed/store.hpp"

namespace heed::erasure {

namespace {

using People = std::vector<std::vector<mirror::Ref>>;

/// The records of a person that the copy has.
std::vector<mirror::Ref> present(const mirror::Mirror& mirror,
                                 const std::vector<mirror::Ref>& records) {
  std::vector<mirror::Ref> found;
  for (const auto& record : records) {
    if (mirror.row(record.object, record.id)) found.push_back(record);
  }
  return found;
}

std::string fresh_of(const std::string& path) {
  return path + ".rewritten";
}

/// Nobody reads half a copy, so it is not worth rewriting.
void remove_halves(const std::string& path) {
  for (const auto& whole : {path, fresh_of(path)}) {
    for (const auto& half : store::half_copies(whole)) std::filesystem::remove(half);
  }
}

void rewrite(const std::string& path, const Place& place, const People& people,
             const ledger::Author& author, std::string_view reason) {
  const auto fresh = fresh_of(path);
  std::filesystem::remove(fresh);
  {
    auto database = store::Database::open(path, store::Mode::write);
    mirror::Mirror mirror(database);
    mirror.guard(place.mirror.keeping());
    ledger::Ledger ledger(database, place.key);
    for (const auto& person : people) {
      const auto records = present(mirror, person);
      store::Transaction transaction(database);
      mirror.add_erasures(mirror::erasures_of(place.key, person, author.at));
      mirror.forget(records, author.at);
      std::vector<ledger::Renamed> renamed;
      renamed.reserve(records.size());
      for (const auto& record : records) {
        renamed.push_back({record, {record.object, mirror::pseudonym_of(place.key, record.id)}});
      }
      ledger.erase(renamed, author, reason);
      transaction.commit();
    }
    database.scrub();
    mirror.scrubbed();
    // A copy is one file that can be read from anywhere: what was opened here leaves two beside it.
    database.backup_to(fresh);
  }
  // One of an older heed was lifted when it was opened, and copied before.
  std::filesystem::remove(store::copy_before_lifting(path));
  std::filesystem::rename(fresh, path);
  for (const auto* ending : {"-wal", "-shm"}) std::filesystem::remove(path + ending);
}

}  // namespace

std::vector<std::string> copies_of(const Place& place) {
  std::vector<std::string> paths;
  for (const auto& copy : place.mirror.copies()) paths.push_back(copy.path);
  const auto before = store::copy_before_lifting(place.database.path());
  if (std::filesystem::exists(before)) paths.push_back(before);
  // A mirror that lives in a copy has itself in its list. To put another file in its place would
  // leave what is written from then on in one that has no name any more.
  std::erase_if(paths, [&place](const std::string& path) {
    std::error_code unseen;
    return std::filesystem::equivalent(path, place.database.path(), unseen);
  });
  return paths;
}

void rewrite_copies(const Place& place, const People& people, const ledger::Author& author,
                    std::string_view reason, Outcome& outcome) {
  remove_halves(store::copy_before_lifting(place.database.path()));
  for (const auto& path : copies_of(place)) {
    try {
      remove_halves(path);
      if (!std::filesystem::exists(path)) {
        outcome.gone.push_back(path + ": is not there any more");
        continue;
      }
      // Where a link leads, and not the link, is what has to forget.
      rewrite(std::filesystem::canonical(path), place, people, author, reason);
      outcome.rewritten.push_back(path);
    } catch (const Error& error) {
      outcome.failed.push_back(error.what());
    } catch (const std::filesystem::filesystem_error& error) {
      outcome.failed.push_back(path + ": " + error.code().message());
    }
  }
}

}  // namespace heed::erasure
