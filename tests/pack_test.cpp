#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/policy.hpp"
#include "support/schedules.hpp"

namespace {

using heed::policy::Pack;
using heed::policy::Rulebook;

const std::string head =
    "id = 'xx'\ntitle = 'X'\nversion = '1'\nreviewed_on = 2026-11-25\nreviewed_by = 'nobody'\n"
    "zone = 'Europe/Berlin'\ncalendar = 'DE'\n[applies]\ncountries = ['DE']\n";
const std::string origin = "source = 's'\nsource_url = 'u'\nevidence = 'primary'\n";
const std::string duty =
    "[[duty]]\nid = 'd'\ntitle = 'D'\nkind = 'respond_by'\npreferences = ['forget']\n"
    "limit = { value = 1, unit = 'calendar_month' }\n" +
    origin + "effective_from = 2020-01-01\n";

std::string complaint(const std::string& text, bool allow_unverified = false) {
  try {
    Pack::parse(text, "xx.toml", allow_unverified);
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::configuration);
    return error.what();
  }
  return {};
}

/// `text` with `from` replaced by `to`; it must be there.
std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string refused(Rulebook::Parts parts) {
  try {
    Rulebook{std::move(parts)};
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::configuration);
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("what a duty stops is said in channels, and only of one that stops something",
          "[policy]") {
  const auto stop = head + with(with(duty, "respond_by", "effect_by"), "forget", "text");
  CHECK(complaint(stop + "channels = ['text', 'phone']\n").empty());
  const auto refusal = [&stop](const std::string& list) {
    return complaint(stop + "channels = " + list + "\n");
  };
  CHECK(refusal("['solicit']") ==
        "xx.toml:20: 'solicit' is no channel; expected one of email, phone, fax, text");
  CHECK(refusal("['sms']").find("no channel") != std::string::npos);
  CHECK(refusal("['text', 'text']").find("twice") != std::string::npos);
  CHECK(refusal("[]").find("empty") != std::string::npos);
  CHECK(complaint(head + duty + "channels = ['text']\n").find("effect_by") != std::string::npos);
}

TEST_CASE("every shipped pack loads, fits together and says where its figures come from",
          "[policy]") {
  const Rulebook whole(heed::support::whole_parts(true));
  REQUIRE(whole.packs().size() == 19);
  for (const auto& pack : whole.packs()) {
    INFO(pack.id);
    CHECK(pack.version.starts_with("2026.11"));
    CHECK(pack.left_out.empty());
    for (const auto& rule : pack.rules) {
      INFO(rule.id);
      CHECK_FALSE(rule.usual.source.text.empty());
      CHECK(rule.usual.source.url.rfind("https://", 0) == 0);
    }
  }
}

TEST_CASE("what is shipped unverified is left out by default, and no pack is left empty",
          "[policy]") {
  const Rulebook rulebook(heed::support::whole_parts());
  REQUIRE(rulebook.packs().size() == 19);
  std::size_t left_out = 0;
  for (const auto& pack : rulebook.packs()) {
    INFO(pack.id);
    CHECK_FALSE(pack.rules.empty());
    CHECK(pack.evidence() != heed::policy::SourceEvidence::unverified);
    left_out += pack.left_out.size();
  }
  CHECK(rulebook.pack("us-ct")->left_out == std::vector<std::string>{"duty consent.stop"});
  // Access alone, and to say that it takes longer.
  CHECK(rulebook.pack("sg-pdpa")->rules.size() == 2);
  CHECK(left_out == 17);
}

TEST_CASE("a pack names the line of a mistake and what was expected", "[policy]") {
  CHECK(complaint(head + duty).empty());
  CHECK(complaint(head + duty + "rol = 'none'\n") ==
        "xx.toml:20: unknown key 'rol' in [duty]; did you mean 'roll'?");
  CHECK(complaint(with(head, "Europe/Berlin", "Europe/Berlim") + duty) ==
        "xx.toml:6: no time zone is called 'Europe/Berlim'; use a name of the tz database, as "
        "Europe/Berlin");
  CHECK(complaint(head + with(duty, "calendar_month", "month")) ==
        "xx.toml:15: 'unit' is 'month'; expected one of 'immediate', 'calendar_day', "
        "'calendar_month', 'business_day'");
  CHECK(complaint(head + with(duty, "value = 1", "value = 0")) ==
        "xx.toml:15: 'value' is 0; expected a whole number from 1 to 3650");
  CHECK(complaint(head + with(duty, "'forget'", "'hold'"))
            .rfind("xx.toml:14: 'hold' is no wish; expected one of", 0) == 0);
  CHECK(complaint(with(head, "['DE']", "[]") + duty) ==
        "xx.toml:8: the pack applies to nobody; expected countries, states or establishments");
  CHECK(complaint(head) == "xx.toml:1: the pack has no [[duty]]; expected at least one");
}

TEST_CASE("a pack that contradicts itself does not load", "[policy]") {
  CHECK(complaint(head + duty + "effective_to = 2019-01-01\n") ==
        "xx.toml:20: the rule ends on 2019-01-01, not after its beginning on 2020-01-01");
  CHECK(complaint(head + duty + duty).rfind("xx.toml:21: two duties 'd' are in force", 0) == 0);
  const auto now = with(duty, "value = 1, unit = 'calendar_month'", "unit = 'immediate'");
  CHECK(complaint(head + now).find("needs an 'internal_target'") != std::string::npos);
  CHECK(complaint(head + now + "roll = 'next_workday'\n").rfind("xx.toml:20: a limit in", 0) == 0);
  CHECK(complaint(head + with(duty, "{ value = 1, unit = 'calendar_month' }",
                              "{ value = 1, unit = 'immediate' }"))
            .find("leave 'value' out") != std::string::npos);
  CHECK(complaint(head + now + "internal_target = { value = 1, unit = 'business_day' }\n" +
                  "count_anchor_day = true\n")
            .rfind("xx.toml:21: ", 0) == 0);
  CHECK(complaint(head + duty + "[[reading]]\nduty = 'e'\nprofile = 'strict'\n" + origin)
            .rfind("xx.toml:21: there is no [[duty]] 'e' in this pack", 0) == 0);
}

TEST_CASE("a weekend of all seven days, after which no business day comes, does not load",
          "[policy]") {
  const std::string every = "weekend = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']\n";
  const std::string expected =
      ": 'weekend' expects some of mon, tue, wed, thu, fri, sat, sun, each once, and never all "
      "seven";
  CHECK(complaint(with(head, "[applies]", every + "[applies]") + duty) == "xx.toml:8" + expected);
  CHECK(complaint(head + duty + every) == "xx.toml:20" + expected);
  CHECK(complaint(head + duty + "[[reading]]\nduty = 'd'\nprofile = 'lenient'\n" + every +
                  origin) == "xx.toml:23" + expected);
  CHECK(complaint(head + duty + with(every, "'wed', ", "")).empty());
  CHECK(complaint(head + duty + "weekend = ['sat', 'sat']\n") == "xx.toml:20" + expected);
}

TEST_CASE("versions of a duty follow each other in time, without overlap or gap", "[policy]") {
  const auto later = with(duty, "2020-01-01", "2024-01-01");
  CHECK(complaint(head + duty + "effective_to = 2024-01-01\n" + later).empty());
  CHECK_FALSE(complaint(head + duty + "effective_to = 2024-01-02\n" + later).empty());
  CHECK(complaint(head + duty + "effective_to = 2023-12-31\n" + later) ==
        "xx.toml:30: from 2023-12-31 to 2024-01-01 no duty 'd' is in force; expected no gap");
}

TEST_CASE("what is unverified is left out unless allowed, and the pack says what", "[policy]") {
  const auto text = head + duty + with(with(duty, "'d'", "'e'"), "'primary'", "'unverified'") +
                    "[[reading]]\nduty = 'd'\nprofile = 'strict'\nweekend = ['sun']\n" +
                    with(origin, "'primary'", "'unverified'");
  const auto pack = Pack::parse(text, "xx.toml");
  REQUIRE(pack.rules.size() == 1);
  CHECK_FALSE(pack.rules.front().strict);
  CHECK(pack.left_out == std::vector<std::string>{"strict reading of d", "duty e"});
  CHECK(pack.evidence() == heed::policy::SourceEvidence::primary);
  const auto whole = Pack::parse(text, "xx.toml", true);
  CHECK(whole.rules.size() == 2);
  CHECK(whole.rules.front().strict);
  CHECK(whole.left_out.empty());
  CHECK(whole.evidence() == heed::policy::SourceEvidence::unverified);
}

TEST_CASE("readings, extensions and pauses must suit their duty", "[policy]") {
  const std::string strict = "[[reading]]\nduty = 'd'\nprofile = 'strict'\n" + origin;
  CHECK(complaint(head + duty + strict) ==
        "xx.toml:22: the reading counts as the default one does; expected something that differs");
  CHECK(complaint(head + duty + strict + "limit = { value = 2, unit = 'calendar_month' }\n")
            .find("a strict reading is longer") != std::string::npos);
  const auto now = with(duty, "value = 1, unit = 'calendar_month'", "unit = 'immediate'") +
                   "internal_target = { value = 2, unit = 'business_day' }\n";
  const std::string more =
      "[[extension]]\nduty = 'd'\nlimit = { value = 2, unit = 'calendar_month' }\n"
      "from = ['receipt']\nmax_times = 1\nnotice_by = 'initial_due'\nreason_required = true\n" +
      origin;
  CHECK(complaint(head + duty + more).empty());
  CHECK(complaint(head + now + more).find("has no time of its own to extend") != std::string::npos);
  const std::string pause = "[[pause]]\nduty = 'd'\npreferences = ['forget']\n" + origin;
  CHECK(complaint(head + duty + pause).empty());
  CHECK(complaint(head + duty + with(pause, "forget", "export"))
            .find("'export' is none of the preferences of the duty 'd'") != std::string::npos);
  CHECK(complaint(head + now + pause).find("a pause goes with limits in calendar days") !=
        std::string::npos);
}

TEST_CASE("an extension from the receipt and a pause suit every reading of their duty",
          "[policy]") {
  const auto days =
      with(duty, "value = 1, unit = 'calendar_month'", "value = 30, unit = 'calendar_day'");
  const auto more = [](const std::string& unit, const std::string& from) {
    return "[[extension]]\nduty = 'd'\nlimit = { value = 45, unit = '" + unit + "' }\nfrom = [" +
           from + "]\nmax_times = 1\nnotice_by = 'initial_due'\nreason_required = true\n" + origin;
  };
  const auto reading = [](const std::string& profile, const std::string& limit) {
    return "[[reading]]\nduty = 'd'\nprofile = '" + profile + "'\nlimit = { " + limit + " }\n" +
           origin;
  };
  const auto lenient = reading("lenient", "value = 2, unit = 'calendar_month'");
  CHECK(complaint(head + days + reading("lenient", "value = 40, unit = 'calendar_day'") +
                  more("calendar_day", "'receipt'")) == "");
  CHECK(complaint(head + days + lenient + more("calendar_day", "'receipt'")) ==
        "xx.toml:29: an extension from the receipt is in the unit of its duty in every reading, "
        "and the lenient reading of 'd' counts in 'calendar_month', not in 'calendar_day'; "
        "expected one unit, or from = [\"initial_end\"]");
  CHECK(complaint(head + duty + reading("strict", "value = 28, unit = 'calendar_day'") +
                  more("calendar_month", "'receipt', 'initial_end'"))
            .find("the strict reading of 'd' counts in 'calendar_day'") != std::string::npos);
  CHECK(complaint(head + days + more("business_day", "'receipt'"))
            .find("the default reading of 'd' counts in 'calendar_day'") != std::string::npos);
  // What begins where the first time ended is counted by itself.
  CHECK(complaint(head + days + lenient + more("business_day", "'initial_end'")) == "");
  CHECK(complaint(head + days +
                  with(more("calendar_day", "'initial_end'"), "value = 45, unit = 'calendar_day'",
                       "unit = 'immediate'"))
            .find("xx.toml:22: more time is never 'immediate'") == 0);
  const std::string pause = "[[pause]]\nduty = 'd'\npreferences = ['forget']\n" + origin;
  CHECK(complaint(head + days + lenient + pause) == "");
  CHECK(complaint(head + days + reading("strict", "value = 20, unit = 'business_day'") + pause) ==
        "xx.toml:28: a pause goes with limits in calendar days and months, and a reading of 'd' "
        "counts in another unit");
}

TEST_CASE("an office's own target is no longer than the limit that it guards", "[policy]") {
  const auto guarded = [](const std::string& limit, const std::string& target) {
    return head + with(duty, "value = 1, unit = 'calendar_month'", limit) + "internal_target = { " +
           target + " }\n";
  };
  const std::string days = "value = 30, unit = 'calendar_day'";
  CHECK(complaint(guarded(days, days)) == "");
  CHECK(complaint(guarded(days, "value = 1, unit = 'calendar_month'")) == "");
  CHECK(complaint(guarded("unit = 'immediate'", days)) == "");
  CHECK(complaint(guarded(days, "value = 31, unit = 'calendar_day'")) ==
        "xx.toml:20: the office's own target, 31 calendar days, is longer than the limit, 30 "
        "calendar days; expected a shorter one");
  for (const auto* target :
       {"value = 31, unit = 'business_day'", "value = 2, unit = 'calendar_month'"}) {
    CAPTURE(target);
    CHECK(complaint(guarded(days, target)).find("xx.toml:20: the office's own target") == 0);
  }
  CHECK(complaint(guarded("value = 10, unit = 'business_day'", "value = 11, unit = 'business_day'"))
            .find("is longer than the limit") != std::string::npos);
  // Nor than that of a reading.
  CHECK(complaint(guarded(days, days) + "[[reading]]\nduty = 'd'\nprofile = 'strict'\n" +
                  "limit = { value = 20, unit = 'calendar_day' }\n" + origin)
            .find("xx.toml:24: the office's own target") == 0);
}

TEST_CASE("a clock that waits says what for", "[policy]") {
  CHECK(
      complaint(head + duty + "start = 'latest_event'\nwaits_for = ['identity', 'fee']\n").empty());
  CHECK(complaint(head + duty + "start = 'latest_event'\n").find("go together") !=
        std::string::npos);
  CHECK(complaint(head + duty + "waits_for = ['fee']\n").find("go together") != std::string::npos);
  CHECK(complaint(head + duty + "start = 'latest_event'\nwaits_for = ['rain']\n")
            .find("'rain' is nothing that a clock waits for") != std::string::npos);
}

TEST_CASE("a duty that is due with another names one that has a clock of its own", "[policy]") {
  const std::string follower =
      "[[duty]]\nid = 'e'\ntitle = 'E'\nkind = 'notify_recipients_by'\n"
      "preferences = ['forget']\nwith = 'd'\n" +
      origin + "effective_from = 2020-01-01\n";
  CHECK(complaint(head + duty + follower).empty());
  CHECK(complaint(head + follower + duty).find("'d' is no duty with a limit of its own") !=
        std::string::npos);
  CHECK(complaint(head + duty + follower + "roll = 'none'\n").find("unknown key 'roll'") !=
        std::string::npos);
}

TEST_CASE("a duty that is due with another does not outlive it", "[policy]") {
  const std::string follower =
      "[[duty]]\nid = 'e'\ntitle = 'E'\nkind = 'notify_recipients_by'\n"
      "preferences = ['forget']\nwith = 'd'\n" +
      origin + "effective_from = 2020-01-01\n";
  const std::string leader = duty + "effective_to = 2024-01-01\n";
  CHECK(complaint(head + leader + follower) ==
        "xx.toml:26: 'd' ends on 2024-01-01, and 'e', which is due with it, does not; expected "
        "effective_to = 2024-01-01 or earlier, or a version of 'd' that begins then");
  CHECK(complaint(head + leader + follower + "effective_to = 2024-01-02\n")
            .rfind("xx.toml:26: 'd' ends on 2024-01-01", 0) == 0);
  CHECK(complaint(head + leader + follower + "effective_to = 2024-01-01\n").empty());
  CHECK(complaint(head + leader + follower + with(duty, "2020-01-01", "2024-01-01")).empty());
}

TEST_CASE("a kind that no time can be counted for is none of a duty in a file", "[policy]") {
  CHECK(complaint(head + with(duty, "respond_by", "extension_notice_by")) ==
        "xx.toml:13: 'extension_notice_by' is no kind to write down: every [[extension]] brings "
        "the duty to tell the person of it by itself; leave this one out");
  CHECK(complaint(head + with(duty, "respond_by", "reask_not_before")) ==
        "xx.toml:13: 'reask_not_before' is no kind to write down: not to ask again is nothing to "
        "be done by a day, and would be listed as overdue; say it in a note");
  CHECK(complaint(head + with(duty, "id = 'd'", "id = 'd.extension'")) ==
        "xx.toml:11: 'd.extension' is what the duty to tell of more time is called, which every "
        "[[extension]] brings by itself; expected another id");
}

TEST_CASE("a pack's id is the name of its file", "[policy]") {
  const auto named = [](const std::string& name) {
    try {
      return Pack::parse(head + duty, name).id;
    } catch (const heed::Error& error) {
      return std::string(error.what());
    }
  };
  CHECK(named("xx.toml") == "xx");
  CHECK(named("/etc/heed/schedules/packs/xx.toml") == "xx");
  CHECK(named("packs/yy.toml") ==
        "packs/yy.toml:1: the id is 'xx', and the file is called yy; expected id = \"yy\", or "
        "another name of the file");
}

TEST_CASE("packs, calendars, places and controller must fit together", "[policy]") {
  const auto whole = heed::support::shipped_parts();
  auto parts = whole;
  parts.controller.zone.clear();
  CHECK(refused(parts).find("[controller] zone") != std::string::npos);
  parts = whole;
  parts.controller.calendar.clear();
  CHECK(refused(parts).find("[controller] calendar") != std::string::npos);
  parts = whole;
  parts.controller.calendar = "ATLANTIS";
  CHECK(refused(parts).find("'ATLANTIS' is not there") != std::string::npos);
  parts = whole;
  parts.packs.push_back(parts.packs.front());
  CHECK(refused(parts).find("two packs have this id") != std::string::npos);
  parts = whole;
  parts.packs.front().countries.push_back("EL");
  CHECK(refused(parts).find("'EL' is no country") != std::string::npos);
  parts = whole;
  parts.packs.back().rules.front().usual.calendar = "CA-XX";
  CHECK(refused(parts).find("calendar 'CA-XX', which is not there") != std::string::npos);
}
