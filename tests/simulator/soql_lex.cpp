#include "simulator/soql_lex.hpp"

#include "heed/time.hpp"
#include "simulator/refusal.hpp"

namespace heed::simulated::soql {

namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool of_word(char c) {
  return letter(c) || digit(c) || c == '_' || c == '.';
}
bool of_number(char c) {
  return digit(c) || letter(c) || c == '.' || c == ':' || c == '-' || c == '+';
}

class Lexer {
 public:
  explicit Lexer(std::string_view query) : query_(query) {}

  std::vector<Token> all() {
    std::vector<Token> tokens;
    do {
      tokens.push_back(next());
    } while (tokens.back().kind != Token::Kind::end);
    return tokens;
  }

 private:
  Token next() {
    while (at_ < query_.size() &&
           std::string_view(" \t\r\n").find(query_[at_]) != std::string::npos) {
      ++at_;
    }
    if (at_ == query_.size()) return {Token::Kind::end, "<EOF>", at_};
    const char c = query_[at_];
    if (letter(c) || c == '_') return {Token::Kind::word, take(of_word), begin_};
    if (c == '\'') return text();
    if (digit(c) || ((c == '-' || c == '+' || c == '.') && digit(peek(1)))) return number();
    return sign();
  }

  char peek(std::size_t ahead) const {
    return at_ + ahead < query_.size() ? query_[at_ + ahead] : '\0';
  }

  template <typename Belongs>
  std::string take(Belongs belongs) {
    begin_ = at_;
    while (at_ < query_.size() && belongs(query_[at_])) ++at_;
    return std::string(query_.substr(begin_, at_ - begin_));
  }

  Token number() {
    Token token{Token::Kind::number, take(of_number), begin_};
    if (parse_day(token.text)) {
      token.kind = Token::Kind::date;
    } else if (parse_moment(token.text)) {
      token.kind = Token::Kind::moment;
    } else if (token.text.find_first_not_of("0123456789.eE+-") != std::string::npos) {
      throw unexpected_token(token.text, token.at);
    }
    return token;
  }

  Token sign() {
    for (const std::string_view two : {"<=", ">=", "!=", "<>"}) {
      if (query_.substr(at_, 2) == two) {
        at_ += 2;
        return {Token::Kind::sign, two == "<>" ? "!=" : std::string(two), at_ - 2};
      }
    }
    if (std::string_view("()=<>,:").find(query_[at_]) == std::string_view::npos) {
      throw unexpected_token(std::string(1, query_[at_]), at_);
    }
    ++at_;
    return {Token::Kind::sign, std::string(1, query_[at_ - 1]), at_ - 1};
  }

  Token text() {
    Token token{Token::Kind::text, {}, at_++};
    while (at_ < query_.size() && query_[at_] != '\'') {
      const char c = query_[at_++];
      token.text += c == '\\' ? escape() : std::string(1, c);
    }
    if (at_ == query_.size()) throw unexpected_token("<EOF>", at_);
    ++at_;
    return token;
  }

  /// What a backslash and the next character stand for. The wildcards of LIKE keep theirs.
  std::string escape() {
    const char c = at_ < query_.size() ? query_[at_++] : '\0';
    switch (c) {
      case 'n':
      case 'N':
        return "\n";
      case 'r':
      case 'R':
        return "\r";
      case 't':
      case 'T':
        return "\t";
      case 'b':
      case 'B':
        return "\b";
      case 'f':
      case 'F':
        return "\f";
      case '"':
      case '\'':
        return {c};
      case '\\':
        return "\\\\";
      case '%':
      case '_':
        return {'\\', c};
      default:
        throw at_place("MalformedQueryFault", "MALFORMED_QUERY", query_, at_ - 1,
                       "Illegal character sequence in string literal");
    }
  }

  Refusal unexpected_token(const std::string& token, std::size_t at) const {
    return at_place("MalformedQueryFault", "MALFORMED_QUERY", query_, at,
                    "unexpected token: '" + token + "'");
  }

  std::string_view query_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
};

}  // namespace

std::vector<Token> lex(std::string_view query) {
  return Lexer(query).all();
}

}  // namespace heed::simulated::soql
