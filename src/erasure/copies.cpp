#include "erasure/copies.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "erasure/file.hpp"
#include "heed/error.hpp"
#include "heed/store.hpp"
#include "heed/vault.hpp"

namespace heed::erasure {

namespace {

namespace fs = std::filesystem;
using Erasures = std::vector<mirror::Erasure>;

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
    for (const auto& half : store::half_copies(whole)) fs::remove(half);
  }
}

/// Whether somebody of `all` may be in the copy still.
bool is_behind(const std::string& path, const Erasures& all) {
  // A copy is one file, but while it is rewritten, or when that was cut off.
  for (const auto* ending : {"-wal", "-journal"}) {
    if (is_there(path + ending, Kind::storage)) return true;
  }
  auto database = store::Database::open(path, store::Mode::read);
  const auto done = mirror::scrubbed_pseudonyms(database);
  return std::any_of(all.begin(), all.end(),
                     [&done](const auto& each) { return !done.contains(each.pseudonym); });
}

/// Those who were forgotten while the copy could not be reached. To find them every record of it is
/// looked at.
void forget_others(const Place& copy, const Erasures& all, Moment now) {
  auto missing = all;
  std::set<Id> known;
  for (const auto& each : copy.mirror.erasures()) known.insert(each.pseudonym);
  std::erase_if(missing, [&known](const auto& each) { return known.contains(each.pseudonym); });
  if (missing.empty()) return;
  for (const auto& person : find_people(copy.mirror, missing)) {
    forget_in(copy, person, {"heed", now}, "forgotten before, and in this copy now");
  }
  copy.mirror.add_erasures(missing);
}

void rewrite(const std::string& path, const Place& place, const Erasing& erasing,
             const Erasures& all) {
  const auto fresh = fresh_of(path);
  fs::remove(fresh);
  {
    auto database = store::Database::open(path, store::Mode::write);
    mirror::Mirror mirror(database);
    mirror.guard(place.mirror.keeping());
    ledger::Ledger ledger(database, place.key);
    const Place copy{database, mirror, ledger, place.key, place.file};
    for (const auto& person : erasing.people) {
      const auto records = present(mirror, person);
      store::Transaction transaction(database);
      mirror.add_erasures(mirror::erasures_of(place.key, person, erasing.author.at));
      forget_in(copy, records, erasing.author, erasing.reason);
      transaction.commit();
    }
    forget_others(copy, all, erasing.author.at);
    mirror.scrub();
    // A copy is one file that can be read from anywhere: what was opened here leaves two beside it.
    database.backup_to(fresh);
  }
  // One of an older heed was lifted when it was opened, and copied before.
  fs::remove(store::copy_before_lifting(path));
  vault::give_to_owner_of(path, fresh);
  fs::rename(fresh, path);
  for (const auto* ending : {"-wal", "-shm"}) fs::remove(path + ending);
}

/// A disk that is away takes the folder with it, and comes back; out of a folder that is there
/// somebody took the copy.
bool is_away(const fs::path& path) {
  std::error_code unseen;
  return !fs::exists(path.parent_path(), unseen);
}

std::string away_words(const std::string& path) {
  return path +
         ": its folder is not there, and whoever was forgotten since is still in it; bring it back "
         "and run heed sync, or make the folder anew if the copy was destroyed";
}

std::string behind_words(const std::string& path) {
  return path + ": somebody who was forgotten since may still be in it; run heed sync";
}

/// Does one copy; whether that is done.
bool settle(const std::string& path, const Place& place, const Erasing& erasing,
            const Erasures& all, Outcome& outcome) {
  try {
    remove_halves(path);
    if (!is_there(path, Kind::storage)) {
      if (is_away(path)) {
        outcome.failed.push_back(away_words(path));
      } else {
        outcome.gone.push_back(path +
                               ": is not there any more; if it was moved, put it back and run heed "
                               "sync");
      }
      return false;
    }
    // Where a link leads, and not the link, is what has to forget.
    const std::string file = fs::canonical(path);
    if (file != path) remove_halves(file);
    if (is_behind(file, all)) {
      rewrite(file, place, erasing, all);
      outcome.rewritten.push_back(path);
    }
    return true;
  } catch (const Error& error) {
    outcome.failed.push_back(error.what());
  } catch (const fs::filesystem_error& error) {
    outcome.failed.push_back(path + ": " + error.code().message());
  }
  return false;
}

/// Takes down that the copy is as good as one that was made now, or no better than one that was
/// made before the first of these was forgotten. Clocks are set, so neither is left to when it was
/// made and they were forgotten.
void note(const Place& place, const mirror::Copy& copy, bool done, const Erasing& erasing,
          const Erasures& all) {
  auto made = done ? std::max(copy.made, erasing.author.at) : copy.made;
  for (const auto& each : all) {
    if (done) made = std::max(made, each.at);
  }
  for (const auto& each : erasing.erasures) {
    if (!done) made = std::min(made, each.at - std::chrono::seconds(1));
  }
  if (made != copy.made) place.mirror.note_copy(copy.path, made);
}

/// A mirror that lives in a copy has itself in its list. To put another file in its place would
/// leave what is written from then on in one that has no name any more.
bool is_itself(const std::string& copy, const std::string& path) {
  std::error_code unseen;
  return fs::equivalent(copy, path, unseen);
}

/// The copy from before an upgrade is not in the list, and is always where it was.
void settle_before_lifting(const Place& place, const Erasing& erasing, const Erasures& all,
                           Outcome& outcome) {
  const auto before = store::copy_before_lifting(place.database.path());
  remove_halves(before);
  if (is_there(before, Kind::storage) && !is_itself(before, place.database.path())) {
    settle(before, place, erasing, all, outcome);
  }
}

/// Who was forgotten, as the file of erasures says, and the mirror where that file was lost.
Erasures everybody(const Place& place) {
  auto all = read_sealed(place.file, place.key);
  const auto known = place.mirror.erasures();
  all.insert(all.end(), known.begin(), known.end());
  return all;
}

void settle_all(const Place& place, const std::vector<mirror::Copy>& copies, const Erasing& erasing,
                Outcome& outcome) {
  const auto all = everybody(place);
  for (const auto& copy : copies) {
    if (is_itself(copy.path, place.database.path())) continue;
    const bool done = settle(copy.path, place, erasing, all, outcome);
    note(place, copy, done, erasing, all);
  }
  settle_before_lifting(place, erasing, all, outcome);
}

}  // namespace

std::vector<std::string> copies_of(const std::string& path, const mirror::Mirror& mirror) {
  std::vector<std::string> paths;
  for (const auto& copy : mirror.copies()) paths.push_back(copy.path);
  const auto before = store::copy_before_lifting(path);
  if (is_there(before, Kind::storage)) paths.push_back(before);
  std::erase_if(paths, [&path](const auto& each) { return is_itself(each, path); });
  return paths;
}

void rewrite_copies(const Place& place, const Erasing& erasing, Outcome& outcome) {
  settle_all(place, place.mirror.copies(), erasing, outcome);
}

void finish_copies(const Place& place, const ledger::Author& author, Outcome& outcome) {
  const auto copies = place.mirror.copies_behind();
  if (copies.empty() &&
      !is_there(store::copy_before_lifting(place.database.path()), Kind::storage)) {
    return;
  }
  const People nobody_more;
  settle_all(place, copies, {nobody_more, {}, author, {}}, outcome);
}

std::vector<std::string> unfinished_copies(const std::string& path, const mirror::Mirror& mirror,
                                           const fs::path& file) {
  std::vector<std::string> lines;
  for (const auto& copy : mirror.copies_behind()) {
    std::error_code unseen;
    if (is_itself(copy.path, path)) continue;
    if (fs::exists(copy.path, unseen) || unseen) {
      lines.push_back(behind_words(copy.path));
    } else if (is_away(copy.path)) {
      lines.push_back(away_words(copy.path));
    }
  }
  const auto before = store::copy_before_lifting(path);
  try {
    if (is_there(before, Kind::storage) && is_behind(before, read_file(file))) {
      lines.push_back(behind_words(before));
    }
  } catch (const Error& error) {
    lines.emplace_back(error.what());
  }
  return lines;
}

}  // namespace heed::erasure
