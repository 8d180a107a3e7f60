#include "chain.hpp"

#include "heed/error.hpp"
#include "heed/store.hpp"
#include "heed/vault.hpp"

namespace heed::ledger {

namespace {

class Bytes {
 public:
  Bytes& add(std::string_view name, std::string_view value) {
    text_.append(name).append(" ").append(std::to_string(value.size())).append(" ");
    text_.append(value).append("\n");
    return *this;
  }
  Bytes& add(std::string_view name, std::int64_t value) { return add(name, std::to_string(value)); }
  template <class Value>
  Bytes& add(std::string_view name, const std::optional<Value>& value) {
    if (value) return add(name, *value);
    text_.append(name).append(" -\n");
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_ = "heed-event 1\n";
};

std::optional<std::string> day_text(const std::optional<Day>& day) {
  if (!day) return std::nullopt;
  return to_text(*day);
}

template <class Word>
std::optional<std::string> word(const std::optional<Word>& value) {
  if (!value) return std::nullopt;
  return std::string(to_text(*value));
}

Link link_of(const Step& step, const Author& author, std::int64_t number) {
  Link link;
  link.number = number;
  link.at = to_text(author.at);
  link.kind = to_text(step.kind);
  link.cause = word(step.cause);
  link.subject = step.subject;
  link.old_start = day_text(step.old_start);
  link.old_due = day_text(step.old_due);
  link.day = day_text(step.day);
  if (step.duty == nullptr) return link;
  const Duty& duty = *step.duty;
  link.duty = duty.number;
  link.state = to_text(duty.state);
  link.start = to_text(duty.start);
  link.due = day_text(duty.due);
  if (!step.whole) return link;
  link.wish = duty.object + "." + duty.field;
  link.change = duty.change;
  link.pack = duty.pack;
  link.version = duty.pack_version;
  link.rule = duty.rule;
  return link;
}

void insert(store::Database& database, const Link& link, const std::string& hash,
            const std::string& seal) {
  database
      .query(
          "INSERT INTO heed_event (number, at, kind, cause, duty, subject, wish, change, pack, "
          "version, rule, state, start, due, old_start, old_due, day, author, reason, proof, key, "
          "previous, hash, seal) VALUES "
          "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(link.number, link.at, link.kind, link.cause, link.duty, link.subject, link.wish,
            link.change, link.pack, link.version, link.rule, link.state, link.start, link.due,
            link.old_start, link.old_due, link.day, link.author, link.reason, link.proof, link.key,
            link.previous, hash, seal)
      .run();
}

}  // namespace

std::string Link::bytes() const {
  return Bytes()
      .add("number", number)
      .add("at", at)
      .add("kind", kind)
      .add("cause", cause)
      .add("duty", duty)
      .add("subject", subject)
      .add("wish", wish)
      .add("change", change)
      .add("pack", pack)
      .add("version", version)
      .add("rule", rule)
      .add("state", state)
      .add("start", start)
      .add("due", due)
      .add("old_start", old_start)
      .add("old_due", old_due)
      .add("day", day)
      .add("author", author)
      .add("reason", reason)
      .add("proof", proof)
      .add("key", key)
      .add("previous", previous)
      .take();
}

const std::string_view link_columns =
    "number, at, kind, cause, duty, subject, wish, change, pack, version, rule, state, start, due, "
    "old_start, old_due, day, author, reason, proof, key, previous, hash, seal";

Link read_link(const store::Statement& row) {
  return {row.integer(0),           std::string(row.text(1)), std::string(row.text(2)),
          row.optional_text(3),     row.optional_integer(4),  std::string(row.text(5)),
          row.optional_text(6),     row.optional_integer(7),  row.optional_text(8),
          row.optional_text(9),     row.optional_text(10),    row.optional_text(11),
          row.optional_text(12),    row.optional_text(13),    row.optional_text(14),
          row.optional_text(15),    row.optional_text(16),    std::string(row.text(17)),
          row.optional_text(18),    row.optional_text(19),    std::string(row.text(20)),
          std::string(row.text(21))};
}

Seal read_seal(const store::Statement& row) {
  return {std::string(row.text(22)), std::string(row.text(23))};
}

std::string key_name(std::string_view key) {
  return vault::keyed_digest(key, "heed ledger key").substr(0, 16);
}

std::string text_digest(std::string_view salt, std::string_view text) {
  return vault::digest(std::string(salt).append(text));
}

Chain::Chain(store::Database& database, std::string key)
    : database_(database), key_(std::move(key)), sealer_(key_), key_name_(ledger::key_name(key_)) {}

void Chain::want_key() const {
  if (!key_.empty()) return;
  throw Error(Kind::configuration,
              "the ledger's key is not at hand, so no event can be added; name the key file in the "
              "configuration");
}

Head Chain::head() const {
  auto row = database_.query("SELECT number, hash FROM heed_event ORDER BY number DESC LIMIT 1");
  if (!row.step()) return {};
  return {row.integer(0), std::string(row.text(1))};
}

std::int64_t Chain::next_event() const {
  if (!last_) last_ = head();
  return last_->count + 1;
}

std::int64_t Chain::next_duty() {
  if (!last_duty_) {
    auto row = database_.query("SELECT MAX(number) FROM heed_duty");
    row.step();
    last_duty_ = row.integer(0);
  }
  return ++*last_duty_;
}

std::string Chain::sealed(std::string_view text) const {
  return key_name_ + " " + sealer_.seal(text);
}

void Chain::forget() {
  last_.reset();
  last_duty_.reset();
  shared_.clear();
}

std::string Chain::keep(const Text& text, std::int64_t event) {
  if (text.shared) {
    if (const auto known = shared_.find(text.text); known != shared_.end()) return known->second;
  }
  const auto salt = vault::random_hex(16);
  const auto digest = text_digest(salt, text.text);
  database_.query("INSERT INTO heed_text (hash, salt, text, event) VALUES (?, ?, ?, ?)")
      .bind(digest, salt, text.text,
            text.shared ? std::nullopt : std::optional<std::int64_t>(event))
      .run();
  if (text.shared) shared_.emplace(text.text, digest);
  return digest;
}

std::int64_t Chain::append(const Step& step, const Author& author) {
  want_key();
  const auto number = next_event();
  auto link = link_of(step, author, number);
  link.author = keep({author.by, true}, number);
  if (step.reason) link.reason = keep(*step.reason, number);
  if (step.proof) link.proof = keep(*step.proof, number);
  link.key = key_name_;
  link.previous = last_->hash;
  auto hash = vault::digest(link.bytes());
  insert(database_, link, hash, sealer_.seal(hash));
  last_ = Head{number, std::move(hash)};
  return number;
}

}  // namespace heed::ledger
