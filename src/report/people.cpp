#include <algorithm>
#include <map>
#include <set>

#include "report/alike.hpp"
#include "report/holding.hpp"
#include "report/past.hpp"

namespace heed::report {

namespace {

using Align = Table::Align;

struct Number {
  std::int64_t people = 0;
  std::int64_t records = 0;
  std::int64_t conflicts = 0;
};

/// The periodic review: how many people hold each preference.
struct Review {
  std::int64_t people = 0;
  std::map<Preference, Number> numbers;

  void count(const Person& person) {
    ++people;
    for (const auto& holding : person.holdings) {
      auto& number = numbers[holding.preference];
      ++number.people;
      number.records += static_cast<std::int64_t>(holding.held.size());
      if (!holding.against.empty()) ++number.conflicts;
    }
  }
};

bool belongs(const Holding& holding, const PeopleOptions& options) {
  if (options.preference && holding.preference != *options.preference) return false;
  if (options.conflicts && holding.against.empty()) return false;
  return !options.changed_since ||
         std::any_of(holding.held.begin(), holding.held.end(), [&](const Held& held) {
           return held.since && held.since->until >= *options.changed_since;
         });
}

bool all_purged(const Person& person) {
  return std::all_of(person.records.begin(), person.records.end(),
                     [](const mirror::Row& row) { return row.standing == Standing::purged; });
}

/// The first record that holds a preference: where the person is listed.
std::optional<mirror::Ref> listed_at(const Person& person) {
  std::optional<mirror::Ref> first;
  for (const auto& holding : person.holdings) {
    for (const auto& held : holding.held) {
      if (!first || held.record < *first) first = held.record;
    }
  }
  return first;
}

void visit_object(const Sources& sources, const std::string& object,
                  const Circumstances& circumstances, const std::function<void(Person&)>& visit) {
  const auto shape = sources.mirror.shape(object);
  if (!shape) return;
  const auto then = known_at(sources, circumstances);
  const auto& preferences = sources.grounds.preferences;
  std::vector<const policy::Mapping*> mappings;
  std::vector<std::string> fields;
  for (const auto* mapping : preferences.of(object)) {
    if (!shape->find(mapping->field)) continue;
    mappings.push_back(mapping);
    fields.push_back(mapping->field);
  }
  if (fields.empty()) return;
  sources.mirror.for_each_row(object, fields, [&](const mirror::Row& row) {
    const bool restrictive =
        then || std::any_of(mappings.begin(), mappings.end(), [&](const auto* each) {
          const auto value = row.value(each->field);
          return value && each->restricts(std::string(*value));
        });
    if (!restrictive) return;
    const mirror::Ref record{object, row.id};
    Person person = person_of(sources, record, circumstances.as_of, then);
    if (listed_at(person) == record && !all_purged(person)) visit(person);
  });
}

/// Every person once, with the holdings that are asked for.
void for_each_person(const Sources& sources, const PeopleOptions& options,
                     const Circumstances& circumstances,
                     const std::function<void(const Person&)>& visit) {
  std::set<std::string> objects;
  for (const auto& mapping : sources.grounds.preferences.mappings()) objects.insert(mapping.object);
  for (const auto& object : objects) {
    visit_object(sources, object, circumstances, [&](Person& person) {
      std::erase_if(person.holdings,
                    [&](const Holding& holding) { return !belongs(holding, options); });
      if (!person.holdings.empty()) visit(person);
    });
  }
}

std::string since_words(const Held& held) {
  std::string text = held.since ? span_words(held.since->after, held.since->until) : "not known";
  if (held.standing != Standing::live)
    text += " (record " + std::string(to_text(held.standing)) + ")";
  if (held.hidden) text += " (as last seen)";
  return text;
}

void add_rows(Table& table, const Person& person) {
  std::string who = ref_words(person.first());
  for (const auto& holding : person.holdings) {
    std::string wish(wish_words(holding.preference));
    std::string agree = agreement_words(holding);
    for (const auto& held : holding.held) {
      table.add({who, wish, ref_words(held.record), since_words(held),
                 held.since ? how_words(held.since->how) : "-", agree});
      who.clear();
      wish.clear();
      agree.clear();
    }
  }
}

/// Whom the people shown may be besides.
void add_alike(Table& table, const Alike& alike, const Person& person) {
  const auto words = alike_words(alike.of(person.first()));
  if (!words.empty()) table.add({ref_words(person.first()), words});
}

void print_alike(std::ostream& out, const Table& table) {
  if (table.empty()) return;
  out << "\nALIKE, by e-mail address; each keeps wishes and duties of its own\n";
  table.print(out, 2);
}

void print_review(std::ostream& out, const Review& review) {
  Table table({{"Wish"},
               {"People", Align::right},
               {"Records", Align::right},
               {"Records disagree", Align::right}});
  for (const auto& [preference, number] : review.numbers) {
    table.add({std::string(wish_words(preference)), grouped(number.people), grouped(number.records),
               grouped(number.conflicts)});
  }
  table.print(out, 2);
}

void print_selection(std::ostream& out, const PeopleOptions& options) {
  if (options.preference) out << "Only " << wish_words(*options.preference) << "\n";
  if (options.changed_since) out << "Only set since " << to_text(*options.changed_since) << "\n";
  if (options.conflicts) out << "Only where records disagree\n";
}

void print_table(std::ostream& out, const Sources& sources, const Circumstances& circumstances,
                 const Condition& condition, const PeopleOptions& options) {
  const auto then = known_at(sources, circumstances);
  Review review;
  const Alike alike(sources.mirror, circumstances.same_email && !then);
  Table table({{"Person"}, {"Wish"}, {"Set on"}, {"Since"}, {"Known by"}, {"Records agree"}});
  Table alike_table({{"Person"}, {""}});
  const auto limit = static_cast<std::int64_t>(options.limit);
  for_each_person(sources, options, circumstances, [&](const Person& person) {
    review.count(person);
    if (limit != 0 && review.people > limit) return;
    add_rows(table, person);
    add_alike(alike_table, alike, person);
  });
  print_top(out, condition);
  if (!knew_anything(sources.mirror, then)) {
    out << "Nobody was known yet.\n";
    return;
  }
  out << counted(review.people, "person has", "people have") << " preferences set, "
      << known_words(sources, circumstances, condition) << "\n";
  print_selection(out, options);
  out << "\n";
  print_review(out, review);
  if (!table.empty()) out << "\n";
  table.print(out, 2);
  if (limit != 0 && review.people > limit) {
    out << "  … " << counted(review.people - limit, "more person", "more people")
        << "; heed people --format csv lists everybody\n";
  }
  print_alike(out, alike_table);
  const bool disagree = std::any_of(review.numbers.begin(), review.numbers.end(),
                                    [](const auto& each) { return each.second.conflicts > 0; });
  if (disagree) {
    out << "\nWhere records disagree the person's wish counts for all of them: set it on the "
           "rest.\n";
  }
  print_head(out, condition);
}

/// "Contact 003000000000001AAA Lead 00Q000000000001AAA".
std::string listed(const std::vector<mirror::Ref>& others) {
  std::string text;
  for (const auto& other : others) text += (text.empty() ? "" : " ") + ref_words(other);
  return text;
}

void print_csv(std::ostream& out, const Sources& sources, const Circumstances& circumstances,
               const PeopleOptions& options) {
  const auto then = known_at(sources, circumstances);
  const Alike alike(sources.mirror, circumstances.same_email && !then);
  Csv csv(out, options.csv,
          {{"person_object", false},
           {"person_id", true},
           {"preference", true},
           {"record_object", false},
           {"record_id", true},
           {"field", false},
           {"standing", true},
           {"since_after", true},
           {"since_until", true},
           {"known_by", true},
           {"agree", true},
           {"not_set_on", true},
           {"may_be_same_as", true}});
  for_each_person(sources, options, circumstances, [&](const Person& person) {
    const auto first = person.first();
    const auto may_be = listed(alike.of(first));
    for (const auto& holding : person.holdings) {
      std::string others;
      for (const auto& each : holding.against) {
        others += (others.empty() ? "" : " ") + std::string(each.record.id.text());
      }
      for (const auto& held : holding.held) {
        csv.add({first.object, first.id.text(), to_text(holding.preference), held.record.object,
                 held.record.id.text(), held.field, to_text(held.standing),
                 held.since ? to_text(held.since->after) : "",
                 held.since ? to_text(held.since->until) : "",
                 held.since ? std::string(to_text(held.since->how)) : "",
                 holding.against.empty() ? "true" : "false", others, may_be});
      }
    }
  });
}

void print_json(std::ostream& out, const Sources& sources, const Circumstances& circumstances,
                const Condition& condition, const PeopleOptions& options) {
  const auto then = known_at(sources, circumstances);
  const Alike alike(sources.mirror, circumstances.same_email && !then);
  Review review;
  for_each_person(sources, options, circumstances,
                  [&](const Person& person) { review.count(person); });
  Json before;
  before["meta"] = meta_json(condition, circumstances);
  before["meta"]["people"] = review.people;
  before["preferences"] = Json::array();
  for (const auto& [preference, number] : review.numbers) {
    Json each;
    each["preference"] = std::string(to_text(preference));
    each["people"] = number.people;
    each["records"] = number.records;
    each["conflicts"] = number.conflicts;
    before["preferences"].push_back(each);
  }
  JsonList list(out, before, "people");
  for_each_person(sources, options, circumstances, [&](const Person& person) {
    Json json;
    json["person"] = ref_json(person.first());
    json["may_be_same_as"] = alike_json(alike.of(person.first()));
    json["preferences"] = Json::array();
    for (const auto& holding : person.holdings)
      json["preferences"].push_back(holding_json(holding));
    list.add(json);
  });
  list.close();
}

}  // namespace

Condition people(std::ostream& out, const Sources& sources, const Circumstances& circumstances,
                 const PeopleOptions& options) {
  auto condition = condition_of(sources, circumstances);
  switch (options.format) {
    case Format::table:
      print_table(out, sources, circumstances, condition, options);
      break;
    case Format::csv:
      print_csv(out, sources, circumstances, options);
      break;
    case Format::json:
      print_json(out, sources, circumstances, condition, options);
      break;
  }
  return condition;
}

}  // namespace heed::report
