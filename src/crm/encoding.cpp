#include "crm/encoding.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>

#include "crm/utf8.hpp"

namespace heed::crm {

namespace {

constexpr std::string_view spaces = " \t\r\n";
constexpr char no_character = '\xFF';  // in UTF-8

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return result;
}

/// The word after `key` and "=", quoted or not.
std::string word_after(std::string_view text, std::string_view key) {
  auto at = text.find(key);
  if (at == std::string_view::npos) return {};
  at = text.find_first_not_of(spaces, at + key.size());
  if (at == std::string_view::npos || text[at] != '=') return {};
  at = text.find_first_not_of(" \t\r\n\"'", at + 1);
  if (at == std::string_view::npos) return {};
  return lower(text.substr(at, text.find_first_of(" \t\r\n\"';?>", at) - at));
}

std::string_view declaration_of(std::string_view body) {
  const auto at = body.find_first_not_of(spaces);
  if (at == std::string_view::npos || !body.substr(at).starts_with("<?xml")) return {};
  const auto end = body.find("?>", at);
  return end == std::string_view::npos ? std::string_view() : body.substr(at, end + 2 - at);
}

bool says_utf8(std::string_view encoding) {
  return encoding.empty() || encoding == "utf-8" || encoding == "utf8" || encoding == "us-ascii";
}

/// What the first bytes show for themselves; empty for what looks like ASCII.
std::string_view shown_by(std::string_view body) {
  if (body.starts_with("\xFF\xFE")) return "UTF-16LE";
  if (body.starts_with("\xFE\xFF")) return "UTF-16BE";
  if (body.starts_with("\xEF\xBB\xBF")) return "utf-8";
  if (body.starts_with(std::string_view("<\0", 2))) return "UTF-16LE";
  if (body.starts_with(std::string_view("\0<", 2))) return "UTF-16BE";
  return {};
}

std::string encoding_of(std::string_view body, std::string_view content_type) {
  if (const auto shown = shown_by(body); !shown.empty()) return std::string(shown);
  const std::string declared = word_after(declaration_of(body), "encoding");
  const std::string charset = word_after(lower(content_type), "charset");
  if (charset.empty()) return declared;
  if (says_utf8(declared) == says_utf8(charset)) return charset;
  if (good_run(body) == body.size()) return "utf-8";
  return says_utf8(declared) ? charset : declared;
}

/// iconv under the name that a document uses; closed with the object.
class Converter {
 public:
  explicit Converter(const std::string& encoding) {
    const bool latin = encoding == "iso-8859-1" || encoding == "latin1" || encoding == "latin-1";
    const bool safe = encoding.find('/') == std::string::npos;  // "//" begins iconv's own options
    if (safe) handle_ = ::iconv_open("UTF-8", latin ? "windows-1252" : encoding.c_str());
    unit_ = lower(encoding).starts_with("utf-16") ? 2 : 1;
  }
  ~Converter() {
    if (known()) ::iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  bool known() const { return handle_ != none(); }

  std::string convert(std::string& from) {
    std::string to;
    to.reserve(from.size() + from.size() / 8);
    char* at = from.data();
    std::size_t left = from.size();
    while (left > 0) {
      if (step(at, left, to)) continue;
      to += no_character;  // for one unit
      const auto bad = std::min(left, unit_);
      at += bad;
      left -= bad;
    }
    return to;
  }

 private:
  static iconv_t none() { return reinterpret_cast<iconv_t>(-1); }

  /// Converts what fits into a buffer; false at what cannot be converted.
  bool step(char*& at, std::size_t& left, std::string& to) {
    std::array<char, 65536> buffer{};
    char* out = buffer.data();
    std::size_t room = buffer.size();
    const auto done = ::iconv(handle_, &at, &left, &out, &room);
    const int error = errno;
    to.append(buffer.data(), buffer.size() - room);
    return done != static_cast<std::size_t>(-1) || error == E2BIG;
  }

  iconv_t handle_ = none();
  std::size_t unit_ = 1;
};

}  // namespace

std::size_t to_utf8(std::string& body, std::string_view content_type) {
  const std::string encoding = encoding_of(body, content_type);
  if (!says_utf8(encoding)) {
    Converter converter(encoding);
    if (converter.known()) body = converter.convert(body);
  }
  std::size_t begin = body.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::string_view rest = std::string_view(body).substr(begin);
  begin += std::min(rest.size(), rest.find_first_not_of(spaces));
  return begin + declaration_of(std::string_view(body).substr(begin)).size();
}

bool has_dtd(std::string_view xml) {
  for (;;) {
    xml.remove_prefix(std::min(xml.size(), xml.find('<')));
    const std::string_view end = xml.starts_with("<?")     ? "?>"
                                 : xml.starts_with("<!--") ? "-->"
                                                           : "";
    if (end.empty()) return xml.starts_with("<!DOCTYPE") && !is_html(xml);
    const auto after = xml.find(end);
    if (after == std::string_view::npos) return false;
    xml.remove_prefix(after + end.size());
  }
}

bool is_html(std::string_view text) {
  const auto at = text.find_first_not_of(spaces);
  if (at == std::string_view::npos) return false;
  const std::string head = lower(text.substr(at, 64));
  if (head.starts_with("<html")) return true;
  const auto kind = head.find_first_not_of(spaces, sizeof("<!doctype") - 1);
  return head.starts_with("<!doctype") && kind != std::string::npos &&
         head.compare(kind, 4, "html") == 0;
}

}  // namespace heed::crm
