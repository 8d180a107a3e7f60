#include <charconv>

#include "simulator/refusal.hpp"
#include "simulator/soql.hpp"
#include "simulator/soql_lex.hpp"

namespace heed::simulated::soql {

namespace {

constexpr std::size_t longest_query = 100'000;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), tokens_(lex(text)) {}

  Query query() {
    Query query;
    query.text = text_;
    expect("SELECT");
    select(query);
    expect("FROM");
    query.object = name();
    if (word() && !clause_begins()) throw unimplemented("an alias in FROM");
    if (accept("WHERE")) query.where = expression();
    refuse_unknown_clauses();
    if (accept("ORDER")) order(query);
    if (accept("LIMIT")) query.limit = number();
    refuse_unknown_clauses();
    if (here().kind != Token::Kind::end) throw surprise();
    return query;
  }

 private:
  const Token& here() const { return tokens_[at_]; }
  bool word() const { return here().kind == Token::Kind::word; }
  bool is(std::string_view text) const {
    return (word() || here().kind == Token::Kind::sign) && same_name(here().text, text);
  }
  bool follows(std::string_view text) const {
    return at_ + 1 < tokens_.size() && same_name(tokens_[at_ + 1].text, text);
  }

  bool accept(std::string_view text) {
    if (!is(text)) return false;
    ++at_;
    return true;
  }

  void expect(std::string_view text) {
    if (!accept(text)) throw surprise();
  }

  Refusal surprise() const {
    return at_place("MalformedQueryFault", "MALFORMED_QUERY", text_, here().at,
                    "unexpected token: '" + here().text + "'");
  }

  Name name() {
    if (!word()) throw surprise();
    Name name{here().text, here().at};
    ++at_;
    return name;
  }

  bool clause_begins() const {
    for (const auto word : {"WHERE", "ORDER", "LIMIT", "USING", "WITH", "GROUP", "OFFSET", "FOR",
                            "ALL", "HAVING", "UPDATE"}) {
      if (is(word)) return true;
    }
    return false;
  }

  void refuse_unknown_clauses() const {
    for (const std::string clause :
         {"USING", "WITH", "GROUP", "HAVING", "OFFSET", "FOR", "ALL", "UPDATE"}) {
      if (is(clause)) throw unimplemented("the SOQL clause " + clause);
    }
  }

  void select(Query& query) {
    do {
      if (is("(")) throw unimplemented("a subquery in SELECT");
      if (is("TYPEOF")) throw unimplemented("TYPEOF");
      const Name field = name();
      if (!accept("(")) {
        query.select.push_back(field);
        continue;
      }
      if (!same_name(field.text, "COUNT") || !accept(")")) {
        throw unimplemented("the SOQL function " + field.text + "(...)");
      }
      query.count = true;
    } while (accept(","));
    if (query.count && !query.select.empty()) throw surprise();
  }

  /// AND and OR are never mixed without parentheses.
  Condition expression() {
    Condition first = term();
    const std::string_view joint = is("OR") ? "OR" : "AND";
    if (!is(joint)) return first;
    Condition joined;
    joined.kind = joint == "OR" ? Condition::Kind::any : Condition::Kind::all;
    joined.parts.push_back(std::move(first));
    while (accept(joint)) joined.parts.push_back(term());
    if (is("AND") || is("OR")) throw surprise();
    return joined;
  }

  Condition term() {
    if (accept("NOT")) {
      Condition negated;
      negated.kind = Condition::Kind::negated;
      negated.parts.push_back(term());
      return negated;
    }
    if (accept("(")) {
      Condition inner = expression();
      expect(")");
      return inner;
    }
    return comparison();
  }

  Condition comparison() {
    Condition condition;
    condition.field = name();
    if (is("(")) throw unimplemented("the SOQL function " + condition.field.text + "(...)");
    condition.op_at = here().at;
    condition.op = comparison_sign();
    if (condition.op != Op::in && condition.op != Op::not_in) {
      condition.values.push_back(literal());
      return condition;
    }
    expect("(");
    if (is("SELECT")) throw unimplemented("a subquery in WHERE");
    do {
      condition.values.push_back(literal());
    } while (accept(","));
    expect(")");
    return condition;
  }

  Op comparison_sign() {
    if (accept("=")) return Op::equal;
    if (accept("!=")) return Op::unequal;
    if (accept("<=")) return Op::less_equal;
    if (accept(">=")) return Op::greater_equal;
    if (accept("<")) return Op::less;
    if (accept(">")) return Op::greater;
    if (accept("LIKE")) return Op::like;
    if (accept("IN")) return Op::in;
    if (is("NOT") && follows("IN")) {
      at_ += 2;
      return Op::not_in;
    }
    if (is("INCLUDES") || is("EXCLUDES")) throw unimplemented(here().text);
    throw surprise();
  }

  Literal literal() {
    const Token token = here();
    Literal literal{Literal::Kind::text, token.text, token.at};
    switch (token.kind) {
      case Token::Kind::text:
        break;
      case Token::Kind::number:
        literal.kind = Literal::Kind::number;
        break;
      case Token::Kind::date:
        literal.kind = Literal::Kind::date;
        break;
      case Token::Kind::moment:
        literal.kind = Literal::Kind::moment;
        break;
      case Token::Kind::word:
        if (is("NULL"))
          literal.kind = Literal::Kind::null;
        else if (is("TRUE") || is("FALSE"))
          literal.kind = Literal::Kind::flag;
        else if (named_date())
          throw unimplemented("the date literal " + token.text);
        else
          throw surprise();
        break;
      default:
        throw surprise();
    }
    ++at_;
    return literal;
  }

  bool named_date() const {
    for (const auto beginning :
         {"LAST_", "NEXT_", "THIS_", "TODAY", "YESTERDAY", "TOMORROW", "N_DAYS"}) {
      if (same_name(std::string_view(here().text).substr(0, std::string_view(beginning).size()),
                    beginning)) {
        return true;
      }
    }
    return false;
  }

  void order(Query& query) {
    expect("BY");
    do {
      Order order;
      order.field = name();
      if (accept("DESC"))
        order.descending = true;
      else
        accept("ASC");
      if (accept("NULLS")) {
        order.nulls_last = is("LAST");
        if (!accept("LAST")) expect("FIRST");
      }
      query.order.push_back(std::move(order));
    } while (accept(","));
  }

  std::uint32_t number() {
    std::uint32_t value = 0;
    const auto& text = here().text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (here().kind != Token::Kind::number || error != std::errc{} ||
        end != text.data() + text.size()) {
      throw surprise();
    }
    ++at_;
    return value;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace

Query parse(std::string_view text) {
  if (text.size() > longest_query) {
    throw at_place("MalformedQueryFault", "MALFORMED_QUERY", text, 0, "SOQL statement is too long");
  }
  return Parser(text).query();
}

}  // namespace heed::simulated::soql
