#include "cli/checks.hpp"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <ostream>

namespace heed::cli {

namespace {

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(text.size() < width ? width - text.size() : 0, ' ');
}

const char* mark_of(Step::Result result) {
  switch (result) {
    case Step::Result::good:
      return "ok  ";
    case Step::Result::bad:
      return "FAIL";
    case Step::Result::note:
      return "note";
  }
  return "";
}

/// "0.21 s"; nothing for what took no time worth a word.
std::string span_text(std::chrono::milliseconds took) {
  if (took < std::chrono::milliseconds(10)) return {};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f s", static_cast<double>(took.count()) / 1000);
  return text.data();
}

}  // namespace

namespace {

/// Further lines of a text stand below its step.
std::string indented(const std::string& text) {
  std::string lines;
  for (const char c : text) {
    lines += c;
    if (c == '\n') lines += "    ";
  }
  return lines;
}

}  // namespace

void Checks::good(const std::string& thing, const std::string& text) {
  add(thing, Step::Result::good, text);
}

void Checks::bad(const std::string& thing, const std::string& text) {
  add(thing, Step::Result::bad, text);
  failed_ = true;
}

void Checks::note(const std::string& thing, const std::string& text) {
  add(thing, Step::Result::note, text);
}

void Checks::add(const std::string& thing, Step::Result result, const std::string& text) {
  const auto now = std::chrono::steady_clock::now();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now - last_);
  last_ = now;
  steps_.push_back({thing, result, took, text});
  if (out_ == nullptr) return;
  *out_ << mark_of(result) << "  " << padded(thing, 24) << "  " << padded(span_text(took), 7)
        << "  " << indented(text) << std::endl;
}

std::string Checks::json() const {
  nlohmann::ordered_json json;
  json["passed"] = !failed_;
  json["steps"] = nlohmann::ordered_json::array();
  for (const auto& step : steps_) {
    const char* result = step.result == Step::Result::good  ? "ok"
                         : step.result == Step::Result::bad ? "failed"
                                                            : "note";
    json["steps"].push_back({{"step", step.thing},
                             {"result", result},
                             {"seconds", static_cast<double>(step.took.count()) / 1000},
                             {"text", step.text}});
  }
  return json.dump(2) + "\n";
}

}  // namespace heed::cli
