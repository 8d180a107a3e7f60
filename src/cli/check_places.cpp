#include "cli/check_places.hpp"

#include <algorithm>
#include <map>

#include "heed/report.hpp"

namespace heed::cli {

namespace {

struct Found {
  std::int64_t records = 0;
  mirror::Ref first;
};
using ByText = std::map<std::string, Found>;

/// A list that is too long to be read helps nobody.
constexpr std::size_t most_told = 12;

policy::Place place_in(const mirror::Row& row, const config::PlaceFields& fields) {
  const auto text = [&row](const std::string& field) {
    return std::string(field.empty() ? "" : row.value(field).value_or(""));
  };
  return {text(fields.country_code), text(fields.country), text(fields.state_code),
          text(fields.state)};
}

void look_through(const mirror::Mirror& mirror, const config::PlaceFields& fields,
                  const policy::Rulebook& rulebook, ByText& unknown) {
  std::vector<std::string> wanted;
  for (const auto* field :
       {&fields.country_code, &fields.country, &fields.state_code, &fields.state}) {
    if (!field->empty()) wanted.push_back(*field);
  }
  mirror.for_each_row(fields.object, wanted, [&](const mirror::Row& row) {
    if (row.standing == Standing::purged) return;
    const auto place = place_in(row, fields);
    if (rulebook.knows(place)) return;
    auto& found = unknown[rulebook.place_words(place)];
    if (found.records++ == 0) found.first = {fields.object, row.id};
  });
}

std::string told(const ByText& unknown) {
  std::vector<std::pair<std::string, Found>> all(unknown.begin(), unknown.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.second.records > b.second.records;
  });
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), most_told); ++i) {
    const auto& [words, found] = all[i];
    text += (i == 0 ? "" : "; ") + words + " (" +
            report::counted(found.records, "record", "records") +
            (found.records == 1 ? ", " : ", as ") + found.first.object + " " +
            std::string(found.first.id.text()) + ")";
  }
  if (all.size() > most_told) {
    text += "; and " + report::counted(static_cast<std::int64_t>(all.size() - most_told),
                                       "other text", "other texts");
  }
  return text;
}

}  // namespace

void check_places(Checks& checks, const mirror::Mirror& mirror, const policy::Rulebook& rulebook) {
  ByText unknown;
  const auto objects = mirror.objects();
  for (const auto& fields : config::place_fields()) {
    if (std::find(objects.begin(), objects.end(), fields.object) == objects.end()) continue;
    look_through(mirror, fields, rulebook, unknown);
  }
  if (unknown.empty()) {
    checks.good("places", "every country and state that the records name is known");
    return;
  }
  checks.note("places",
              "every pack that may apply does, until these are in places.toml (in the "
              "folder that [mirror] schedules names) or right in the CRM: " +
                  told(unknown));
}

}  // namespace heed::cli
