#include <algorithm>
#include <cmath>

#include "document/tree.hpp"
#include "heed/document.hpp"

namespace heed::document {

namespace {

const toml::table& table_of(const void* node) {
  return *static_cast<const toml::table*>(node);
}
const toml::node& node_of(const void* node) {
  return *static_cast<const toml::node*>(node);
}

std::string number_text(double value) {
  if (value == std::floor(value) && std::fabs(value) < 1e15) {
    return std::to_string(static_cast<std::int64_t>(value));
  }
  return std::to_string(value);
}

/// What stands in the file, in words: never a text's own content, it may be a secret.
std::string found_text(const toml::node& node) {
  if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
  if (const auto* number = node.as_floating_point()) return number_text(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (node.is_string()) return "a text";
  if (node.is_table()) return "a table";
  if (node.is_array()) return "a list";
  if (node.is_date()) return "a date";
  return "a date with a time";
}

std::string listed(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += "'" + std::string(word) + "'";
  }
  return text;
}

std::string range(std::string_view noun, const std::string& lowest, const std::string& highest) {
  return std::string(noun) + " from " + lowest + " to " + highest;
}

}  // namespace

Table::Table(Tree& tree, const void* node, std::string name)
    : tree_(&tree), node_(node), name_(std::move(name)) {}

const void* Table::find(std::string_view key) const {
  tree_->asked[&table_of(node_)].emplace(key);
  return table_of(node_).get(key);
}

const void* Table::want(std::string_view key) const {
  const void* found = find(key);
  if (found == nullptr) {
    throw error("there is no '" + std::string(key) + "'" +
                (name_.empty() ? std::string() : " in [" + name_ + "]") + "; it is needed");
  }
  return found;
}

std::string Table::where(std::string_view key) const {
  const toml::table& table = table_of(node_);
  auto line = table.source().begin.line;
  for (const auto& [name, node] : table) {
    if (name.str() == key) line = name.source().begin.line;
  }
  return tree_->name + ":" + std::to_string(std::max<toml::source_index>(line, 1));
}

Error Table::error(std::string_view key, std::string_view problem) const {
  return Error(Kind::configuration, where(key) + ": " + std::string(problem));
}

Error Table::error(std::string_view problem) const {
  return error({}, problem);
}

Error Table::mismatch(std::string_view key, const void* found, std::string_view expected) const {
  return error(key, "'" + std::string(key) + "' is " + found_text(node_of(found)) + "; expected " +
                        std::string(expected));
}

std::string Table::text(std::string_view key) const {
  want(key);
  return *find_text(key);
}

std::optional<std::string> Table::find_text(std::string_view key) const {
  const void* found = find(key);
  if (found == nullptr) return std::nullopt;
  const auto* text = node_of(found).as_string();
  if (text == nullptr) throw mismatch(key, found, "a text in quotes");
  if (text->get().empty()) {
    throw error(key, "'" + std::string(key) + "' is empty; expected a text, or leave the line out");
  }
  return text->get();
}

std::int64_t Table::integer(std::string_view key, std::int64_t lowest, std::int64_t highest) const {
  want(key);
  return *find_integer(key, lowest, highest);
}

std::optional<std::int64_t> Table::find_integer(std::string_view key, std::int64_t lowest,
                                                std::int64_t highest) const {
  const void* found = find(key);
  if (found == nullptr) return std::nullopt;
  const auto* whole = node_of(found).as_integer();
  if (whole == nullptr || whole->get() < lowest || whole->get() > highest) {
    throw mismatch(key, found,
                   range("a whole number", std::to_string(lowest), std::to_string(highest)));
  }
  return whole->get();
}

std::optional<double> Table::find_number(std::string_view key, double lowest,
                                         double highest) const {
  const void* found = find(key);
  if (found == nullptr) return std::nullopt;
  const auto number = node_of(found).is_number() ? node_of(found).value<double>() : std::nullopt;
  if (!number || !(*number >= lowest && *number <= highest)) {
    throw mismatch(key, found, range("a number", number_text(lowest), number_text(highest)));
  }
  return number;
}

bool Table::flag(std::string_view key) const {
  want(key);
  return *find_flag(key);
}

std::optional<bool> Table::find_flag(std::string_view key) const {
  const void* found = find(key);
  if (found == nullptr) return std::nullopt;
  const auto* flag = node_of(found).as_boolean();
  if (flag == nullptr) throw mismatch(key, found, "true or false, without quotes");
  return flag->get();
}

Day Table::day(std::string_view key) const {
  want(key);
  return *find_day(key);
}

std::optional<Day> Table::find_day(std::string_view key) const {
  const void* found = find(key);
  if (found == nullptr) return std::nullopt;
  const auto* date = node_of(found).as_date();
  if (date == nullptr) throw mismatch(key, found, "a date without quotes, as 2026-11-25");
  return make_day(date->get().year, date->get().month, date->get().day);
}

std::vector<std::string> Table::words(std::string_view key) const {
  want(key);
  return find_words(key);
}

std::vector<std::string> Table::find_words(std::string_view key) const {
  const void* found = find(key);
  if (found == nullptr) return {};
  const auto* list = node_of(found).as_array();
  if (list == nullptr) throw mismatch(key, found, "a list of texts, as [\"a\", \"b\"]");
  std::vector<std::string> words;
  for (const auto& entry : *list) {
    const auto* word = entry.as_string();
    if (word == nullptr || word->get().empty()) {
      throw error(key, "'" + std::string(key) + "' has " +
                           (word == nullptr ? found_text(entry) : "an empty text") +
                           " in its list; expected texts in quotes");
    }
    words.push_back(word->get());
  }
  return words;
}

std::vector<std::int64_t> Table::integers(std::string_view key, std::int64_t lowest,
                                          std::int64_t highest) const {
  const void* found = want(key);
  const std::string expected =
      range("whole numbers", std::to_string(lowest), std::to_string(highest));
  const auto* list = node_of(found).as_array();
  if (list == nullptr) throw mismatch(key, found, "a list of " + expected);
  std::vector<std::int64_t> numbers;
  for (const auto& entry : *list) {
    const auto* whole = entry.as_integer();
    if (whole == nullptr || whole->get() < lowest || whole->get() > highest) {
      throw error(key, "'" + std::string(key) + "' has " + found_text(entry) +
                           " in its list; expected " + expected);
    }
    numbers.push_back(whole->get());
  }
  return numbers;
}

std::string Table::choice(std::string_view key,
                          std::initializer_list<std::string_view> allowed) const {
  want(key);
  return *find_choice(key, allowed);
}

std::optional<std::string> Table::find_choice(
    std::string_view key, std::initializer_list<std::string_view> allowed) const {
  auto word = find_text(key);
  if (word && std::find(allowed.begin(), allowed.end(), *word) == allowed.end()) {
    throw error(
        key, "'" + std::string(key) + "' is '" + *word + "'; expected one of " + listed(allowed));
  }
  return word;
}

Table Table::table(std::string_view key) const {
  want(key);
  return *find_table(key);
}

std::optional<Table> Table::find_table(std::string_view key) const {
  const void* found = find(key);
  if (found == nullptr) return std::nullopt;
  const auto* below = node_of(found).as_table();
  if (below == nullptr) throw mismatch(key, found, "a table [" + std::string(key) + "]");
  return Table(*tree_, below, name_.empty() ? std::string(key) : name_ + "." + std::string(key));
}

std::vector<Table> Table::tables(std::string_view key) const {
  const void* found = find(key);
  std::vector<Table> tables;
  if (found == nullptr) return tables;
  const std::string expected = "tables that begin with [[" + std::string(key) + "]]";
  const auto* list = node_of(found).as_array();
  if (list == nullptr) throw mismatch(key, found, expected);
  for (const auto& entry : *list) {
    const auto* below = entry.as_table();
    if (below == nullptr) throw mismatch(key, found, expected);
    tables.push_back(
        Table(*tree_, below, name_.empty() ? std::string(key) : name_ + "." + std::string(key)));
  }
  return tables;
}

bool Table::has(std::string_view key) const {
  return find(key) != nullptr;
}

std::vector<std::string> Table::keys() const {
  std::vector<std::pair<toml::source_position, std::string>> found;
  for (const auto& [key, node] : table_of(node_)) {
    found.emplace_back(key.source().begin, std::string(key.str()));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.first.line != b.first.line ? a.first.line < b.first.line
                                        : a.first.column < b.first.column;
  });
  std::vector<std::string> keys;
  keys.reserve(found.size());
  for (auto& [at, key] : found) keys.push_back(std::move(key));
  return keys;
}

}  // namespace heed::document
