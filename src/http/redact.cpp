#include "http/redact.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "heed/http.hpp"

namespace heed::http {

namespace {

constexpr std::string_view removed = "(removed)";

/// What bears a secret, as an element, a member of JSON or a field of a form; in lower case.
constexpr std::array<std::string_view, 17> bearers{
    "sessionid",     "password",      "newpassword", "oldpassword",      "access_token",
    "refresh_token", "client_secret", "assertion",   "id_token",         "signature",
    "sid",           "session_id",    "token",       "client_assertion", "serversessionid",
    "secret",        "securitytoken"};

constexpr std::array<std::string_view, 4> bearing_headers{"authorization", "proxy-authorization",
                                                          "cookie", "set-cookie"};

template <class List>
bool is_in(const List& list, std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(list.begin(), list.end(), lower) != list.end();
}

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

/// The place of one secret in a text.
struct Place {
  std::size_t from = std::string_view::npos;
  std::size_t to = 0;
};

/// The content of the element that begins at `at` ('<'), where its name is a bearer's.
Place in_element(std::string_view text, std::size_t at) {
  std::size_t begin = at + 1;
  std::size_t end = begin;
  for (; end < text.size() && (is_name(text[end]) || text[end] == ':'); ++end) {
    if (text[end] == ':') begin = end + 1;  // the prefix is anybody's
  }
  if (end == begin || !is_in(bearers, text.substr(begin, end - begin))) return {};
  const auto open = text.find('>', end);
  if (open == std::string_view::npos || text[open - 1] == '/') return {};
  // What is inside may be CDATA: it ends where the element does.
  const auto close = text.find("</", open);
  return {open + 1, std::min(close, text.size())};
}

/// The value after a name in quotes that begins at `at` ('"'): JSON.
Place in_member(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && is_name(text[end])) ++end;
  if (end >= text.size() || text[end] != '"') return {};
  if (!is_in(bearers, text.substr(at + 1, end - at - 1))) return {};
  auto value = text.find_first_not_of(" \t\r\n", end + 1);
  if (value == std::string_view::npos || text[value] != ':') return {};
  value = text.find_first_not_of(" \t\r\n", value + 1);
  if (value == std::string_view::npos || text[value] != '"') return {};
  std::size_t to = value + 1;
  while (to < text.size() && text[to] != '"') to += text[to] == '\\' ? 2U : 1U;
  return {value + 1, std::min(to, text.size())};
}

/// The value after NAME= that begins at `at`: a form, or the query of an address.
Place in_form(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_name(text[end])) ++end;
  if (end == at || end >= text.size() || text[end] != '=') return {};
  if (!is_in(bearers, text.substr(at, end - at))) return {};
  return {end + 1, std::min(text.find_first_of("& \t\r\n\"'<>;", end + 1), text.size())};
}

/// The value of the header that begins a line at `at`.
Place in_header(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_name(text[end])) ++end;
  if (end == at || end >= text.size() || text[end] != ':') return {};
  if (!is_in(bearing_headers, text.substr(at, end - at))) return {};
  return {end + 1, std::min(text.find_first_of("\r\n", end), text.size())};
}

/// The CRM's fault of an ended session tells a piece of it.
Place in_words(std::string_view text, std::size_t at) {
  static constexpr std::string_view words = "session hash: ";
  if (text.substr(at, words.size()) != words) return {};
  const auto from = at + words.size();
  return {from, std::min(text.find_first_of(" <\r\n", from), text.size())};
}

/// The secret whose bearer begins at `at`.
Place place_at(std::string_view text, std::size_t at) {
  if (text[at] == '<') return in_element(text, at);
  if (text[at] == '"') return in_member(text, at);
  const char before = at == 0 ? '\n' : text[at - 1];
  if (is_name(before)) return {};
  Place place;
  if (before == '\n') place = in_header(text, at);
  if (place.from == std::string_view::npos) place = in_form(text, at);
  if (place.from == std::string_view::npos) place = in_words(text, at);
  return place;
}

}  // namespace

std::string redacted(std::string_view text, const std::function<void(std::string_view)>& found) {
  std::string result;
  result.reserve(text.size());
  std::size_t kept = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const Place place = place_at(text, at);
    if (place.from == std::string_view::npos || place.to <= place.from) continue;
    found(text.substr(place.from, place.to - place.from));
    result.append(text.substr(kept, place.from - kept)).append(removed);
    kept = place.to;
    at = place.to - 1;
  }
  return result.append(text.substr(kept));
}

std::string without_secrets(std::string_view text) {
  return redacted(text, [](std::string_view) {});
}

}  // namespace heed::http
