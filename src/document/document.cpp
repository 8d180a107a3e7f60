#include "heed/document.hpp"

#include <algorithm>

#include "document/tree.hpp"

namespace heed::document {

namespace {

/// A key that nobody asked for.
struct Stray {
  toml::source_position at;
  std::string key;
  std::string table;
  const toml::table* owner = nullptr;
};

bool earlier(const toml::source_position& a, const toml::source_position& b) {
  return a.line != b.line ? a.line < b.line : a.column < b.column;
}

std::string shown(const std::string& table) {
  return table.empty() ? "at the top of the file" : "in [" + table + "]";
}

/// Walks the tables that were asked for and keeps the first stray key of the file.
class Search {
 public:
  explicit Search(const Tree& tree) : tree_(tree) { walk(tree.root, ""); }

  const std::optional<Stray>& first() const { return first_; }

 private:
  void walk(const toml::table& table, const std::string& name) {
    for (const auto& [key, node] : table) {
      const std::string path =
          name.empty() ? std::string(key.str()) : name + "." + std::string(key.str());
      if (!asked(table, key.str())) {
        meet({key.source().begin, std::string(key.str()), name, &table});
      } else if (const auto* below = node.as_table()) {
        walk(*below, path);
      } else if (const auto* list = node.as_array()) {
        for (const auto& entry : *list) {
          if (const auto* inner = entry.as_table()) walk(*inner, path);
        }
      }
    }
  }

  bool asked(const toml::table& table, std::string_view key) const {
    const auto found = tree_.asked.find(&table);
    return found != tree_.asked.end() && found->second.contains(key);
  }

  void meet(Stray stray) {
    if (!first_ || earlier(stray.at, first_->at)) first_ = std::move(stray);
  }

  const Tree& tree_;
  std::optional<Stray> first_;
};

/// How many single-letter edits turn `a` into `b`.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t swap = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({swap, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  std::optional<std::string> best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t steps = distance(word, candidate);
    if (steps < least && steps < std::max(word.size(), candidate.size())) {
      least = steps;
      best = candidate;
    }
  }
  return best;
}

Document::Document(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Document Document::parse(std::string_view text, std::string_view name) {
  auto tree = std::make_unique<Tree>();
  tree->name = name;
  try {
    tree->root = toml::parse(text, name);
  } catch (const toml::parse_error& wrong) {
    std::string cause(wrong.description());
    std::replace(cause.begin(), cause.end(), '\n', ' ');
    throw Error(Kind::configuration, std::string(name) + ":" +
                                         std::to_string(wrong.source().begin.line) +
                                         ": not valid TOML: " + cause);
  }
  return Document(std::move(tree));
}

Table Document::root() const {
  return Table(*tree_, &tree_->root, "");
}

void Document::finish() const {
  const Search search(*tree_);
  if (!search.first()) return;
  const Stray& stray = *search.first();
  std::vector<std::string> known;
  if (const auto asked = tree_->asked.find(stray.owner); asked != tree_->asked.end()) {
    known.assign(asked->second.begin(), asked->second.end());
  }
  std::string text = tree_->name + ":" + std::to_string(stray.at.line) + ": unknown key '" +
                     stray.key + "' " + shown(stray.table);
  if (const auto meant = nearest(stray.key, known)) text += "; did you mean '" + *meant + "'?";
  throw Error(Kind::configuration, text);
}

std::string toml_quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += "\\u00";
      quoted += digits[byte >> 4U];
      quoted += digits[byte & 0xfU];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace heed::document
