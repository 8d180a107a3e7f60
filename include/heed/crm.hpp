#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "heed/error.hpp"
#include "heed/record.hpp"
#include "heed/time.hpp"
#include "heed/vault.hpp"

namespace heed::http {
class Transport;
}

/// A CRM asked over SOAP, in heed's words. The one that is spoken is Salesforce's Partner API.
namespace heed::crm {

/// How the CRM is asked.
struct Options {
  std::string url = "https://login.salesforce.com";  ///< where to log in: scheme and host, no path
  std::string version = "62.0";                      ///< of the API; login needs 64.0 or less
  std::string client = "heed";                       ///< how heed calls itself in the CRM's logs
  int page_size = 2000;                              ///< records a page, 200 to 2000
  int retries = 5;                                   ///< further attempts after a passing fault
  std::chrono::seconds pause{2};  ///< before the first of them; doubled each time
  std::chrono::seconds longest_pause{120};
  std::int64_t largest_page = 128LL << 20;  ///< bytes of one answer, unpacked
  std::uint64_t seed = 20240229;            ///< of the jitter; the same one, the same pauses
  std::int64_t calls_a_day = 0;             ///< heed's requests in one day of UTC; 0: no limit
  double leave_share = 0.05;                ///< of the org's daily limit, left to others; 0 to 0.95
  int logins_an_hour = 60;                  ///< no more, over all runs that share a state
  int renewals_an_hour = 6;                 ///< of them, because a session had ended too early
};

/// A user's name, password, and the security token that the CRM wants from unknown networks.
struct Password {
  std::string user;
  vault::Secret password;
  std::optional<vault::Secret> token;
};

/// An OAuth access token, and the address of the instance it is good for.
struct AccessToken {
  vault::Secret token;
  std::string instance;
};

/// OAuth: an assertion for `user`, signed with heed's own private key (RFC 7523).
struct JwtBearer {
  std::string client_id;  ///< of the app in the CRM
  std::string user;
  vault::Secret key;     ///< an RSA private key, PEM
  std::string audience;  ///< empty: as audience_of(url)
};

/// OAuth: the app's own id and secret; the app says as which user.
struct ClientCredentials {
  std::string client_id;
  vault::Secret secret;
};

/// OAuth: a refresh token. The CRM may give a new one at each use, which is then kept in the state;
/// `token` is where the first one is.
struct RefreshToken {
  std::string client_id;
  std::optional<vault::Secret> secret;  ///< of the app, where it wants one
  vault::Secret token;
};

using Credentials = std::variant<Password, AccessToken, JwtBearer, ClientCredentials, RefreshToken>;

/// The way in, in words: "OAuth JWT bearer".
std::string_view name_of(const Credentials& credentials);

/// The CRM's name for itself that an assertion for `url` must be addressed to.
std::string audience_of(std::string_view url);

/// The first version of the API, as its major number, that has no login by password any more.
inline constexpr int first_version_without_login = 65;

/// What is remembered of getting in, over all runs that share a state.
struct LoginRecord {
  int logins = 0;               ///< in the last hour, refused ones among them
  int renewals = 0;             ///< in the last hour
  int refused = 0;              ///< in the last hour
  std::optional<Moment> last;   ///< when heed last tried
  bool stopped = false;         ///< what is configured was refused, and is not tried again
  bool token_in_doubt = false;  ///< a refresh token was under way when heed was killed
};
LoginRecord login_record(const vault::State& state, Moment now);

/// Lets what was refused be tried again, once.
void forget_refusals(vault::State& state);

/// Who heed is to the CRM.
struct User {
  std::string org;       ///< the organization's id
  std::string instance;  ///< the host that answers for it
  std::string id;
  std::string name;
  bool person_accounts = false;
};

/// What a refused request asks of the caller.
enum class Verdict {
  smaller,     ///< ask for less at a time
  restart,     ///< the rest of the answer is lost: ask again from what is stored
  resync,      ///< the CRM no longer knows what was deleted: read and compare everything
  redescribe,  ///< an object or a field is gone or hidden
  stop         ///< nothing will help but a person
};

/// A request that the CRM refused for a reason that no repetition mends.
struct Refusal {
  Verdict verdict = Verdict::stop;
  std::string code;         ///< the CRM's own, as INVALID_FIELD
  std::string text;         ///< the CRM's own; may hold data, so it is not for logs
  bool everywhere = false;  ///< it would come whatever was asked for: the org is closed to heed

  /// An error of the CRM's answer that names `what` and the code; lasting if it is everywhere.
  Error error(std::string_view what) const;
};

template <class T>
using Answer = std::variant<T, Refusal>;

/// One field as the CRM describes it to this user; a hidden one is not there.
struct Described {
  Field field;
  std::string type;  ///< the CRM's own word
};

/// Whether the CRM answers the field in parts, each of which is a field as well: an address or a
/// place on the globe. heed asks for the parts.
bool is_compound(const Described& field);

/// An object as the CRM describes it to this user.
struct Description {
  std::string object;
  std::string key_prefix;  ///< the first three characters of its ids
  bool queryable = false;
  bool replicateable = false;     ///< the CRM keeps a log of its deletions, and tells its progress
  std::vector<Described> fields;  ///< Id is not among them

  const Described* find(std::string_view field) const;
};

/// Which records to read, and in which order: by the stamp and the id, or by the id alone.
struct Selection {
  std::shared_ptr<const Shape> shape;
  bool deleted_too = true;           ///< records in the recycle bin as well
  std::optional<Moment> from;        ///< stamp not before
  std::optional<Moment> to;          ///< stamp not after
  std::optional<Moment> at;          ///< stamp exactly
  std::optional<Moment> later_than;  ///< stamp after
  std::optional<Id> after;           ///< id after
  std::string only;                  ///< a flag that must be set; empty: all records
  std::string one_of;                ///< a field of texts that must have one of `texts`; empty: any
  std::vector<std::string> texts = {};
  bool by_id = false;
  std::int64_t limit = 0;     ///< at most so many; 0: all
  std::vector<Id> ids;        ///< these records alone, at most some thousand; empty: all
  std::string ids_of = "Id";  ///< or those whose field of this name has one of `ids`
};

/// The longest statement the CRM takes, in characters.
inline constexpr std::size_t longest_statement = 100'000;

/// The selection in SOQL. Throws Error(configuration), with the count of fields, when it is longer
/// than the CRM takes.
std::string soql(const Selection& selection);

/// A span of time that the CRM can be asked about: both ends whole minutes, as it cuts them itself;
/// the first more than a minute before the last, which is not in the future; the first not before
/// what the CRM remembers, less a margin, so that the answer to a late request is not a refusal.
/// There is no other way to make one than these two.
class Window {
 public:
  /// For getUpdated: 30 days back from `now`, which is the CRM's own clock. The first end is never
  /// moved forward but where the CRM remembers no further (see cut). nullopt where the ends leave
  /// no span: there is nothing to ask about yet.
  static std::optional<Window> for_updated(Moment from, Moment to, Moment now);

  /// For getDeleted: 15 days back.
  static std::optional<Window> for_deleted(Moment from, Moment to, Moment now);

  Moment from() const { return from_; }
  Moment to() const { return to_; }

  /// Whether it begins later than was asked: what happened before can only be found by comparing.
  bool cut() const { return cut_; }

 private:
  Window(Moment from, Moment to, bool cut) : from_(from), to_(to), cut_(cut) {}
  static std::optional<Window> make(Moment from, Moment to, Moment now, std::chrono::hours reach);
  Moment from_, to_;
  bool cut_;
};

/// What getDeleted tells.
struct Deletions {
  std::vector<std::pair<Id, Moment>> records;
  Moment earliest_known;  ///< deletions before are forgotten
  Moment covered;         ///< the answer is whole up to here
};

/// The CRM's count of everybody's requests in the last 24 hours, as of the last answer.
struct Usage {
  std::int64_t used = 0;
  std::int64_t allowed = 0;
};

/// What heed may still ask today, as far as its budget goes.
enum class Allowance {
  all,
  needed,  ///< no optional work: no reconciling, no describing anew, no verifying
  none     ///< nothing; a request would throw Error(incomplete)
};

/// The requests of a day, as they outlive a run.
struct Spending {
  Day day{};               ///< of UTC
  std::int64_t calls = 0;  ///< heed's own on that day
  std::optional<Usage> usage;
  Moment at{};  ///< when the CRM told the usage
};

/// What the last run left in `state`; nullopt where there was none, or it cannot be read.
std::optional<Spending> spending_in(const vault::State& state);

/// What `options` allow at `now` after such spending. heed's own count is void on another day, the
/// CRM's after an hour: then a request is spent to learn it anew. Optional work ends when a fifth
/// of either share is left.
Allowance allowance_of(const Options& options, const Spending& spending, Moment now);

/// A pause before attempt `attempt` (1 is the first repetition): doubled each time, up to the
/// longest, less up to half of it by `draw` (any number). What the server asks for wins if longer.
std::chrono::seconds pause_before(const Options& options, int attempt, std::uint64_t draw,
                                  std::optional<std::chrono::seconds> asked);

/// A conversation with one org. Logs in when first needed and again when the session has ended,
/// once a request; repeats what fails in passing, within bounds. Errors thrown: unreachable (the
/// network, or a CRM too busy), login (the user is refused; never repeated), answer (what came back
/// is not what the protocol says), incomplete (heed's own budget for the day is used up; nothing
/// was sent), interrupted. Not thread-safe.
class Client {
 public:
  /// `state` remembers refused logins and the day's requests across runs; it may be null.
  Client(http::Transport& transport, Clock& clock, Options options, Credentials credentials,
         vault::State* state = nullptr, std::stop_token stop = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Who the CRM takes heed for.
  const User& user();

  /// The CRM's clock.
  Moment now();

  /// The names of all objects this user can see.
  std::vector<std::string> objects();

  Answer<Description> describe(const std::string& object);

  /// The first page of a selection, and the pages after it.
  Answer<Page> read(const Selection& selection);
  Answer<Page> more(const Selection& selection, const std::string& locator);

  /// Up to when every change of `object` can be read by now: changes of a transaction that is still
  /// under way are stamped later than this.
  Answer<Moment> covered(const std::string& object, Moment now);

  /// What was deleted in the window, which must be one for_deleted.
  Answer<Deletions> deleted(const std::string& object, const Window& window);

  /// How many requests this client has sent.
  std::int64_t calls() const;
  std::optional<Usage> usage() const;

  /// Whether the day's budget still allows optional work, or any. Ask before every piece of
  /// optional work, and before the next object.
  Allowance allowance() const;

 private:
  struct Conversation;
  std::unique_ptr<Conversation> conversation_;
};

}  // namespace heed::crm
