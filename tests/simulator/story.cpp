#include "simulator/story.hpp"

#include <algorithm>
#include <stdexcept>

#include "simulator/office.hpp"
#include "simulator/story_words.hpp"

namespace heed::simulated {

namespace {

std::string without_colon(std::string line) {
  while (!line.empty() && (line.front() == ':' || line.front() == ',' || line.front() == ' ')) {
    line.erase(0, 1);
  }
  return line;
}

/// One line of a story, about the org alone.
class Act {
 public:
  Act(Org& org, std::string_view line) : org_(org), words_(line) {}

  void play() {
    if (clock() || office() || administration() || lateness() || records()) return words_.end();
    if (!words_.record_next(org_)) {
      throw std::invalid_argument("'" + words_.word("something to do") +
                                  "' begins no line that a story knows");
    }
    on_record();
    words_.end();
  }

 private:
  bool clock() {
    if (words_.accept("advance")) {
      org_.advance(words_.span());
      return true;
    }
    if (!words_.accept("at")) return false;
    const Moment moment = words_.moment();
    if (words_.empty()) {
      if (moment < org_.now()) throw std::invalid_argument("the clock is past " + to_text(moment));
      org_.advance_to(moment);
    } else {
      later(moment, moment, words_.rest(), false);
    }
    return true;
  }

  void later(Moment stamp, Moment visible_at, const std::string& line, bool holds) {
    const std::string text = without_colon(line);
    org_.late(
        stamp, visible_at, [text](Org& org) { Act(org, text).play(); }, holds);
  }

  bool lateness() {
    const bool holds = words_.accept("long transaction of");
    if (!holds && !words_.accept("late by")) return false;
    const auto span = words_.span();
    later(org_.now(), org_.now() + span, words_.rest(), holds);
    return true;
  }

  bool office() {
    if (!words_.accept("office works")) return false;
    const auto days = words_.number("a number of days");
    if (!words_.accept("days")) words_.expect("day");
    const auto seed = words_.accept("seed") ? words_.number("the seed") : 1;
    office_works(org_, days, seed);
    return true;
  }

  bool administration() {
    if (words_.accept("expire sessions"))
      org_.expire_sessions();
    else if (words_.accept("expire locators"))
      org_.expire_locators();
    else if (words_.accept("disable Individual"))
      org_.disable_individual(true);
    else if (words_.accept("enable Individual"))
      org_.disable_individual(false);
    else if (words_.accept("lose delete log before"))
      org_.lose_delete_log_before(words_.moment());
    else if (words_.accept("hide"))
      show(true);
    else if (words_.accept("show"))
      show(false);
    else if (words_.accept("allow")) {
      org_.allow_calls(words_.number("a number of calls"));
      words_.expect("calls");
    } else {
      return false;
    }
    return true;
  }

  void show(bool hidden) {
    if (words_.accept("object")) {
      org_.hide_object(words_.word("an object"), hidden);
    } else if (words_.accept("field")) {
      const std::string name = words_.word("a field such as 'Contact.DoNotCall'");
      const auto dot = name.find('.');
      if (dot == std::string::npos) throw std::invalid_argument("expected OBJECT.FIELD");
      org_.hide_field(name.substr(0, dot), name.substr(dot + 1), hidden);
    } else {
      org_.hide_row(words_.record(org_), hidden);
    }
  }

  bool records() {
    if (words_.accept("delete"))
      org_.remove(words_.record(org_));
    else if (words_.accept("undelete"))
      org_.undelete(words_.record(org_));
    else if (words_.accept("purge"))
      org_.purge(words_.record(org_));
    else if (words_.accept("empty bin of"))
      org_.empty_bin(words_.record(org_));
    else if (words_.accept("merge"))
      merge();
    else if (words_.accept("convert"))
      convert();
    else if (words_.accept("create"))
      create();
    else
      return false;
    return true;
  }

  void merge() {
    std::vector<Id> losers{words_.record(org_)};
    if (words_.accept("and")) losers.push_back(words_.record(org_));
    words_.expect("into");
    org_.merge(words_.record(org_), losers);
  }

  void convert() {
    const Id lead = words_.record(org_);
    if (words_.accept("into"))
      org_.convert(lead, words_.record(org_));
    else
      org_.convert(lead);
  }

  const FieldInfo& described(const ObjectInfo& info, std::string_view name) const {
    const auto column = info.find(name);
    if (column) return info.fields[*column];
    throw std::invalid_argument("no field " + std::string(info.name) + "." + std::string(name));
  }

  void create() {
    const auto& info = org_.table(words_.word("an object")).info();
    std::vector<std::string> texts;
    while (!words_.empty()) texts.push_back(words_.word("FIELD=VALUE"));
    Fields fields;
    for (const auto& text : texts) {
      const auto sign = text.find('=');
      if (sign == std::string::npos) throw std::invalid_argument("expected FIELD=VALUE: " + text);
      const auto& field = described(info, std::string_view(text).substr(0, sign));
      fields.emplace_back(field.name, story_value(field, std::string_view(text).substr(sign + 1)));
    }
    org_.create(info.name, fields);
  }

  void on_record() {
    const Id id = words_.record(org_);
    const auto& info = org_.table_of(id)->info();
    if (words_.accept("opts out of")) {
      org_.update(id, {{wish_field(info.name, words_.word("a wish")), true}});
    } else if (words_.accept("opts in to")) {
      org_.update(id, {{wish_field(info.name, words_.word("a wish")), false}});
    } else if (words_.accept("asks to be forgotten")) {
      org_.update(id, {{wish_field(info.name, "forget"), true}});
    } else if (words_.accept("asks for export")) {
      org_.update(id, {{wish_field(info.name, "export"), true}});
    } else {
      words_.expect("sets");
      const auto& field = described(info, words_.word("a field"));
      words_.expect("to");
      const std::string text = words_.word("a value");
      org_.update(id, {{std::string(field.name), story_value(field, text)}});
    }
  }

  Org& org_;
  Words words_;
};

Fault fault_named(const std::string& name) {
  using Kind = Fault::Kind;
  const std::pair<std::string_view, Kind> kinds[] = {{"html", Kind::html},
                                                     {"empty", Kind::empty},
                                                     {"truncated", Kind::truncated},
                                                     {"refused", Kind::refused},
                                                     {"reset", Kind::reset},
                                                     {"locator", Kind::locator_expired},
                                                     {"session", Kind::session_expired}};
  for (const auto& [known, kind] : kinds) {
    if (same_name(known, name)) return {.kind = kind};
  }
  if (name.size() == 3 && name.find_first_not_of("0123456789") == std::string::npos) {
    return Fault::http(std::stoi(name));
  }
  if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string::npos) {
    return Fault::soap_fault(name);
  }
  throw std::invalid_argument("no fault is called '" + name + "'");
}

void play(Simulator& crm, std::string_view line) {
  Words words(line);
  if (words.accept("fail")) {
    const bool next = words.accept("next");
    if (!next) words.expect("request");
    const std::size_t request = next ? crm.requests() + 1 : words.number("a request's number");
    words.expect("with");
    crm.fail(request, fault_named(words.word("a fault")));
    return words.end();
  }
  crm.with_org([&](Org& org) { Act(org, line).play(); });
}

}  // namespace

std::string tell(Simulator& crm, std::string_view lines, const std::string& name) {
  std::size_t number = 0;
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    const auto line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    ++number;
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos || line[first] == '#') continue;
    try {
      play(crm, line);
    } catch (const std::exception& wrong) {
      throw std::invalid_argument(name + ":" + std::to_string(number) + ": " + wrong.what());
    }
  }
  return crm.with_org([](Org& org) { return "it is " + to_text(org.now()) + "\n"; });
}

}  // namespace heed::simulated
