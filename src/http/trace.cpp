#include <algorithm>
#include <ostream>

#include "heed/error.hpp"
#include "heed/http.hpp"
#include "http/redact.hpp"

namespace heed::http {

namespace {

/// Shorter ones would be found in innocent words.
constexpr std::size_t shortest_secret = 8;

std::string text_of(const std::vector<std::pair<std::string, std::string>>& headers,
                    const std::string& body) {
  std::string text;
  for (const auto& [name, value] : headers) text += name + ": " + value + "\n";
  return text + "\n" + body;
}

void replace_all(std::string& text, const std::string& what) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;) {
    text.replace(at, what.size(), "(removed)");
  }
}

}  // namespace

void Traced::write(std::string_view title, std::string_view text) {
  std::string shown = redacted(text, [this](std::string_view secret) {
    const bool known = std::find(secrets_.begin(), secrets_.end(), secret) != secrets_.end();
    if (secret.size() >= shortest_secret && !known) secrets_.emplace_back(secret);
  });
  for (const auto& secret : secrets_) replace_all(shown, secret);
  out_ << "--- " << to_text(clock_.now()) << " " << title << "\n" << shown << "\n" << std::flush;
}

Response Traced::send(const Request& request) {
  write("request",
        request.method + " " + request.url + "\n" + text_of(request.headers, request.body));
  try {
    Response response = inner_.send(request);
    write("answer",
          std::to_string(response.status) + "\n" + text_of(response.headers, response.body));
    return response;
  } catch (const Error& error) {
    write("no answer", error.what());
    throw;
  }
}

}  // namespace heed::http
