#include "simulator/story_words.hpp"

#include <array>
#include <charconv>
#include <stdexcept>

namespace heed::simulated {

namespace {

std::invalid_argument wrong(const std::string& text) {
  return std::invalid_argument(text);
}

template <typename Number>
std::optional<Number> whole(std::string_view text) {
  Number value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::chrono::seconds> unit(std::string_view text) {
  if (text.empty()) return std::nullopt;
  switch (text.front()) {
    case 's':
      return std::chrono::seconds{1};
    case 'm':
      return std::chrono::minutes{1};
    case 'h':
      return std::chrono::hours{1};
    case 'd':
      return std::chrono::days{1};
    case 'w':
      return std::chrono::weeks{1};
    default:
      return std::nullopt;
  }
}

struct WishField {
  std::string_view object, wish, field;
};
constexpr std::array wish_fields{WishField{"Individual", "solicit", "HasOptedOutSolicit"},
                                 WishField{"Individual", "track", "HasOptedOutTracking"},
                                 WishField{"Individual", "geotrack", "HasOptedOutGeoTracking"},
                                 WishField{"Individual", "profile", "HasOptedOutProfiling"},
                                 WishField{"Individual", "process", "HasOptedOutProcessing"},
                                 WishField{"Individual", "forget", "ShouldForget"},
                                 WishField{"Individual", "export", "SendIndividualData"},
                                 WishField{"Account", "email", "PersonHasOptedOutOfEmail"},
                                 WishField{"Account", "phone", "PersonDoNotCall"},
                                 WishField{"Account", "fax", "PersonHasOptedOutOfFax"},
                                 WishField{"Account", "text", "Text_Opt_Out__pc"},
                                 WishField{"", "email", "HasOptedOutOfEmail"},
                                 WishField{"", "phone", "DoNotCall"},
                                 WishField{"", "fax", "HasOptedOutOfFax"},
                                 WishField{"", "text", "Text_Opt_Out__c"}};

}  // namespace

Words::Words(std::string_view line) : line_(line) {
  for (std::size_t at = 0; at < line_.size();) {
    if (line_[at] == ' ' || line_[at] == '\t' || line_[at] == '\r') {
      ++at;
      continue;
    }
    Word word{{}, at};
    bool quoted = false;
    for (; at < line_.size() && (quoted || (line_[at] != ' ' && line_[at] != '\t')); ++at) {
      if (line_[at] == '"')
        quoted = !quoted;
      else if (line_[at] != '\r')
        word.text += line_[at];
    }
    if (quoted) throw wrong("a double quote is not closed");
    words_.push_back(std::move(word));
  }
}

void Words::fail(const std::string& expected) const {
  throw wrong("expected " + expected +
              (empty() ? " at the end of the line" : ", not '" + words_[at_].text + "'"));
}

bool Words::accept(std::string_view phrase) {
  std::size_t at = at_;
  const Words wanted(phrase);
  for (const auto& word : wanted.words_) {
    if (at == words_.size() || !same_name(words_[at].text, word.text)) return false;
    ++at;
  }
  at_ = at;
  return true;
}

void Words::expect(std::string_view phrase) {
  if (!accept(phrase)) fail("'" + std::string(phrase) + "'");
}

void Words::end() const {
  if (!empty()) fail("the end of the line");
}

std::string Words::word(std::string_view what) {
  if (empty()) fail(std::string(what));
  return words_[at_++].text;
}

std::uint32_t Words::number(std::string_view what) {
  const auto value = empty() ? std::nullopt : whole<std::uint32_t>(words_[at_].text);
  if (!value) fail(std::string(what));
  ++at_;
  return *value;
}

std::chrono::seconds Words::span() {
  if (empty()) fail("a time span such as '3 days'");
  const std::string& text = words_[at_].text;
  const auto digits = text.find_first_not_of("0123456789");
  const auto count = whole<std::int64_t>(std::string_view(text).substr(0, digits));
  std::string name = digits == std::string::npos ? "" : text.substr(digits);
  const bool apart = name.empty() && at_ + 1 < words_.size();
  if (apart) name = words_[at_ + 1].text;  // a colon may follow; only the first letter counts
  const auto by = unit(name);
  if (!count || !by) fail("a time span such as '3 days'");
  at_ += apart ? 2 : 1;
  return *by * *count;
}

Moment Words::moment() {
  std::string text = empty() ? std::string() : words_[at_].text;
  while (!text.empty() && (text.back() == ',' || text.back() == ':')) text.pop_back();
  const auto moment = parse_moment(text);
  if (!moment) fail("a moment such as '2026-03-02T10:00:00Z'");
  ++at_;
  return *moment;
}

bool Words::record_next(const Org& org) const {
  if (empty()) return false;
  if (Id::parse(words_[at_].text)) return true;
  return org.has_object(words_[at_].text) && at_ + 1 < words_.size();
}

Id Words::record(const Org& org) {
  if (empty()) fail("a record such as 'Contact 4'");
  if (const auto id = Id::parse(words_[at_].text)) {
    ++at_;
    return *id;
  }
  if (!org.has_object(words_[at_].text)) fail("a record such as 'Contact 4'");
  const std::string object = words_[at_++].text;
  if (!empty() && words_[at_].text.starts_with('#')) words_[at_].text.erase(0, 1);
  return org.nth(object, number("the record's number"));
}

std::string Words::rest() {
  if (empty()) fail("what is to happen");
  const auto begin = words_[at_].begin;
  at_ = words_.size();
  return line_.substr(begin);
}

Value story_value(const FieldInfo& field, std::string_view text) {
  const auto bad = [&] {
    return wrong("'" + std::string(text) + "' is no value for " + std::string(field.name) +
                 ", which is of type " + std::string(field.type));
  };
  if (text == "null") return Null{};
  switch (field.kind()) {
    case FieldType::flag:
      if (text != "true" && text != "false") throw bad();
      return text == "true";
    case FieldType::date:
      if (const auto day = parse_day(text)) return *day;
      throw bad();
    case FieldType::moment:
      if (const auto moment = parse_moment(text)) return *moment;
      throw bad();
    case FieldType::integer:
      if (const auto number = whole<std::int64_t>(text)) return *number;
      throw bad();
    default:
      return text;
  }
}

std::string wish_field(std::string_view object, std::string_view wish) {
  for (const auto& entry : wish_fields) {
    const bool fits =
        entry.object.empty() ? object == "Contact" || object == "Lead" : entry.object == object;
    if (fits && same_name(entry.wish, wish)) return std::string(entry.field);
  }
  throw wrong("a record of " + std::string(object) + " has no wish '" + std::string(wish) + "'");
}

}  // namespace heed::simulated
