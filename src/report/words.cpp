#include "report/words.hpp"

#include <algorithm>

#include "heed/report.hpp"

namespace heed::report {

namespace {

struct Words {
  Preference preference;
  std::string_view wish;     ///< what the person wants
  std::string_view effect;   ///< what to do about it
  std::string_view request;  ///< what it is called when it is answered
};

constexpr std::array vocabulary{
    Words{Preference::solicit, "no marketing", "stop marketing", "the objection to marketing"},
    Words{Preference::track, "no tracking", "stop tracking", "the objection to tracking"},
    Words{Preference::geotrack, "no location tracking", "stop using the location",
          "the objection to location tracking"},
    Words{Preference::profile, "no profiling", "stop profiling", "the objection to profiling"},
    Words{Preference::process, "no processing", "stop processing the data",
          "the objection to processing"},
    Words{Preference::forget, "to be forgotten", "erase the data", "the request to be forgotten"},
    Words{Preference::export_data, "a copy of the data", "hand over the data",
          "the request for a copy of the data"},
    Words{Preference::store_elsewhere, "no storage elsewhere", "stop storing the data elsewhere",
          "the objection to storage elsewhere"},
    Words{Preference::email, "no e-mail", "stop e-mail", "the opt-out from e-mail"},
    Words{Preference::phone, "no calls", "stop calls", "the opt-out from calls"},
    Words{Preference::fax, "no faxes", "stop faxes", "the opt-out from faxes"},
    Words{Preference::text, "no text messages", "stop text messages",
          "the opt-out from text messages"},
    Words{Preference::hold, "a privacy hold", "keep the data", "the privacy hold"},
};

const Words& words_of(Preference preference) {
  for (const auto& each : vocabulary) {
    if (each.preference == preference) return each;
  }
  return vocabulary.front();
}

/// Whether only its title tells what to do: it stops more than the wish names, or is done for other
/// wishes as well as to be forgotten, and then it is to stop something and not to erase.
bool told_by_title(const policy::Rule& rule, Preference wish) {
  return rule.reaches_beyond(wish) || (wish == Preference::forget && rule.preferences.size() > 1);
}

/// The title of a rule within a sentence.
std::string titled(std::string words) {
  const bool shouted = words.size() > 1 && words[1] >= 'A' && words[1] <= 'Z';  // as in "SMS"
  if (!words.empty() && words[0] >= 'A' && words[0] <= 'Z' && !shouted) words[0] += 'a' - 'A';
  return words;
}

std::string in_days(std::int64_t days) {
  if (days == 0) return "today";
  return "in " + counted(days, "day", "days");
}

}  // namespace

std::string_view wish_words(Preference preference) {
  return words_of(preference).wish;
}

std::string task_words(policy::DutyKind kind, Preference preference) {
  const Words& about = words_of(preference);
  std::string request(about.request);
  switch (kind) {
    case policy::DutyKind::acknowledge_by:
      return "confirm receipt of " + request;
    case policy::DutyKind::effect_by:
      return std::string(about.effect);
    case policy::DutyKind::respond_by:
      return "answer " + request;
    case policy::DutyKind::extension_notice_by:
      return "tell the person that " + request + " takes longer";
    case policy::DutyKind::notify_recipients_by:
      return "tell the recipients of the data about " + request;
    case policy::DutyKind::confirm_by:
      return "confirm to the person what was done about " + request;
    case policy::DutyKind::appeal_by:
      return "decide the appeal about " + request;
    case policy::DutyKind::reask_not_before:
      return "do not ask again before, because of " + request;
  }
  return request;
}

std::string task_words(const policy::Rulebook& rulebook, const ledger::Duty& duty) {
  const auto usual = [&duty] { return task_words(duty.kind, duty.preference); };
  if (duty.kind != policy::DutyKind::effect_by || duty.title.empty()) return usual();
  const auto* pack = rulebook.pack(duty.pack);
  const auto* rule = pack == nullptr ? nullptr : pack->rule(duty.rule, duty.start);
  if (rule == nullptr || !told_by_title(*rule, duty.preference)) return usual();
  return titled(duty.title);
}

std::string task_words(const policy::Rulebook& rulebook, const ledger::WishCount& count) {
  auto usual = task_words(count.kind, count.preference);
  const auto* pack = rulebook.pack(count.pack);
  if (count.kind != policy::DutyKind::effect_by || pack == nullptr) return usual;
  std::vector<std::string> tasks;
  for (auto day = count.earliest;;) {  // on through the versions in force, up to the last start
    const auto* rule = pack->rule(count.rule, day);
    const bool own = rule != nullptr && told_by_title(*rule, count.preference);
    auto task = own ? titled(rule->title) : usual;
    if (std::find(tasks.begin(), tasks.end(), task) == tasks.end())
      tasks.push_back(std::move(task));
    if (rule == nullptr || !rule->effective_to || *rule->effective_to > count.last) break;
    day = *rule->effective_to;
  }
  std::string words;
  for (const auto& task : tasks) words += (words.empty() ? "" : ", or ") + task;
  return words;
}

bool at_once(const ledger::Duty& duty, Moment as_of) {
  const auto left = ledger::days_left(duty, as_of);
  return duty.immediate && left && *left <= 0;
}

std::string time_words(const ledger::Duty& duty, Moment as_of) {
  const auto left = ledger::days_left(duty, as_of);
  if (!left) return "long past";
  const bool waits = at_once(duty, as_of) && duty.target;
  const auto days = waits ? *left + (*duty.target - *duty.due).count() : *left;
  // Late since the day it was due: the target says when that begins to count, not from when.
  if (days < 0) return "overdue " + counted(-*left, "day", "days");
  return waits ? "now, target " + in_days(days) : in_days(days);
}

std::string ref_words(const std::optional<mirror::Ref>& ref) {
  return ref ? ref->object + " " + std::string(ref->id.text()) : "erased";
}

std::string how_words(How how) {
  switch (how) {
    case How::initial:
      return "was set when first read";
    case How::observed:
      return "seen to change";
    case How::history:
      return "field history";
  }
  return {};
}

std::string state_words(const ledger::Duty& duty) {
  switch (duty.state) {
    case ledger::State::withdrawn_to_confirm:
      return "withdrawn, to confirm";
    case ledger::State::met_late:
      return "met late";
    case ledger::State::handled:
      return "handled before heed";
    case ledger::State::standing:
      return duty.doubt ? "standing; withdrawn, to confirm" : "standing";
    default:
      return std::string(to_text(duty.state));
  }
}

std::string span_words(Moment after, Moment until) {
  if (after == until) return to_text(until);
  if (after.time_since_epoch().count() <= 0) return "before " + to_text(until);
  return to_text(after) + " to " + to_text(until);
}

std::string remarks_of(const ledger::Duty& duty) {
  std::string text;
  const auto add = [&text](bool holds, std::string_view words) {
    if (!holds) return;
    if (!text.empty()) text += "; ";
    text += words;
  };
  add(duty.hold, "privacy hold");
  if (duty.paused_since) add(true, "paused since " + to_text(*duty.paused_since));
  if (duty.extended > 0 && duty.initial_due)
    add(true, "extended from " + to_text(*duty.initial_due));
  if (duty.acknowledged_on) add(true, "acknowledged on " + to_text(*duty.acknowledged_on));
  add(duty.place_unknown, "place unknown");
  add(duty.calendar_incomplete, "calendar incomplete, earliest possible date");
  add(duty.long_past, "long past, date not computed");
  return text;
}

}  // namespace heed::report
