#include <set>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "pseudonym.hpp"

namespace heed::mirror {

bool Mirror::are_pseudonyms_of(std::string_view key) const {
  return !database_->query("SELECT 1 FROM heed_erasure WHERE key_name <> ? LIMIT 1")
              .bind(pseudonym_key_name(key))
              .step();
}

bool Mirror::wants_scrubbing() const {
  return database_->query("SELECT 1 FROM heed_erasure WHERE scrubbed <> 1 LIMIT 1").step();
}

bool Mirror::scrub() {
  // 0: the file is to be written anew; 2: it was, and the log keeps what was there before.
  if (database_->query("SELECT 1 FROM heed_erasure WHERE scrubbed = 0 LIMIT 1").step()) {
    database_->rewrite();
    database_->query("UPDATE heed_erasure SET scrubbed = 2 WHERE scrubbed = 0").run();
  }
  if (!wants_scrubbing()) return true;
  if (!database_->empty_log()) return false;
  database_->query("UPDATE heed_erasure SET scrubbed = 1 WHERE scrubbed = 2").run();
  return true;
}

std::set<Id> scrubbed_pseudonyms(store::Database& database) {
  std::set<Id> pseudonyms;
  if (!store::table_exists(database, "heed_erasure")) return pseudonyms;
  auto row = database.query("SELECT pseudonym FROM heed_erasure WHERE scrubbed = 1");
  while (row.step()) {
    if (const auto id = Id::parse(row.text(0))) pseudonyms.insert(*id);
  }
  return pseudonyms;
}

}  // namespace heed::mirror
