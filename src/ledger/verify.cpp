#include <map>
#include <set>
#include <sstream>

#include "heed/error.hpp"
#include "heed/vault.hpp"
#include "raw.hpp"
#include "tampering.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

constexpr std::string_view head_mark = "heed-ledger-head 1";

std::string seal_of_head(const vault::Sealer& key, const Head& head) {
  return key.seal(std::string(head_mark) + " " + std::to_string(head.count) + " " + head.hash);
}

/// What head_text() wrote; nullopt for anything else.
struct Recorded {
  Head head;
  std::string key;
  std::string seal;
};

std::optional<Recorded> parse_head(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::string name;
  std::string version;
  Recorded recorded;
  if (!(in >> name >> version >> recorded.head.count >> recorded.head.hash >> recorded.key >>
        recorded.seal)) {
    return std::nullopt;
  }
  if (name + " " + version != head_mark || recorded.head.count < 0) return std::nullopt;
  if (recorded.head.hash == "-") recorded.head.hash.clear();
  return recorded;
}

/// Walks the chain. Stops at the first event that is not as it was written.
class Walk {
 public:
  Walk(store::Database& database, const Keys& keys, std::optional<Recorded> recorded)
      : database_(database), keys_(keys), recorded_(std::move(recorded)) {
    auto row = database_.query(
        "SELECT subject, MAX(number) FROM heed_event WHERE kind = 'erased' GROUP BY subject");
    while (row.step()) erased_[row.integer(0)] = row.integer(1);
  }

  Verdict run() {
    if (recorded_) check_recorded();
    auto row = database_.query(std::string(link_query) + " ORDER BY e.number");
    while (verdict_.sound() && row.step()) {
      const Written link(row);
      look(link, Written::digest(row, link.key, verdict_.head.hash));
    }
    if (verdict_.sound() && recorded_ && recorded_->head.count > verdict_.head.count) {
      broken(verdict_.head.count + 1, "is missing: the head last recorded counts " +
                                          std::to_string(recorded_->head.count) +
                                          " events, so the tail was cut off");
    }
    if (verdict_.sound()) check_tables();
    return verdict_;
  }

 private:
  void broken(std::int64_t number, const std::string& what) {
    if (!verdict_.sound()) return;
    verdict_.first_broken = number;
    verdict_.problem = "event " + std::to_string(number) + " " + what;
  }

  void check_tables() {
    const auto flaw = find_flaw(database_, keys_);
    if (!flaw) return;
    if (flaw->event > 0) return broken(flaw->event, flaw->problem);
    verdict_.problem = flaw->problem;
  }

  void check_recorded() {
    const auto key = keys_.find(recorded_->key);
    if (key == keys_.end() || seal_of_head(key->second, recorded_->head) != recorded_->seal) {
      verdict_.problem = "the recorded head is not sealed with the ledger's key";
    }
  }

  void look(const Written& link, std::string_view digest) {
    const auto expected = verdict_.head.count + 1;
    if (link.number != expected) return broken(expected, "is missing");
    if (link.subject == 0) return broken(link.number, "speaks of a duty or a record that is gone");
    if (digest != link.hash) {
      return broken(link.number,
                    "was edited, or does not follow the event before it: its hash does not fit");
    }
    const auto key = keys_.find(link.key);
    if (key == keys_.end()) return broken(link.number, "is sealed with a key that is not known");
    if (key->second.seal(link.hash) != link.seal) {
      return broken(link.number, "was written by somebody without the key");
    }
    if (recorded_ && recorded_->head.count == link.number && recorded_->head.hash != link.hash) {
      return broken(link.number, "is another than the head last recorded");
    }
    look_at_texts(link);
    verdict_.head.count = link.number;
    verdict_.head.hash = link.hash;
    verdict_.events = link.number;
  }

  void look_at_texts(const Written& link) {
    if (!known_authors_.contains(link.author)) {
      if (look_at_text(link, link.author, "author")) known_authors_.emplace(link.author);
    }
    if (link.reason) look_at_text(link, *link.reason, "reason");
    if (link.proof) look_at_text(link, *link.proof, "proof");
  }

  bool look_at_text(const Written& link, std::string_view digest, const std::string& what) {
    auto row = database_.query("SELECT salt, text, event FROM heed_text WHERE hash = ?")
                   .bind(store::Blob{digest});
    if (row.step()) {
      if (text_digest(row.text(0), row.text(1)) != digits_of(digest)) {
        broken(link.number, "has another " + what + " than was written");
      } else if (!filed_right(row.text(0), row.optional_integer(2))) {
        broken(link.number, "has a " + what + " that was filed under another event");
      } else {
        return true;
      }
      return false;
    }
    const auto erased = erased_.find(link.subject);
    if (erased != erased_.end() && erased->second > link.number) {
      ++verdict_.erased_texts;
    } else {
      broken(link.number, "has lost its " + what + ", and no erasure says so");
    }
    return false;
  }

  store::Database& database_;
  const Keys& keys_;
  std::optional<Recorded> recorded_;
  std::map<std::int64_t, std::int64_t> erased_;  ///< subject -> the event
  std::set<std::string, std::less<>> known_authors_;
  Verdict verdict_;
};

}  // namespace

std::string Ledger::head_text() const {
  work_->chain.want_key();
  const auto last = head();
  return std::string(head_mark) + " " + std::to_string(last.count) + " " +
         (last.hash.empty() ? "-" : last.hash) + " " + work_->chain.key_name() + " " +
         seal_of_head(work_->chain.sealer(), last);
}

bool Ledger::is_head(std::string_view recorded) {
  return parse_head(recorded).has_value();
}

bool Ledger::follows(std::string_view recorded) const {
  const auto known = parse_head(recorded);
  if (!known) return false;
  if (known->key == work_->chain.key_name() &&
      known->seal != seal_of_head(work_->chain.sealer(), known->head)) {
    return false;
  }
  if (known->head.count == 0) return known->head.hash.empty();
  auto row =
      work_->database.query("SELECT hash FROM heed_event WHERE number = ?").bind(known->head.count);
  return row.step() && digits_of(row.blob(0)) == known->head.hash;
}

std::string Ledger::key_name(std::string_view key) {
  return ledger::key_name(key);
}

std::optional<std::string> Ledger::last_key() const {
  auto row = work_->database.query("SELECT seal FROM heed_event ORDER BY number DESC LIMIT 1");
  if (!row.step()) return std::nullopt;
  return digits_of(row.blob(0)).substr(0, 2 * key_name_bytes);
}

Verdict Ledger::verify(std::string_view recorded, std::span<const std::string> former_keys) const {
  work_->chain.want_key();
  Keys keys;
  keys.emplace(work_->chain.key_name(), vault::Sealer(work_->chain.key()));
  for (const auto& key : former_keys) keys.emplace(key_name(key), vault::Sealer(key));
  std::optional<Recorded> head;
  if (!recorded.empty()) {
    head = parse_head(recorded);
    if (!head) {
      Verdict verdict;
      verdict.problem = "the recorded head cannot be read; restore its file from a backup";
      return verdict;
    }
  }
  const store::Transaction moment(work_->database, store::Transaction::Kind::read);
  return Walk(work_->database, keys, std::move(head)).run();
}

}  // namespace heed::ledger
