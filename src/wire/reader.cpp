#include "wire/reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "soapH.h"

namespace {

// How gSOAP is told of a tag whose "<" or "</" has been read. It keeps the names to itself; the
// decoder's tests hold the values.
constexpr soap_wchar open_tag = -2;
constexpr soap_wchar close_tag = -3;

constexpr std::size_t longest_reference = 12;
constexpr int deepest = 16;  // parents of parents; the CRM allows five

std::string_view local_name(const char* tag) {
  const char* colon = std::strchr(tag, ':');
  return colon != nullptr ? colon + 1 : tag;
}

/// Whether XML knows the character.
bool in_xml(unsigned long c) {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  return c <= 0x10FFFF && !(c >= 0xD800 && c < 0xE000) && c != 0xFFFE && c != 0xFFFF;
}

void put_utf8(std::string& to, unsigned long c) {
  if (c < 0x80) {
    to += static_cast<char>(c);
  } else if (c < 0x800) {
    to += static_cast<char>(0xC0 | (c >> 6));
    to += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    to += static_cast<char>(0xE0 | (c >> 12));
    to += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    to += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    to += static_cast<char>(0xF0 | (c >> 18));
    to += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    to += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    to += static_cast<char>(0x80 | (c & 0x3F));
  }
}

class Reader {
 public:
  Reader(soap* s, heed_sObject& to) : s_(s), to_(to) {}

  /// Reads child elements until the enclosing element ends. False on a parse error.
  bool children(std::size_t prefix_size, int depth) {
    for (;;) {
      while (plain_element()) {
      }
      if (soap_peek_element(s_) != SOAP_OK) {
        if (s_->error != SOAP_NO_TAG) return false;
        s_->error = SOAP_OK;
        return true;
      }
      if (!element(prefix_size, depth)) return false;
    }
  }

  /// Reads an end tag, which must be that of the element; gSOAP reads any.
  bool ends(std::string_view name) {
    if (soap_element_end_in(s_, nullptr) != SOAP_OK) return false;
    return local_name(s_->tag) == name || fail(SOAP_SYNTAX_ERROR);
  }

 private:
  /// Reads one element without gSOAP if it is of the plainest kind, which nearly all are: no
  /// attribute, or nil alone; no references but the usual ones; whole in the parser's buffer.
  /// False, with nothing read, for all others.
  bool plain_element() {
    if (s_->peeked != 0 || s_->ahead != 0) return false;
    const char* const end = s_->buf + s_->buflen;
    const char* at = s_->buf + s_->bufidx;
    while (at != end && is(*at, space)) ++at;
    if (end - at < 2 || *at != '<' || is(at[1], no_name)) return false;
    const char* const name = ++at;
    const char* local = name;
    for (; at != end && !is(*at, ends_name); ++at) {
      if (*at == ':') local = at + 1;
    }
    if (at == end || at == local) return false;
    const std::string_view tag(name, at);
    begin_field({local, at}, false);
    const std::string_view rest(at, end);
    const char* after = nullptr;
    if (rest.starts_with(nil_alone)) {
      to_.fields.back().nil = true;
      after = at + nil_alone.size();
    } else if (*at == '>') {
      after = closed_by(plain_text(at + 1, end), end, tag);
    }
    if (after == nullptr) {
      drop_field();
      return false;
    }
    end_field();
    s_->bufidx = static_cast<std::size_t>(after - s_->buf);
    return true;
  }

  /// Appends the text at `at`, up to where it ends or is not plain any more.
  const char* plain_text(const char* at, const char* end) {
    for (;;) {
      const char* const run = at;
      while (at != end && !is(*at, no_text)) ++at;
      to_.texts.append(run, at);
      if (at == end || *at != '&') return at;
      const auto most = std::min(longest_reference, static_cast<std::size_t>(end - at));
      const auto* const stop = static_cast<const char*>(std::memchr(at, ';', most));
      const unsigned long code = stop != nullptr ? referred({at + 1, stop}) : 0;
      if (code == 0 || !in_xml(code)) return at;
      put_utf8(to_.texts, code);
      at = stop + 1;
    }
  }

  static constexpr std::string_view nil_alone = " xsi:nil=\"true\"/>";

  /// What a character may be, in bits.
  enum Sort : unsigned char { space = 1, ends_name = 2, no_name = 4, no_text = 8 };
  static constexpr auto sorts = [] {
    std::array<unsigned char, 256> table{};
    const auto set = [&table](std::string_view characters, unsigned char sort) {
      for (const char c : characters) table[static_cast<unsigned char>(c)] |= sort;
    };
    set(" \t\r\n", space | ends_name | no_name);
    set({">/<\0", 4}, ends_name | no_name);
    set("!?", no_name);
    set({"<&\r\0", 4}, no_text);  // the others stand for themselves
    return table;
  }();
  static bool is(char c, Sort sort) { return (sorts[static_cast<unsigned char>(c)] & sort) != 0; }

  /// Where the reading goes on if the end tag of `tag` stands at `at`; null if it does not.
  static const char* closed_by(const char* at, const char* end, std::string_view tag) {
    const auto size = tag.size() + 3;
    if (static_cast<std::size_t>(end - at) < size || at[0] != '<' || at[1] != '/') return nullptr;
    if (std::memcmp(at + 2, tag.data(), tag.size()) != 0 || at[size - 1] != '>') return nullptr;
    return at + size;
  }

  bool element(std::size_t prefix_size, int depth) {
    if (depth > deepest) return fail(SOAP_LEVEL);
    const std::size_t name_at = path_.size();
    path_.append(local_name(s_->tag));
    const bool subquery = local_name(s_->type) == "QueryResult";
    if (soap_element_begin_in(s_, nullptr, 1, nullptr) != SOAP_OK) return false;
    const bool nil = s_->null != 0;
    const bool has_body = s_->body != 0;
    if (subquery && !nil) {
      if (has_body && (!skip() || !ends(path_.substr(name_at)))) return false;
    } else {
      const std::size_t field = to_.fields.size();
      begin_field({}, nil);
      if (has_body && !content(field, depth, path_.substr(name_at))) return false;
    }
    path_.resize(name_at > prefix_size ? prefix_size : name_at);
    return true;
  }

  /// The text of an element, or its children where it has any.
  bool content(std::size_t field, int depth, const std::string& name) {
    const bool nil = to_.fields[field].nil;
    if (!read_text()) return false;
    if (at_child_) {
      drop_field();
      path_ += '.';
      if (!children(path_.size(), depth + 1)) return false;
    } else if (nil) {
      to_.texts.resize(to_.fields[field].text_at);
    } else {
      end_field();
      to_.fields[field].replaced = replacements_ > 0;
    }
    return ends(name);
  }

  /// Begins the field at the path and `name` after it; its text is what is appended then.
  void begin_field(std::string_view name, bool nil) {
    heed_sObject::Field field;
    field.name_at = static_cast<std::uint32_t>(to_.texts.size());
    to_.texts.append(path_).append(name);
    field.text_at = static_cast<std::uint32_t>(to_.texts.size());
    field.name_size = field.text_at - field.name_at;
    field.nil = nil;
    to_.fields.push_back(field);
  }

  void end_field() {
    auto& field = to_.fields.back();
    field.text_size = static_cast<std::uint32_t>(to_.texts.size()) - field.text_at;
  }

  void drop_field() {
    to_.texts.resize(to_.fields.back().name_at);
    to_.fields.pop_back();
  }

  /// Appends character data up to the next tag; at_child_ tells which kind of tag it is. Reads the
  /// parser's buffer itself: gSOAP's own reading of text copies every character twice, and knows no
  /// references beyond 16 bits.
  bool read_text() {
    auto& to = to_.texts;
    replacements_ = 0;
    pair_at_ = none;
    for (;;) {
      const int c = peek_after_run(to);
      switch (c) {
        case EOF:
          return fail(SOAP_EOF);
        case '<': {
          bool done = false;
          if (!read_markup(to, done)) return false;
          if (done) return true;
          break;
        }
        case '&':
          if (!read_reference(to)) return false;
          break;
        default:
          soap_get1(s_);
          put(to, c);
      }
    }
  }

  /// Takes what stands in the buffer up to the next character with a meaning; that one is shown.
  int peek_after_run(std::string& to) {
    for (;;) {
      const char* const begin = s_->buf + s_->bufidx;
      const char* const end = s_->buf + s_->buflen;
      const char* at = begin;
      while (at != end && *at != '<' && *at != '&' && *at != '\r' && *at != '\0') ++at;
      to.append(begin, at);
      s_->bufidx += static_cast<std::size_t>(at - begin);
      if (at != end) return static_cast<unsigned char>(*at);
      if (peek() == EOF) return EOF;
    }
  }

  /// The next character, left where it is; EOF at the end.
  int peek() {
    const int c = soap_get1(s_);
    if (c != EOF) --s_->bufidx;
    return c;
  }

  /// At "<": a tag ends the text and is handed to gSOAP, a CDATA section is text, the rest nothing.
  bool read_markup(std::string& to, bool& done) {
    soap_get1(s_);
    const int c = peek();
    if (c == '!' || c == '?') {
      soap_get1(s_);
      return c == '?' ? pass(to, "?>", false) : read_section(to);
    }
    at_child_ = c != '/';
    if (!at_child_) soap_get1(s_);
    soap_unget(s_, at_child_ ? open_tag : close_tag);
    done = true;
    return true;
  }

  /// After "<!": CDATA or a comment. A DTD has no place in a message.
  bool read_section(std::string& to) {
    const std::string_view head = peek() == '[' ? "[CDATA[" : "--";
    for (const char expected : head) {
      if (soap_get1(s_) != static_cast<unsigned char>(expected)) return fail(SOAP_SYNTAX_ERROR);
    }
    return head[0] == '[' ? pass(to, "]]>", true) : pass(to, "-->", false);
  }

  /// Reads up to and with `end`; what stands before is text if `keep`.
  bool pass(std::string& to, std::string_view end, bool keep) {
    const std::size_t begin = to.size();
    for (;;) {
      const int c = soap_get1(s_);
      if (c == EOF) return fail(SOAP_EOF);
      put(to, c);
      const bool ended = std::string_view(to).substr(begin).ends_with(end);
      if (ended) to.resize(keep ? to.size() - end.size() : begin);
      if (ended) return true;
    }
  }

  /// Reads "&...;". gSOAP's own reading knows no character beyond 16 bits and no pairs. What is no
  /// reference that XML has becomes U+FFFD.
  bool read_reference(std::string& to) {
    char name[longest_reference + 1] = "";
    std::size_t size = 0;
    for (int c = soap_get1(s_);; name[size++] = static_cast<char>(c)) {
      c = soap_get1(s_);
      if (c == EOF) return fail(SOAP_EOF);
      if (c == ';') break;
      if (size == longest_reference) return fail(SOAP_SYNTAX_ERROR);
    }
    const unsigned long code = referred(std::string_view(name, size));
    if (code >= 0xDC00 && code < 0xE000 && pair_at_ == to.size()) {
      to.resize(to.size() - 3);  // the replacement that stands for the first half
      put_utf8(to, 0x10000 + ((first_half_ - 0xD800) << 10) + (code - 0xDC00));
      --replacements_;
      pair_at_ = none;
      return true;
    }
    put_character(to, code);
    if (code >= 0xD800 && code < 0xDC00) {  // a character outside the BMP written as two references
      first_half_ = code;
      pair_at_ = to.size();
    }
    return true;
  }

  /// The character that a reference names; 0 for none.
  static unsigned long referred(std::string_view name) {
    if (name == "amp") return '&';
    if (name == "lt") return '<';
    if (name == "gt") return '>';
    if (name == "quot") return '"';
    if (name == "apos") return '\'';
    if (name.size() < 2 || name[0] != '#') return 0;
    const bool hex = name[1] == 'x' || name[1] == 'X';
    const char* begin = name.data() + (hex ? 2 : 1);
    const char* end = name.data() + name.size();
    unsigned long code = 0;
    const auto [at, error] = std::from_chars(begin, end, code, hex ? 16 : 10);
    return error == std::errc() && at == end ? code : 0;
  }

  void put_character(std::string& to, unsigned long code) {
    if (!in_xml(code)) ++replacements_;
    put_utf8(to, in_xml(code) ? code : 0xFFFD);
  }

  void put(std::string& to, int c) {
    if (c == '\r') {  // XML reads CR LF, and CR alone, as one LF
      if (peek() == '\n') soap_get1(s_);
      to += '\n';
    } else if (c == 0) {
      put_character(to, 0);
    } else {
      to += static_cast<char>(c);
    }
  }

  /// Passes over everything up to the end of the enclosing element.
  bool skip() {
    for (;;) {
      if (soap_peek_element(s_) != SOAP_OK) {
        if (s_->error != SOAP_NO_TAG) return false;
        s_->error = SOAP_OK;
        return true;
      }
      if (soap_ignore_element(s_) != SOAP_OK) return false;
    }
  }

  bool fail(int error) {
    s_->error = error;
    return false;
  }

  soap* s_;
  heed_sObject& to_;
  std::string path_;
  bool at_child_ = false;
  unsigned long first_half_ = 0;
  static constexpr auto none = static_cast<std::size_t>(-1);
  std::size_t pair_at_ = none;  ///< where a second half may come
  int replacements_ = 0;        ///< in the text that is being read
};

/// Which of gSOAP's places for extensions' data is heed's; its plugins that take one are not used.
constexpr int place = 3;

}  // namespace

void hand_over(soap* s, heed_Taking* to) {
  s->data[place] = to;
}
heed_Taking* taking_of(const soap* s) {
  return static_cast<heed_Taking*>(s->data[place]);
}

bool read_fields(soap* s, heed_sObject& to) {
  const std::string name(local_name(s->tag));
  Reader reader(s, to);
  return reader.children(0, 0) && reader.ends(name);
}
