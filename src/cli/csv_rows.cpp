#include "cli/csv_rows.hpp"

#include <algorithm>

#include "heed/error.hpp"

namespace heed::cli {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

char separator_of(std::string_view text) {
  const auto first = text.substr(0, text.find('\n'));
  const auto count = [&first](char c) { return std::count(first.begin(), first.end(), c); };
  const auto commas = count(',');
  if (count(';') > commas) return ';';
  return count('\t') > commas ? '\t' : ',';
}

class Reader {
 public:
  Reader(std::string_view text, std::string name)
      : text_(text), name_(std::move(name)), separator_(separator_of(text)) {}

  std::vector<CsvRow> run() {
    while (at_ < text_.size()) {
      CsvRow row{line_, {}};
      do {
        row.cells.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted() : plain());
      } while (take(separator_));
      take('\r');
      if (take('\n')) ++line_;
      if (row.cells.size() > 1 || !row.cells.front().empty()) rows_.push_back(std::move(row));
    }
    return std::move(rows_);
  }

 private:
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string plain() {
    const auto end =
        std::min(text_.find_first_of(std::string{separator_, '\r', '\n'}, at_), text_.size());
    std::string cell(text_.substr(at_, end - at_));
    at_ = end;
    return cell;
  }

  std::string quoted() {
    const auto begin = line_;
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        cell += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell += text_[++at_];
      } else {
        ++at_;
        return cell + plain();
      }
    }
    throw Error(Kind::finding, name_ + ":" + std::to_string(begin) +
                                   ": a quotation mark is opened and never closed");
  }

  std::string_view text_;
  std::string name_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::vector<CsvRow> rows_;
};

}  // namespace

std::vector<CsvRow> csv_rows(std::string_view text, const std::string& name) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return Reader(text, name).run();
}

}  // namespace heed::cli
