#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/error.hpp"
#include "heed/time.hpp"

/// Strict reading of the TOML files that people edit. Every error is Error(configuration) in one
/// line: "FILE:LINE: what was found; what was expected".
namespace heed::document {

struct Tree;

/// One table of a document. A cheap view: lives no longer than its Document. Every key that is
/// asked for is ticked off, whether it is there or not; Document::finish complains of the others.
///
/// Getters without `find_` want the key; getters with `find_` give nullopt where it is absent. A
/// value of another type than asked for is always an error.
class Table {
 public:
  std::string text(std::string_view key) const;  ///< not empty
  std::optional<std::string> find_text(std::string_view key) const;

  /// A whole number from `lowest` to `highest`.
  std::int64_t integer(std::string_view key, std::int64_t lowest, std::int64_t highest) const;
  std::optional<std::int64_t> find_integer(std::string_view key, std::int64_t lowest,
                                           std::int64_t highest) const;

  /// A number, whole or not, from `lowest` to `highest`.
  std::optional<double> find_number(std::string_view key, double lowest, double highest) const;

  bool flag(std::string_view key) const;
  std::optional<bool> find_flag(std::string_view key) const;

  /// A TOML date without quotes: 2026-11-25.
  Day day(std::string_view key) const;
  std::optional<Day> find_day(std::string_view key) const;

  /// A list of texts; it may be empty, its texts may not. `find_words` gives an empty list where
  /// the key is absent.
  std::vector<std::string> words(std::string_view key) const;
  std::vector<std::string> find_words(std::string_view key) const;

  /// A list of whole numbers.
  std::vector<std::int64_t> integers(std::string_view key, std::int64_t lowest,
                                     std::int64_t highest) const;

  /// One of `allowed`; the error lists them.
  std::string choice(std::string_view key, std::initializer_list<std::string_view> allowed) const;
  std::optional<std::string> find_choice(std::string_view key,
                                         std::initializer_list<std::string_view> allowed) const;

  Table table(std::string_view key) const;
  std::optional<Table> find_table(std::string_view key) const;

  /// The tables under `[[key]]`, in the order of the file; empty where there are none.
  std::vector<Table> tables(std::string_view key) const;

  /// Whether the key is there. Ticks it off.
  bool has(std::string_view key) const;

  /// All keys of this table in the order of the file, for tables whose keys are data. Ticks nothing
  /// off.
  std::vector<std::string> keys() const;

  /// The error "FILE:LINE: `problem`" at `key` (or at the table, where the key is absent); throw
  /// it. `problem` names the key, what was found and what was expected.
  Error error(std::string_view key, std::string_view problem) const;

  /// The same, at the table itself.
  Error error(std::string_view problem) const;

  /// "FILE:LINE" of `key`, or of the table where the key is absent.
  std::string where(std::string_view key) const;

 private:
  friend class Document;
  Table(Tree& tree, const void* node, std::string name);
  const void* find(std::string_view key) const;
  const void* want(std::string_view key) const;
  Error mismatch(std::string_view key, const void* found, std::string_view expected) const;

  Tree* tree_;
  const void* node_;
  std::string name_;
};

/// A parsed file.
class Document {
 public:
  /// Parses `text`; `name` stands for the file in errors. A syntax error is Error(configuration).
  static Document parse(std::string_view text, std::string_view name);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Table root() const;

  /// Throws for the first key, of any table, that nobody asked for, naming the nearest key that was
  /// asked for there. Call it when everything is read.
  void finish() const;

 private:
  explicit Document(std::unique_ptr<Tree> tree);
  std::unique_ptr<Tree> tree_;
};

/// `text` as a TOML string in quotes, on one line.
std::string toml_quoted(std::string_view text);

/// The one of `known` that is nearest to `word` by edit distance; nullopt when none is near enough
/// to be what was meant.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace heed::document
