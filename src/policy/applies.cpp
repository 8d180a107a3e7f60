#include <algorithm>

#include "heed/policy.hpp"

namespace heed::policy {

namespace {

bool names(const std::vector<std::string>& list, const std::string& code) {
  return !code.empty() && std::find(list.begin(), list.end(), code) != list.end();
}

bool has_state_of(const Pack& pack, const std::string& country) {
  return std::any_of(pack.states.begin(), pack.states.end(), [&country](const std::string& state) {
    return !country.empty() && state.starts_with(country + "-");
  });
}

/// "'USA, Calif.'", every text once.
std::string written(const Place& place) {
  std::vector<std::string> texts;
  std::string words;
  for (const auto* text : {&place.country_code, &place.country, &place.state_code, &place.state}) {
    if (text->empty() || names(texts, *text)) continue;
    texts.push_back(*text);
    words += (words.empty() ? "" : ", ") + *text;
  }
  return "'" + words + "'";
}

/// Why a pack applies to who lives in one of these places, the surest cause first.
struct Causes {
  std::string sure;
  std::string perhaps;
};

void look_at(const Pack& pack, const Place& place, const Region& region, Causes& causes) {
  const bool country = names(pack.countries, region.country);
  if (country || names(pack.states, region.state)) {
    causes.sure = "the person lives in " + (country ? region.country : region.state);
  } else if (region.state.empty() && has_state_of(pack, region.country)) {
    causes.perhaps = written(place) + " is " + region.country + ", and " +
                     (region.state_unknown ? "no state that places.toml knows"
                                           : "the record does not say the state");
  } else if (region.country_unknown) {
    causes.perhaps = written(place) + " is no place that places.toml knows for sure, so every " +
                     "enabled pack applies";
  }
}

}  // namespace

std::string Rulebook::place_words(const Place& place) const {
  const auto region = places().locate(place);
  if (region.nowhere()) return {};
  const auto also = places().also(place, region, parts_.controller.establishments);
  std::string words = written(place) + " is ";
  if (region.country_unknown) return words + "not known";
  words += region.state.empty() ? region.country : region.state;
  if (region.state_unknown) words += " in an unknown state";
  if (!also) return words;
  return words + " or " + (also->country_unknown ? "elsewhere" : also->state);
}

bool Rulebook::knows(const Place& place) const {
  const auto region = places().locate(place);
  if (region.country_unknown || region.state_unknown) return false;
  return !places().also(place, region, parts_.controller.establishments);
}

std::string Rulebook::why_applies(const Person& person, std::string_view id) const {
  const auto* pack = this->pack(id);
  if (pack == nullptr) return {};
  for (const auto& code : parts_.controller.establishments) {
    if (names(pack->establishments, code)) return "your organization is established in " + code;
  }
  Causes causes;
  bool somewhere = false;
  for (const auto& place : person.places) {
    const auto region = places().locate(place);
    somewhere = somewhere || !region.nowhere();
    look_at(*pack, place, region, causes);
    const auto also = places().also(place, region, parts_.controller.establishments);
    if (also) look_at(*pack, place, *also, causes);
  }
  if (!somewhere) return "no record says where the person lives, so every enabled pack applies";
  return causes.sure.empty() ? causes.perhaps : causes.sure;
}

}  // namespace heed::policy
