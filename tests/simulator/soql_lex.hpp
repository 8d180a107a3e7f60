#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heed::simulated::soql {

struct Token {
  enum class Kind { word, text, number, date, moment, sign, end };
  Kind kind = Kind::end;
  std::string text;  ///< of a `text`: without quotes and escapes
  std::size_t at = 0;
};

/// Throws a MalformedQueryFault at the first character that begins no token.
std::vector<Token> lex(std::string_view query);

}  // namespace heed::simulated::soql
