#include <algorithm>

#include "heed/document.hpp"
#include "heed/policy.hpp"

namespace heed::policy {

namespace {

/// "US" of "US-CA".
std::string country_of(std::string_view state) {
  return std::string(state.substr(0, state.find('-')));
}

bool is_country_code(std::string_view code) {
  return code.size() == 2 && code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == code.npos;
}

bool is_state_code(std::string_view code) {
  return code.size() >= 4 && code.size() <= 6 && code[2] == '-' &&
         is_country_code(code.substr(0, 2));
}

/// The first of two texts that `names` knows.
template <typename Names>
const std::string* either(const Names& names, std::string_view code, std::string_view text) {
  for (const std::string_view written : {code, text}) {
    const auto found = names.find(folded(written));
    if (found != names.end() && !found->second.empty()) return &found->second;
  }
  return nullptr;
}

/// Of the names that countries have for states of their own, which heed does not list, shorter ones
/// may look like another country's.
constexpr std::size_t shortest_foreign_state = 4;

bool written(std::string_view code, std::string_view text) {
  return !folded(code).empty() || !folded(text).empty();
}

/// A name of punctuation alone would be the place of everybody who writes "-" for none.
void want_letters(const document::Table& table, std::string_view key, std::string_view written) {
  if (!folded(written).empty()) return;
  throw table.error(key, "'" + std::string(written) +
                             "' is punctuation and blanks alone, and names no place; expected a "
                             "name as people write it");
}

}  // namespace

Places Places::parse(std::string_view text, std::string_view name) {
  const auto document = document::Document::parse(text, name);
  const auto root = document.root();
  Places places;
  for (const auto& text_of_none : root.find_words("no_names")) {
    want_letters(root, "no_names", text_of_none);
    places.no_names_.insert(folded(text_of_none));
  }
  const auto put = [](auto& names, const document::Table& table, const std::string& code,
                      std::string_view written) {
    want_letters(table, code, written);
    const auto [at, fresh] = names.emplace(folded(written), code);
    if (!fresh && at->second != code) {
      throw table.error(code, "'" + std::string(written) + "' is a name of both " + at->second +
                                  " and " + code + "; expected one of them");
    }
  };
  const auto countries = root.table("countries");
  for (const std::string& code : countries.keys()) {
    if (!is_country_code(code)) {
      throw countries.error(code,
                            "'" + code + "' is no country code; expected two capitals, as DE");
    }
    places.codes_.emplace(code, code);
    put(places.countries_, countries, code, code);
    for (const auto& written : countries.words(code)) {
      put(places.countries_, countries, code, written);
    }
  }
  const auto states = root.table("states");
  for (const std::string& code : states.keys()) {
    if (!is_state_code(code) || !places.codes_.contains(country_of(code))) {
      throw states.error(code, "'" + code +
                                   "' is no state code; expected one as US-CA, its country "
                                   "listed in [countries]");
    }
    places.codes_.emplace(code, country_of(code));
    auto& own = places.states_[country_of(code)];
    auto names = states.words(code);
    names.push_back(code);
    names.push_back(code.substr(3));
    for (const auto& written : names) {
      put(own, states, code, written);
      const auto [at, fresh] = places.states_[""].emplace(folded(written), code);
      if (!fresh && at->second != code) at->second.clear();
    }
  }
  document.finish();
  return places;
}

const std::string* Places::written_country(const Place& place) const {
  const bool named = !no_names_.contains(folded(place.country));
  return either(countries_, place.country_code, named ? place.country : std::string_view());
}

/// Whether a text that is too long to be a code of some other country's says that state.
bool Places::spelled_out(const Place& place, const std::string& state) const {
  const auto& all = states_.find("")->second;
  for (const std::string* text : {&place.state_code, &place.state}) {
    const auto found = all.find(folded(*text));
    if (found == all.end() || found->first.size() < shortest_foreign_state) continue;
    if (found->second == state) return true;
  }
  return false;
}

Region Places::locate(const Place& place) const {
  Region region;
  if (const auto* country = written_country(place)) {
    region.country = *country;
  } else {
    region.country_unknown = written(place.country_code, place.country);
  }
  const bool state_written = written(place.state_code, place.state);
  if (region.country_unknown || !state_written) return region;
  const auto known = states_.find(region.country);
  if (known == states_.end()) return region;
  const auto* state = either(known->second, place.state_code, place.state);
  if (state != nullptr) {
    region.state = *state;
    region.country = country_of(*state);
  } else if (region.country.empty()) {
    region.country_unknown = true;
  } else {
    region.state_unknown = true;
  }
  return region;
}

std::optional<Region> Places::also(const Place& place, const Region& located,
                                   const std::vector<std::string>& home) const {
  if (located.country.empty()) return std::nullopt;
  if (!located.state.empty()) {
    const bool at_home = std::find(home.begin(), home.end(), located.country) != home.end();
    const bool sure =
        at_home || written_country(place) != nullptr || spelled_out(place, located.state);
    return sure ? std::nullopt : std::optional(Region{"", "", true});
  }
  const auto all = states_.find("");
  if (all == states_.end()) return std::nullopt;
  const std::size_t shortest = states_.contains(located.country) ? 1 : shortest_foreign_state;
  std::optional<Region> other;
  for (const std::string* text : {&place.state_code, &place.state}) {
    if (text->empty()) continue;
    const std::string name = folded(*text);
    const auto found = all->second.find(name);
    if (name.size() < shortest || found == all->second.end()) continue;
    const auto country = countries_.find(name);  // "Jersey" in Jersey is not New Jersey
    if (country != countries_.end() && country->second == located.country) continue;
    const std::string& code = found->second;
    if (!code.empty()) return Region{country_of(code), code};
    other = Region{"", "", true};
  }
  return other;
}

bool Places::knows_country(std::string_view code) const {
  return code.size() == 2 && codes_.contains(code);
}

bool Places::knows_state(std::string_view code) const {
  return code.size() > 2 && codes_.contains(code);
}

}  // namespace heed::policy
