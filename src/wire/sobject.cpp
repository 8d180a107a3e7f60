// The serializers of heed_sObject, under the names that the generated codec calls. The namespace
// table is defined here, once for all users of the codec.

#include "SoapBinding.nsmap"
#include "soapH.h"

#include <cstring>

namespace {

// What soap_get answers for markup. gSOAP keeps these names to itself, and promises their values to
// generated code only by using them: the decoder's tests hold them.
constexpr soap_wchar open_tag = -2;    // <
constexpr soap_wchar close_tag = -3;   // </
constexpr soap_wchar greater = -4;     // >
constexpr soap_wchar quote = -5;       // "
constexpr soap_wchar apostrophe = -6;  // '

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

  /// Appends character data up to the next tag; at_child_ tells which kind of tag it is.
  bool read_text() {
    auto& to = to_.texts;
    for (;;) {
      if (s_->ahead == 0 && s_->cdata == 0) take_run(to);
      const soap_wchar c = soap_get(s_);
      switch (c) {
        case open_tag:
        case close_tag:
          soap_unget(s_, c);
          at_child_ = c == open_tag;
          return true;
        case greater:
          to += '>';
          break;
        case quote:
          to += '"';
          break;
        case apostrophe:
          to += '\'';
          break;
        default:
          if (static_cast<int>(c) == EOF) return fail(SOAP_EOF);
          put(to, c);
      }
    }
  }

  /// Takes what stands in the parser's buffer up to the next character with a meaning.
  void take_run(std::string& to) {
    const char* const begin = s_->buf + s_->bufidx;
    const char* const end = s_->buf + s_->buflen;
    const char* at = begin;
    while (at != end && *at != '<' && *at != '&' && *at != '\r' && *at != '\0') ++at;
    to.append(begin, at);
    s_->bufidx += static_cast<std::size_t>(at - begin);
  }

  void put(std::string& to, soap_wchar c) {
    const bool reference = (static_cast<unsigned>(c) & 0x80000000U) != 0;
    const unsigned long code = static_cast<unsigned>(c) & 0x7FFFFFFFU;
    if (reference) {
      put_utf8(to, code);
    } else if (code == '\r') {  // XML reads CR LF, and CR alone, as one LF
      const soap_wchar next = soap_get(s_);
      if (next != '\n') soap_unget(s_, next);
      to += '\n';
    } else if (code == 0) {
      put_utf8(to, 0xFFFD);
    } else {
      to += static_cast<char>(code);
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

bool write_leaf(soap* s, const heed_sObject& from, const heed_sObject::Field& field,
                std::size_t prefix) {
  const std::string tag = "ens:" + std::string(from.name(field).substr(prefix));
  if (field.nil) {
    return soap_element(s, tag.c_str(), -1, nullptr) == SOAP_OK &&
           soap_attribute(s, "xsi:nil", "true") == SOAP_OK &&
           soap_element_start_end_out(s, tag.c_str()) == SOAP_OK;
  }
  const std::string text(from.text(field));
  return soap_element_begin_out(s, tag.c_str(), -1, nullptr) == SOAP_OK &&
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
  if (soap_element_begin_out(s, tag, id, type) != SOAP_OK) return s->error;
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
