#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "heed/mirror.hpp"
#include "heed/record.hpp"

namespace heed::crm {
class Client;
struct Description;
}  // namespace heed::crm

/// From the CRM to the mirror: whole at first, then what changed.
namespace heed::sync {

/// An object to mirror, and what of it. Id and the CRM's system fields come by themselves.
struct Wanted {
  std::string object;
  std::vector<std::string> required;  ///< hidden or gone, they stop the object
  std::vector<std::string> optional;  ///< mirrored where this user sees them
  std::vector<std::string> named;     ///< of the optional ones: missed aloud
  /// Of the named ones: heed asks for them by itself, and their names are right.
  std::vector<std::string> own = {};
  /// Of the named ones: they say on what day something was. One that cannot is missed aloud:
  /// nothing would come of it.
  std::vector<std::string> dates = {};
  /// Of the named ones: they say that something was done, by a day or as a flag; else the same.
  std::vector<std::string> deeds = {};
  std::vector<std::string> tracked;  ///< every change is kept: preferences and links
  /// Of the required ones: they say whose a record is, and one that is no reference stops the
  /// object. Tracked, too.
  std::vector<std::string> persons;
  /// Of the optional ones: every change is kept as well, though they say no preference.
  std::vector<std::string> followed;
  std::string only;      ///< a flag that must be set; "IsPersonAccount" wants an org that has them
  bool expected = true;  ///< false: an org may be without the object, and nothing is missing
};

struct Options {
  std::vector<Wanted> objects;
  bool history = true;                ///< the CRM's field history of tracked fields is read as well
  std::vector<std::string> absent;    ///< "Object.Field" or "Object": missed on purpose
  std::chrono::seconds overlap{600};  ///< read again at every window's start, for late commits
  std::chrono::hours describe_every{24};
  std::int64_t load_range = 50'000;  ///< rows that one query of a whole load asks for
  bool full = false;                 ///< read everything again
  /// How far back the CRM tells of deletions, less a margin. After a longer gap, all is compared.
  std::chrono::seconds deletion_window{std::chrono::hours(15 * 24 - 1)};
  std::chrono::seconds bin_every{std::chrono::hours(24)};  ///< deleted records: purged by now?
  /// Ids and stamps of all records are compared with the CRM's; 0: only after a gap, or when asked.
  std::chrono::seconds reconcile_every{std::chrono::hours(7 * 24)};
  /// Every record of an object with calculated fields is read again; 0: never.
  std::chrono::seconds calculated_every{std::chrono::hours(24)};
  bool reconcile = false;        ///< compare now, from the first id on
  bool accept_vanished = false;  ///< however many records are found to have vanished
};

/// Something that makes a report less than whole, in one line with its mend.
struct Finding {
  std::string object;
  std::string field;  ///< empty where it is about the object
  std::string text;
};

/// Fields that the configuration names, in [fields], [[evidence]] or [erased_when_empty], and that
/// cannot be read: not visible to this user, or made of other fields; those in `absent` are not
/// missed. Fields that are to say whose a record is, and are no references; an object that the CRM
/// spells otherwise. Pure.
std::vector<Finding> missed_by_name(const Wanted& wanted, const crm::Description& described,
                                    const std::vector<std::string>& absent);

/// What comparing an object's ids and stamps with the CRM's found, and mended.
struct Comparison {
  std::int64_t compared = 0;  ///< records of the CRM, by this run: it may go on for one cut off
  std::int64_t reread = 0;    ///< of these, missing here or another stamp: read again
  std::int64_t purged = 0;    ///< gone from the CRM, and it had told of their deletion
  std::int64_t vanished = 0;  ///< gone from the CRM without a word
};

/// What a run did.
struct Report {
  mirror::Run run;
  std::map<std::string, mirror::Tally> objects;
  std::map<std::string, Comparison> compared;
  std::vector<Finding> findings;
  std::vector<std::string> notes;  ///< to be said aloud, though nothing is missing
  Moment reached;                  ///< the CRM's time that every object was read up to
  std::chrono::seconds lag{
      0};                  ///< how far the watermark lies behind, for a long transaction's sake
  std::int64_t calls = 0;  ///< requests sent
};

/// Told after every stored page.
struct Progress {
  std::string object;
  std::int64_t rows = 0;  ///< read of this object in this run
  bool whole_load = false;
};

/// Brings the mirror up to the CRM's present. What is stored when it ends, in whatever way, is
/// right as far as it goes; the next run goes on from there. A hidden or missing field or object is
/// a finding; other trouble throws: Error(configuration) for another org, unreachable, login,
/// answer, storage, interrupted.
Report run(crm::Client& client, mirror::Mirror& mirror, const Options& options,
           const std::function<void(const Progress&)>& progress = {}, std::stop_token stop = {});

/// One record about which the CRM and the mirror do not agree.
struct Disagreement {
  std::string object;
  Id id;
  std::string text;  ///< how, in a few words without values
};

/// How one object compares, for records stamped up to T.
struct Proof {
  /// T: latestDateCovered at the start (the CRM's now, where it tells none), or the object's
  /// watermark where that is earlier. The mirror claims every record up to here.
  Moment until;
  std::int64_t there = 0;                           ///< records in the CRM, deleted ones too
  std::int64_t here = 0;                            ///< rows of the mirror that are live or deleted
  std::optional<Moment> latest_there, latest_here;  ///< the greatest stamps
  std::int64_t newer = 0;  ///< changed or gone since: asked for again one by one, and right so
  std::int64_t wrong = 0;
  /// Of a field history: rows of the mirror that the CRM returns no more, as it throws them away
  /// after two years, and with their record. They are no difference, and not counted in `here`.
  std::int64_t kept = 0;
};

/// What verifying found.
struct Verification {
  std::map<std::string, Proof> objects;
  std::vector<Disagreement> disagreements;  ///< the first `most`
  /// Objects that cannot be compared, or whose watermark is older than mirror::stale_after allows:
  /// what changed since then is proved by nothing. Privacy fields that are hidden.
  std::vector<Finding> findings;
  std::int64_t calls = 0;
  static constexpr std::size_t most = 1000;
};

/// Proves that the mirror is complete, or where it is not: ids and stamps of all records, and of
/// all rows of field history that tell of preferences, side by side, up to what the mirror claims
/// and the CRM vouches for (Proof::until). Nothing is written. Throws as run() does, also for
/// another org than the mirror's.
Verification verify(crm::Client& client, mirror::Mirror& mirror, const Options& options,
                    const std::function<void(const Progress&)>& progress = {},
                    const std::stop_token& stop = {});

}  // namespace heed::sync
