#include "policy/rulebook.hpp"

#include <algorithm>
#include <set>

#include "heed/error.hpp"

namespace heed::policy {

namespace {

/// `at` is "FILE:LINE" where that is known.
[[noreturn]] void wrong(const Pack& pack, const std::string& at, const std::string& problem) {
  throw Error(Kind::configuration,
              (at.empty() ? "" : at + ": ") + "pack " + pack.id + ": " + problem);
}

Zone resolve_zone(const Pack& pack, const Controller& controller) {
  if (pack.zone != "controller") return Zone::named(pack.zone);
  if (controller.zone.empty()) {
    wrong(pack, pack.at.zone,
          "it counts in the controller's time zone, and none is configured; set [controller] "
          "zone, as Europe/Berlin");
  }
  return Zone::named(controller.zone);
}

void check_codes(const Pack& pack, const Places& places) {
  for (const auto& [list, at] : {std::pair(&pack.countries, &pack.at.countries),
                                 std::pair(&pack.establishments, &pack.at.establishments)}) {
    for (const std::string& code : *list) {
      if (!places.knows_country(code)) {
        wrong(pack, *at, "'" + code + "' is no country of places.toml; expected a code as DE");
      }
    }
  }
  for (const std::string& code : pack.states) {
    if (!places.knows_state(code)) {
      wrong(pack, pack.at.states,
            "'" + code + "' is no state of places.toml; expected a code as US-CA");
    }
  }
}

template <typename List>
bool contains(const List& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::uint32_t bit_of(Preference preference) {
  return 1U << static_cast<unsigned>(preference);
}

std::vector<const Reading*> readings_of(const Rule& rule) {
  std::vector<const Reading*> readings{&rule.usual};
  if (rule.strict) readings.push_back(&*rule.strict);
  if (rule.lenient) readings.push_back(&*rule.lenient);
  return readings;
}

enum class Match { no, perhaps, yes };

std::string country_of_state(const std::string& state) {
  return state.size() > 2 && state[2] == '-' ? state.substr(0, 2) : std::string();
}

}  // namespace

Rulebook::Rulebook(Parts parts) : parts_(std::move(parts)) {
  for (std::size_t i = 0; i < parts_.calendars.size(); ++i) {
    if (!calendar_index_.emplace(parts_.calendars[i].id(), i).second) {
      throw Error(Kind::configuration, "two calendars have the id '" + parts_.calendars[i].id() +
                                           "'; give one of them another");
    }
  }
  const std::string& own = parts_.controller.calendar;
  if (!own.empty() && !calendar_index_.contains(own)) {
    throw Error(Kind::configuration, "the controller's calendar '" + own +
                                         "' is not there; add calendars/" + own +
                                         ".toml or name another");
  }
  if (!own.empty()) calendar_index_.emplace("controller", calendar_index_.find(own)->second);
  std::set<std::string> ids;
  for (const Pack& pack : parts_.packs) {
    if (!ids.insert(pack.id).second) {
      wrong(pack, pack.at.id, "two packs have this id; leave one of them out");
    }
    check_codes(pack, parts_.places);
    zones_.push_back(resolve_zone(pack, parts_.controller));
    list_places(ids.size() - 1);
    auto& known = known_.emplace_back();
    for (const Rule& rule : pack.rules) {
      const auto at = std::find_if(known.begin(), known.end(),
                                   [&rule](const Known& each) { return each.id == rule.id; });
      Known& entry = at == known.end() ? known.emplace_back(Known{rule.id, 0}) : *at;
      for (const Preference each : rule.preferences) entry.preferences |= bit_of(each);
      entry.notice = rule.kind == DutyKind::extension_notice_by;
      for (const Reading* reading : readings_of(rule)) {
        if (calendar_index_.contains(reading->calendar)) continue;
        wrong(pack, reading->calendar_at,
              reading->calendar == "controller"
                  ? "it counts by the controller's calendar, and none is configured; set "
                    "[controller] calendar, as DE"
                  : "duty " + rule.id + " counts by calendar '" + reading->calendar +
                        "', which is not there; add calendars/" + reading->calendar + ".toml");
      }
    }
  }
}

Zone Rulebook::zone() const {
  const auto& name = parts_.controller.zone;
  return Zone::named(name.empty() ? "UTC" : name);
}

const Pack* Rulebook::pack(std::string_view id) const {
  for (const Pack& pack : parts_.packs) {
    if (pack.id == id) return &pack;
  }
  return nullptr;
}

const calendar::Calendar& Rulebook::calendar_of(const Reading& reading) const {
  return parts_.calendars[calendar_index_.find(reading.calendar)->second];
}

bool Rulebook::uses(const Pack& pack, const calendar::Calendar& calendar) const {
  for (const Rule& rule : pack.rules) {
    for (const Reading* reading : readings_of(rule)) {
      if (&calendar_of(*reading) == &calendar) return true;
    }
  }
  return false;
}

std::vector<const calendar::Calendar*> Rulebook::calendars_in_use() const {
  std::vector<const calendar::Calendar*> used;
  for (const auto& calendar : parts_.calendars) {
    const bool in_use = std::any_of(parts_.packs.begin(), parts_.packs.end(),
                                    [&](const Pack& pack) { return uses(pack, calendar); });
    if (in_use) used.push_back(&calendar);
  }
  return used;
}

void Rulebook::list_places(std::size_t index) {
  const Pack& pack = parts_.packs[index];
  for (const std::string& code : pack.countries) of_place_[code].push_back(index);
  for (const std::string& code : pack.states) {
    of_place_[code].push_back(index);
    of_some_state_[country_of_state(code)].push_back(index);
  }
  const auto& own = parts_.controller.establishments;
  at_home_.push_back(std::any_of(own.begin(), own.end(), [&pack](const std::string& code) {
    return contains(pack.establishments, code);
  }));
}

std::vector<Rulebook::Found> Rulebook::apply(const Person& person) const {
  std::vector<Match> matches(parts_.packs.size(), Match::no);
  const auto raise = [&matches](const auto& index, const std::string& code, Match to) {
    const auto at = index.find(code);
    if (at == index.end()) return;
    for (const std::size_t pack : at->second) matches[pack] = std::max(matches[pack], to);
  };
  bool unknown = false;
  bool somewhere = false;
  const auto live_in = [&](const Region& region) {
    if (region.nowhere()) return;
    somewhere = true;
    unknown = unknown || region.country_unknown;
    if (region.country_unknown) return;
    raise(of_place_, region.country, Match::yes);
    raise(of_place_, region.state, Match::yes);
    if (region.state.empty()) raise(of_some_state_, region.country, Match::perhaps);
  };
  for (const Place& place : person.places) {
    const Region region = parts_.places.locate(place);
    live_in(region);
    const auto other = parts_.places.also(place, region, parts_.controller.establishments);
    if (other) live_in(*other);
  }
  const Match least = unknown || !somewhere ? Match::perhaps : Match::no;
  std::vector<Found> found;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const Match how = at_home_[i] ? Match::yes : std::max(matches[i], least);
    if (how != Match::no) found.push_back({i, how == Match::perhaps});
  }
  return found;
}

std::vector<Duty> Rulebook::assess(const Person& person) const {
  Recent none;
  return assess(person, none);
}

std::vector<Duty> Rulebook::assess(const Person& person, Recent& recent) const {
  std::vector<Duty> duties;
  if (person.wishes.empty()) return duties;
  const auto packs = apply(person);
  for (std::size_t wish = 0; wish < person.wishes.size(); ++wish) {
    for (const Found& found : packs) {
      const auto& rules = known_[found.pack];
      for (std::size_t rule = 0; rule < rules.size(); ++rule) {
        if ((rules[rule].preferences & bit_of(person.wishes[wish].preference)) == 0) continue;
        if (rules[rule].notice && person.courses.empty()) continue;
        auto duty = judge_like(person, wish, found, rule, recent);
        if (duty) duties.push_back(std::move(*duty));
      }
    }
  }
  return duties;
}

Rulebook::Recent::Answer& Rulebook::Recent::of(std::size_t pack, std::size_t rule) {
  if (answers_.size() <= pack) answers_.resize(pack + 1);
  auto& rules = answers_[pack];
  if (rules.size() <= rule) rules.resize(rule + 1);
  return rules[rule];
}

std::optional<Duty> Rulebook::judge_like(const Person& person, std::size_t wish_index,
                                         const Found& found, std::size_t known,
                                         Recent& recent) const {
  const Wish& wish = person.wishes[wish_index];
  const std::string& rule = known_[found.pack][known].id;
  if (!person.courses.empty() || wish.received) {
    return judge(person, wish_index, found, rule, nullptr);
  }
  const Recent::Asked asked{receipt_day(zones_[found.pack], wish.after),
                            receipt_day(zones_[found.pack], wish.until), wish.preference,
                            wish.standing};
  auto& answer = recent.of(found.pack, known);
  if (answer.asked != asked) {
    answer.duty = judge(person, wish_index, found, rule, nullptr);
    answer.asked = asked;
  }
  auto duty = answer.duty;
  if (duty) {
    duty->wish = wish_index;
    duty->place_unknown = found.place_unknown;
    duty->hold = person.hold;
  }
  return duty;
}

std::optional<Trace> Rulebook::explain(const Person& person, std::size_t wish,
                                       std::string_view pack, std::string_view duty) const {
  if (wish >= person.wishes.size()) return std::nullopt;
  for (const Found& found : apply(person)) {
    if (parts_.packs[found.pack].id != pack) continue;
    Trace trace;
    if (auto judged = judge(person, wish, found, duty, &trace)) {
      trace.duty = std::move(*judged);
      return trace;
    }
  }
  return std::nullopt;
}

}  // namespace heed::policy
