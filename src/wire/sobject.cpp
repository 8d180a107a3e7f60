// The serializers of heed_sObject, under the names that the generated codec calls. The namespace
// table is defined here, once for all users of the codec.

#include "SoapBinding.nsmap"
#include "soapH.h"

#include <charconv>
#include <cstring>

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

void put_utf8(std::string& to, unsigned long c) {
  if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
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
      if (soap_peek_element(s_) != SOAP_OK) {
        if (s_->error != SOAP_NO_TAG) return false;
        s_->error = SOAP_OK;
        return true;
      }
      if (!element(prefix_size, depth)) return false;
    }
  }

 private:
  bool element(std::size_t prefix_size, int depth) {
    if (depth > deepest) return fail(SOAP_LEVEL);
    const std::size_t name_at = path_.size();
    path_.append(local_name(s_->tag));
    const bool subquery = local_name(s_->type) == "QueryResult";
    if (soap_element_begin_in(s_, nullptr, 1, nullptr) != SOAP_OK) return false;
    const bool nil = s_->null != 0;
    const bool has_body = s_->body != 0;
    if (subquery && !nil) {
      if (has_body && (!skip() || soap_element_end_in(s_, nullptr) != SOAP_OK)) return false;
    } else {
      const std::size_t field = to_.fields.size();
      begin_field(nil);
      if (has_body && !content(field, depth)) return false;
    }
    path_.resize(name_at > prefix_size ? prefix_size : name_at);
    return true;
  }

  /// The text of an element, or its children where it has any.
  bool content(std::size_t field, int depth) {
    const bool nil = to_.fields[field].nil;
    if (!read_text()) return false;
    if (at_child_) {
      to_.texts.resize(to_.fields[field].name_at);
      to_.fields.resize(field);
      path_ += '.';
      if (!children(path_.size(), depth + 1)) return false;
    } else if (nil) {
      to_.texts.resize(to_.fields[field].text_at);
    } else {
      to_.fields[field].text_size =
          static_cast<std::uint32_t>(to_.texts.size()) - to_.fields[field].text_at;
    }
    return soap_element_end_in(s_, nullptr) == SOAP_OK;
  }

  void begin_field(bool nil) {
    heed_sObject::Field field;
    field.name_at = static_cast<std::uint32_t>(to_.texts.size());
    field.name_size = static_cast<std::uint32_t>(path_.size());
    to_.texts += path_;
    field.text_at = static_cast<std::uint32_t>(to_.texts.size());
    field.nil = nil;
    to_.fields.push_back(field);
  }

  /// Appends character data up to the next tag; at_child_ tells which kind of tag it is. Reads the
  /// parser's buffer itself: gSOAP's own reading of text copies every character twice, and knows no
  /// references beyond 16 bits.
  bool read_text() {
    auto& to = to_.texts;
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
      return true;
    }
    put_utf8(to, code);
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

  void put(std::string& to, int c) {
    if (c == '\r') {  // XML reads CR LF, and CR alone, as one LF
      if (peek() == '\n') soap_get1(s_);
      to += '\n';
    } else if (c == 0) {
      put_utf8(to, 0xFFFD);
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
  std::size_t pair_at_ = static_cast<std::size_t>(-1);  ///< where a second half may come
};

/// Writes one field, or a parent record that begins here; returns the first field not written.
std::size_t write_fields(soap* s, const heed_sObject& from, std::size_t at, std::size_t end,
                         std::size_t prefix);

std::size_t write_parent(soap* s, const heed_sObject& from, std::size_t at, std::size_t end,
                         std::size_t prefix, std::size_t dot) {
  const std::string_view path = from.name(from.fields[at]).substr(0, dot + 1);
  std::size_t last = at;
  while (last < end && from.name(from.fields[last]).substr(0, dot + 1) == path) ++last;
  const std::string tag = "ens:" + std::string(path.substr(prefix, dot - prefix));
  if (soap_element(s, tag.c_str(), -1, "ens:sObject") || soap_element_start_end_out(s, nullptr)) {
    return 0;
  }
  if (write_fields(s, from, at, last, dot + 1) != last) return 0;
  return soap_element_end_out(s, tag.c_str()) == SOAP_OK ? last : 0;
}

bool write_null(soap* s, const char* tag) {
  return soap_element(s, tag, -1, nullptr) == SOAP_OK &&
         soap_attribute(s, "xsi:nil", "true") == SOAP_OK &&
         soap_element_start_end_out(s, tag) == SOAP_OK;
}

bool write_leaf(soap* s, const heed_sObject& from, const heed_sObject::Field& field,
                std::size_t prefix) {
  const auto name = from.name(field).substr(prefix);
  const auto at = name.find('@');  // a field of any type names its type: "OldValue@xsd:boolean"
  const std::string tag = "ens:" + std::string(name.substr(0, at));
  if (field.nil) return write_null(s, tag.c_str());
  const std::string text(from.text(field));
  const std::string type(at == std::string_view::npos ? std::string_view() : name.substr(at + 1));
  return soap_element_begin_out(s, tag.c_str(), -1, type.c_str()) == SOAP_OK &&
         soap_string_out(s, text.c_str(), 0) == SOAP_OK &&
         soap_element_end_out(s, tag.c_str()) == SOAP_OK;
}

std::size_t write_fields(soap* s, const heed_sObject& from, std::size_t at, std::size_t end,
                         std::size_t prefix) {
  while (at < end) {
    const auto dot = from.name(from.fields[at]).find('.', prefix);
    if (dot == std::string_view::npos) {
      if (!write_leaf(s, from, from.fields[at], prefix)) return 0;
      ++at;
    } else {
      at = write_parent(s, from, at, end, prefix, dot);
      if (at == 0) return 0;
    }
  }
  return at;
}

}  // namespace

extern "C++" {

void soap_default_ens__sObject(soap*, heed_sObject* a) {
  a->clear();
}

void soap_serialize_ens__sObject(soap*, const heed_sObject*) {}

int soap_out_ens__sObject(soap* s, const char* tag, int id, const heed_sObject* a,
                          const char* type) {
  if (a->fields.empty()) return write_null(s, tag) ? SOAP_OK : s->error;
  if (soap_element_begin_out(s, tag, id, "ens:sObject") != SOAP_OK) return s->error;
  if (write_fields(s, *a, 0, a->fields.size(), 0) != a->fields.size()) return s->error;
  return soap_element_end_out(s, tag);
}

heed_sObject* soap_in_ens__sObject(soap* s, const char* tag, heed_sObject* a, const char*) {
  if (soap_element_begin_in(s, tag, 1, nullptr) != SOAP_OK) return nullptr;
  if (a == nullptr) a = soap_new_ens__sObject(s);
  a->fields.reserve(24);
  a->texts.reserve(1024);
  if (s->body != 0) {
    if (!Reader(s, *a).children(0, 0)) return nullptr;
    if (soap_element_end_in(s, tag) != SOAP_OK) return nullptr;
  }
  return a;
}

const char* soap_ens__sObject2s(soap* s, heed_sObject) {
  s->error = SOAP_TYPE;  // a record is never an attribute
  return nullptr;
}

int soap_s2ens__sObject(soap* s, const char*, heed_sObject*) {
  return s->error = SOAP_TYPE;
}
}
