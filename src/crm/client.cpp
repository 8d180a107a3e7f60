#include <algorithm>
#include <random>

#include "crm/budget.hpp"
#include "crm/fault.hpp"
#include "crm/session.hpp"
#include "crm/wire.hpp"
#include "heed/crm.hpp"
#include "heed/http.hpp"
#include "heed/http/ahead.hpp"

namespace heed::crm {

std::chrono::seconds pause_before(const Options& options, int attempt, std::uint64_t draw,
                                  std::optional<std::chrono::seconds> asked) {
  auto pause = options.pause;
  for (int i = 1; i < attempt && pause < options.longest_pause; ++i) pause *= 2;
  pause = std::min(pause, options.longest_pause);
  const auto half = static_cast<std::uint64_t>(pause.count() / 2);
  pause -= std::chrono::seconds(half == 0 ? 0 : static_cast<std::int64_t>(draw % (half + 1)));
  return asked ? std::max(pause, *asked) : pause;
}

namespace {

/// Whether the same question may be answered at another time, though not as it was put just now.
bool passes(Verdict verdict) {
  return verdict == Verdict::smaller || verdict == Verdict::restart || verdict == Verdict::resync;
}

}  // namespace

Error Refusal::error(std::string_view what) const {
  const auto mend = mend_of(code, text);
  std::string line = std::string(what) + ": the CRM refuses with " + code;
  if (!mend.empty()) {
    line += "; " + std::string(mend);
  } else if (passes(verdict)) {
    line += "; the next run asks again: if it stays, raise it with the CRM's support";
  }
  return everywhere ? Error::lasting(Kind::answer, line) : Error(Kind::answer, line);
}

const Described* Description::find(std::string_view field) const {
  const auto at = std::find_if(fields.begin(), fields.end(),
                               [field](const Described& each) { return each.field.name == field; });
  return at == fields.end() ? nullptr : &*at;
}

namespace {

// Who asks to be left alone for longer is not waited for; the next run comes anyway.
constexpr std::chrono::minutes patience{15};

Verdict verdict_of(Remedy remedy) {
  switch (remedy) {
    case Remedy::smaller:
      return Verdict::smaller;
    case Remedy::restart:
      return Verdict::restart;
    case Remedy::resync:
      return Verdict::resync;
    case Remedy::redescribe:
      return Verdict::redescribe;
    default:
      return Verdict::stop;
  }
}

/// What a fault is called in heed's own words; the CRM's may hold data.
std::string cause_of(const Fault& fault) {
  return fault.own_words ? fault.code + ", " + fault.text : fault.code;
}

Error gave_up(int attempts, const std::string& cause) {
  const std::string after = attempts == 1 ? "" : " in " + std::to_string(attempts) + " attempts";
  return {Kind::unreachable,
          "the CRM did not answer" + after + " (" + cause + "); try again later"};
}

}  // namespace

struct Client::Conversation {
  http::Following following;
  http::Ahead transport;
  Clock& clock;
  Options options;
  std::stop_token stop;
  Wire wire;
  Session session;
  Budget budget;
  std::minstd_rand draw;  // jitter needs no secrecy, tests need the same pauses

  Conversation(http::Transport& t, Clock& c, Options o, Credentials who, vault::State* s,
               std::stop_token token)
      : following(t),
        transport(following),
        clock(c),
        options(std::move(o)),
        stop(std::move(token)),
        wire(transport, clock, options),
        session(transport, wire, clock, options, std::move(who), s),
        budget(clock, options, s),
        draw(static_cast<std::minstd_rand::result_type>(options.seed)) {}

  /// What passes by itself: an answer or a broken line after which it is worth asking again.
  struct Passing {
    std::string cause;
    std::optional<std::chrono::seconds> asked;  ///< how long the server wants to be left alone
  };

  void wait(int attempt, std::optional<std::chrono::seconds> asked);
  Remedy judged(const Fault& fault) const;

  /// What the caller must act on. Throws where no caller can.
  Refusal refusal_of(const Fault& fault, Remedy remedy);

  /// One request, and nothing done about what comes back.
  template <class Ask>
  auto once(Ask ask)
      -> std::variant<std::variant_alternative_t<0, decltype(ask())>, Fault, Passing>;

  /// One request with everything a client does about faults: `ask` makes one attempt.
  template <class Ask>
  auto attempt(Ask ask) -> Answer<std::variant_alternative_t<0, decltype(ask())>>;

  /// The answer, or the refusal as an error that names `what`.
  template <class Ask>
  auto must(std::string_view what, Ask ask) {
    auto answer = attempt(ask);
    if (const auto* refusal = std::get_if<Refusal>(&answer)) {
      // Who may not even ask this may ask nothing.
      const Fault fault{refusal->code, refusal->text};
      if (remedy_of(fault) == Remedy::forbidden) throw session.refusal(fault);
      throw refusal->error(what);
    }
    return std::move(std::get<0>(answer));
  }

  /// A page of the selection; errors name its object.
  template <class Ask>
  Answer<Page> page(const Selection& selection, Ask ask);
};

void Client::Conversation::wait(int attempt, std::optional<std::chrono::seconds> asked) {
  if (asked && *asked > patience) {
    throw Error(Kind::unreachable, "the CRM asks to be left alone until " +
                                       to_text(clock.now() + *asked) + "; run heed sync then");
  }
  const auto pause = pause_before(options, attempt, draw(), asked);
  if (!clock.sleep_until(clock.now() + pause, stop)) {
    throw Error(Kind::interrupted, "stopped while waiting to ask the CRM again");
  }
}

/// The table's say, corrected by what this client knows: a limit that is not the day's, as the
/// CRM's own count shows, is one on requests at the same time.
Remedy Client::Conversation::judged(const Fault& fault) const {
  const Remedy remedy = remedy_of(fault);
  const bool unnamed = fault.code == "REQUEST_LIMIT_EXCEEDED" &&
                       fault.text.find("TotalRequests") == std::string::npos;
  const auto usage = wire.usage();
  if (remedy != Remedy::quota || !unnamed || !usage) return remedy;
  return usage->used < usage->allowed ? Remedy::back_off : Remedy::quota;
}

Refusal Client::Conversation::refusal_of(const Fault& fault, Remedy remedy) {
  if (remedy == Remedy::renew || remedy == Remedy::refused) throw session.refusal(fault);
  if (remedy == Remedy::quota) {
    throw Error(Kind::unreachable, "the CRM answers no more today (" + fault.code + "); " +
                                       std::string(mend_of(fault.code, fault.text)));
  }
  return {verdict_of(remedy), fault.code, fault.text, remedy == Remedy::closed};
}

template <class Ask>
auto Client::Conversation::once(Ask ask)
    -> std::variant<std::variant_alternative_t<0, decltype(ask())>, Fault, Passing> {
  try {
    session.open();
    budget.note(wire.calls(), std::nullopt);  // the login is one, too
    wire.look_ahead(budget.allows(2));
    auto reply = ask();
    budget.note(wire.calls(), wire.usage());
    if (reply.index() == 0) return std::move(std::get<0>(reply));
    Fault& fault = std::get<Fault>(reply);
    if (judged(fault) == Remedy::back_off) return Passing{cause_of(fault), fault.retry_after};
    return std::move(fault);
  } catch (const Error& error) {
    budget.note(wire.calls(), std::nullopt);
    if (error.kind() != Kind::unreachable || error.is_lasting()) throw;
    return Passing{error.what(), session.asked()};
  }
}

template <class Ask>
auto Client::Conversation::attempt(Ask ask)
    -> Answer<std::variant_alternative_t<0, decltype(ask())>> {
  bool renewed = false;
  for (int made = 1;;) {
    if (stop.stop_requested()) throw Error(Kind::interrupted, "stopped");
    budget.check();
    auto outcome = once(ask);
    if (outcome.index() == 0) return std::move(std::get<0>(outcome));
    if (const auto* passing = std::get_if<Passing>(&outcome)) {
      if (made > options.retries) throw gave_up(made, passing->cause);
      wait(made++, passing->asked);
      continue;
    }
    const Fault& fault = std::get<Fault>(outcome);
    if (judged(fault) != Remedy::renew || renewed) return refusal_of(fault, judged(fault));
    renewed = true;
    session.ended();
  }
}

template <class Ask>
Answer<Page> Client::Conversation::page(const Selection& selection, Ask ask) {
  try {
    return attempt(ask);
  } catch (const Error& error) {
    throw error.in(selection.shape->object);
  }
}

Client::Client(http::Transport& transport, Clock& clock, Options options, Credentials credentials,
               vault::State* state, std::stop_token stop)
    : conversation_(std::make_unique<Conversation>(
          transport, clock, std::move(options), std::move(credentials), state, std::move(stop))) {}
Client::~Client() = default;

const User& Client::user() {
  auto& c = *conversation_;
  if (!c.session.user()) {
    c.must("getUserInfo", [&c]() -> Reply<User> { return *c.session.user(); });  // opening tells
  }
  return *c.session.user();
}

Moment Client::now() {
  auto& c = *conversation_;
  return c.must("getServerTimestamp", [&c] { return c.wire.server_timestamp(); });
}

std::vector<std::string> Client::objects() {
  auto& c = *conversation_;
  return c.must("describeGlobal", [&c] { return c.wire.describe_global(); });
}

Answer<Description> Client::describe(const std::string& object) {
  auto& c = *conversation_;
  for (int made = 1;; ++made) {
    auto answer = c.attempt([&] { return c.wire.describe(object); });
    const auto* refusal = std::get_if<Refusal>(&answer);
    if (refusal == nullptr || !passes(refusal->verdict) || made > c.options.retries) return answer;
    c.wait(made, std::nullopt);  // there is no less to ask for
  }
}

Answer<Page> Client::read(const Selection& selection) {
  auto& c = *conversation_;
  const std::string text = soql(selection);
  return c.page(selection,
                [&] { return c.wire.query(text, selection.deleted_too, selection.shape); });
}

Answer<Page> Client::more(const Selection& selection, const std::string& locator) {
  auto& c = *conversation_;
  return c.page(selection, [&] { return c.wire.query_more(locator, selection.shape); });
}

Answer<Moment> Client::covered(const std::string& object, Moment now) {
  auto& c = *conversation_;
  const auto window = *Window::for_updated(now - std::chrono::minutes(5), now, now);
  return c.attempt([&] { return c.wire.latest_date_covered(object, window.from(), window.to()); });
}

Answer<Deletions> Client::deleted(const std::string& object, const Window& window) {
  auto& c = *conversation_;
  return c.attempt([&] { return c.wire.get_deleted(object, window.from(), window.to()); });
}

std::int64_t Client::calls() const {
  return conversation_->wire.calls();
}
Allowance Client::allowance() const {
  return conversation_->budget.allowance();
}
std::optional<Usage> Client::usage() const {
  return conversation_->wire.usage();
}

}  // namespace heed::crm
