#include "chain.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "duties.hpp"
#include "heed/error.hpp"
#include "heed/store.hpp"
#include "heed/time/text.hpp"
#include "heed/vault.hpp"
#include "raw.hpp"
#include "spool.hpp"

namespace heed::ledger {

namespace {

class Bytes {
 public:
  Bytes() { spool_.put(std::string_view("heed-event 1\n")); }
  Bytes& add(std::string_view name, std::string_view value) {
    spool_.put(name).put(' ').put_counted(value).put('\n');
    return *this;
  }
  Bytes& add(std::string_view name, const std::string& value) {
    return add(name, std::string_view(value));
  }
  Bytes& add(std::string_view name, std::int64_t value) {
    std::array<char, 20> room{};
    const auto* end = std::to_chars(room.data(), room.data() + room.size(), value).ptr;
    return add(name, std::string_view(room.data(), static_cast<std::size_t>(end - room.data())));
  }
  Bytes& add(std::string_view name, Moment value) {
    MomentText room;
    return add(name, write_text(value, room));
  }
  Bytes& add(std::string_view name, Day value) {
    DayText room;
    return add(name, write_text(value, room));
  }
  template <class Value>
  Bytes& add(std::string_view name, const std::optional<Value>& value) {
    return value ? add(name, *value) : add_none(name);
  }
  Bytes& add_none(std::string_view name) {
    spool_.put(name).put(std::string_view(" -\n"));
    return *this;
  }
  std::string digest() const { return vault::digest(spool_.text()); }

 private:
  Spool spool_;
};

constexpr std::size_t salt_bytes = 16;

/// How a salt begins: with the number of the event that the text is of alone, or with none.
std::string filed_under(std::optional<std::int64_t> event) {
  return (event ? std::to_string(*event) : std::string("-")) + ":";
}

template <class Word>
std::optional<std::string_view> word(const std::optional<Word>& value) {
  if (!value) return std::nullopt;
  return to_text(*value);
}

Link link_of(const Step& step, const Author& author, std::int64_t number) {
  Link link;
  link.number = number;
  link.at = author.at;
  link.kind = to_text(step.kind);
  link.cause = word(step.cause);
  link.subject = step.duty != nullptr ? step.duty->subject : step.subject->handle;
  link.old_start = step.old_start;
  link.old_due = step.old_due;
  link.day = step.day;
  if (step.duty == nullptr) return link;
  const Duty& duty = *step.duty;
  link.duty = duty.number;
  link.state = to_text(duty.state);
  link.start = duty.start;
  link.due = duty.due;
  if (!step.rule) return link;
  link.wish = duty.object + "." + duty.field;
  link.change = duty.change;
  link.pack = duty.pack;
  link.version = duty.pack_version;
  link.rule = duty.rule;
  return link;
}

}  // namespace

std::string Link::digest() const {
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
      .digest();
}

const std::string_view link_query =
    "SELECT e.number, e.at, e.kind, e.cause, e.duty, s.handle, r.object || '.' || r.field, "
    "CASE WHEN e.rule IS NOT NULL THEN d.change END, r.pack, r.version, r.rule, e.state, e.start, "
    "e.due, e.old_start, e.old_due, e.day, e.author, e.reason, e.proof, e.hash, e.seal, s.number "
    "FROM heed_event e LEFT JOIN heed_duty d ON d.number = e.duty "
    "LEFT JOIN heed_rule r ON r.number = e.rule LEFT JOIN heed_subject s ON s.number = "
    "CASE WHEN e.duty IS NULL THEN e.subject WHEN e.subject IS NULL THEN d.subject END";

Written::Written(const store::Statement& row)
    : number(row.integer(0)),
      subject(row.integer(22)),
      author(row.blob(17)),
      reason(row.is_null(18) ? std::nullopt : std::optional(row.blob(18))),
      proof(row.is_null(19) ? std::nullopt : std::optional(row.blob(19))),
      hash(digits_of(row.blob(20))) {
  const auto stored = digits_of(row.blob(21));
  const auto split = std::min(stored.size(), 2 * key_name_bytes);
  key = stored.substr(0, split);
  seal = stored.substr(split);
}

std::string Written::digest(const store::Statement& row, std::string_view key,
                            std::string_view previous) {
  constexpr std::array<std::string_view, 20> names{
      "number",    "at",      "kind",    "cause",  "duty",   "subject", "wish",
      "change",    "pack",    "version", "rule",   "state",  "start",   "due",
      "old_start", "old_due", "day",     "author", "reason", "proof"};
  constexpr std::size_t first_digest = 17;
  Bytes bytes;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const int column = static_cast<int>(i);
    if (row.is_null(column)) {
      bytes.add_none(names[i]);
    } else if (i < first_digest) {
      bytes.add(names[i], row.text(column));
    } else {
      bytes.add(names[i], digits_of(row.blob(column)));
    }
  }
  return bytes.add("key", key).add("previous", previous).digest();
}

std::string key_name(std::string_view key) {
  return vault::keyed_digest(key, "heed ledger key").substr(0, 16);
}

std::string text_digest(std::string_view salt, std::string_view text) {
  return vault::digest(std::string(salt).append(text));
}

bool filed_right(std::string_view salt, std::optional<std::int64_t> event) {
  const auto random = salt.substr(salt.size() - std::min(salt.size(), 2 * salt_bytes));
  const bool whole = random.size() == 2 * salt_bytes &&
                     random.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  const auto before = salt.substr(0, salt.size() - random.size());
  return whole && (before.empty() || before == filed_under(event));
}

Chain::Chain(store::Database& database, std::string key)
    : database_(database),
      key_(std::move(key)),
      sealer_(key_),
      key_name_(ledger::key_name(key_)),
      balance_(database) {}

void Chain::want_key() const {
  if (!key_.empty()) return;
  throw Error(Kind::configuration,
              "the ledger's key is not at hand, so no event can be added; name the key file in the "
              "configuration");
}

Head Chain::head() const {
  auto row = database_.query("SELECT number, hash FROM heed_event ORDER BY number DESC LIMIT 1");
  if (!row.step()) return {};
  return {row.integer(0), digits_of(row.blob(1))};
}

std::int64_t Chain::next_event() const {
  if (!last_) last_ = head();
  return last_->count + 1;
}

std::int64_t Counter::next(store::Database& database) {
  if (!last_) {
    auto row = database.query(query_);
    row.step();
    last_ = row.integer(0);
  }
  return ++*last_;
}

std::int64_t Chain::rule_of(const Duty& duty) {
  return rules_.number_of(*this, {duty.object, duty.field, to_text(duty.preference),
                                  to_text(duty.how), duty.pack, duty.pack_version, duty.rule,
                                  duty.title, to_text(duty.kind), duty.zone, duty.calendar});
}

Seal Chain::sealed(std::string_view text) const {
  Seal seal;
  const Raw name(key_name_);
  const auto digest = sealer_.seal_bytes(text);
  auto* const end = std::copy_n(name.blob().bytes.data(), key_name_bytes, seal.bytes.data());
  std::copy(digest.begin(), digest.end(), end);
  return seal;
}

void Chain::forget() {
  last_.reset();
  duties_.forget();
  subjects_.forget();
  rules_.forget();
  shared_.clear();
  balance_.forget();
}

std::string Chain::keep(const Text& text, std::int64_t event) {
  if (text.shared) {
    if (const auto known = shared_.find(text.text); known != shared_.end()) return known->second;
  }
  const auto under = text.shared ? std::nullopt : std::optional(event);
  const auto salt = filed_under(under) + vault::random_hex(salt_bytes);
  auto digest = text_digest(salt, text.text);
  database_.query("INSERT INTO heed_text (hash, salt, text, event) VALUES (?, ?, ?, ?)")
      .bind(Raw(digest).blob(), salt, text.text, under)
      .run();
  if (text.shared) shared_.emplace(text.text, digest);
  return digest;
}

void Chain::insert(const Step& step, const Link& link, std::string_view hash) {
  const auto raw = [](const std::optional<std::string>& digits) {
    return digits ? std::optional(Raw(*digits)) : std::nullopt;
  };
  const auto seal = sealed(hash);
  const Raw author(link.author);
  const auto reason = raw(link.reason);
  const auto proof = raw(link.proof);
  auto& pen = pens_.event;
  pen.take(
      database_,
      "INSERT INTO heed_event (number, at, kind, cause, duty, subject, rule, state, start, due, "
      "old_start, old_due, day, author, reason, proof, hash, seal) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  pen.add(link.number, link.at, link.kind, link.cause, link.duty,
          step.duty != nullptr ? std::nullopt : std::optional(step.subject->number), step.rule,
          link.state, link.start, link.due, link.old_start, link.old_due, link.day, author, reason,
          proof, Raw(hash), seal.blob())
      .write();
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
  auto hash = link.digest();
  insert(step, link, hash);
  last_ = Head{number, std::move(hash)};
  return number;
}

}  // namespace heed::ledger
