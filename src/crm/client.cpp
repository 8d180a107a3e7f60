#include <algorithm>
#include <random>

#include "crm/budget.hpp"
#include "crm/fault.hpp"
#include "crm/session.hpp"
#include "crm/wire.hpp"
#include "heed/crm.hpp"
#include "heed/http.hpp"

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

Error Refusal::error(std::string_view what) const {
  const auto mend = mend_of(code);
  std::string line = std::string(what) + ": the CRM refuses with " + code;
  if (!mend.empty()) line += "; " + std::string(mend);
  return {Kind::answer, line};
}

const Described* Description::find(std::string_view field) const {
  const auto at = std::find_if(fields.begin(), fields.end(),
                               [field](const Described& each) { return each.field.name == field; });
  return at == fields.end() ? nullptr : &*at;
}

namespace {

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

}  // namespace

struct Client::Conversation {
  http::Transport& transport;
  Clock& clock;
  Options options;
  std::stop_token stop;
  Wire wire;
  Session session;
  Budget budget;
  std::minstd_rand draw{20240229};  // jitter needs no secrecy, tests need the same pauses

  Conversation(http::Transport& t, Clock& c, Options o, Credentials who, vault::State* s,
               std::stop_token token)
      : transport(t),
        clock(c),
        options(std::move(o)),
        stop(std::move(token)),
        wire(transport, options.client, options.page_size),
        session(wire, options, std::move(who), s),
        budget(clock, options, s) {}

  void wait(int attempt, std::optional<std::chrono::seconds> asked);

  /// One request with everything a client does about faults: `ask` makes one attempt.
  template <class Ask>
  auto attempt(bool with_session, Ask ask)
      -> Answer<std::variant_alternative_t<0, decltype(ask())>>;

  /// The answer, or the refusal as an error that names `what`.
  template <class Ask>
  auto must(std::string_view what, Ask ask) {
    auto answer = attempt(true, ask);
    if (const auto* refusal = std::get_if<Refusal>(&answer)) throw refusal->error(what);
    return std::move(std::get<0>(answer));
  }

  Answer<Page> page(const Selection& selection, Answer<Rows> rows);
};

void Client::Conversation::wait(int attempt, std::optional<std::chrono::seconds> asked) {
  const auto pause = pause_before(options, attempt, draw(), asked);
  if (!clock.sleep_until(clock.now() + pause, stop)) {
    throw Error(Kind::interrupted, "stopped while waiting to ask the CRM again");
  }
}

template <class Ask>
auto Client::Conversation::attempt(bool with_session, Ask ask)
    -> Answer<std::variant_alternative_t<0, decltype(ask())>> {
  bool renewed = false;
  for (int repeated = 0;;) {
    if (stop.stop_requested()) throw Error(Kind::interrupted, "stopped");
    std::optional<std::chrono::seconds> asked;
    std::string cause;
    bool last = repeated >= options.retries;
    try {
      budget.check();
      if (with_session) session.open();
      auto reply = ask();
      budget.note(wire.calls(), wire.usage());
      if (reply.index() == 0) return std::move(std::get<0>(reply));
      const Fault& fault = std::get<Fault>(reply);
      const Remedy remedy = remedy_of(fault);
      if (remedy == Remedy::renew && with_session && !renewed) {
        renewed = true;
        session.ended();
        continue;
      }
      if (remedy == Remedy::renew || remedy == Remedy::refused) throw login_error(fault);
      if (remedy == Remedy::quota) {
        last = true;
        throw Error(Kind::unreachable, "the CRM answers no more today (" + fault.code + "); " +
                                           std::string(mend_of(fault.code)));
      }
      if (remedy != Remedy::back_off) return Refusal{verdict_of(remedy), fault.code, fault.text};
      asked = fault.retry_after;
      const bool own_words = fault.code == "NOT_SOAP" || fault.code.starts_with("HTTP_");
      cause = fault.code + (own_words ? ", " + fault.text : "");
    } catch (const Error& error) {
      budget.note(wire.calls(), std::nullopt);
      if (error.kind() != Kind::unreachable || last) throw;
      cause = error.what();
    }
    if (last) {
      throw Error(Kind::unreachable, "the CRM did not answer in " + std::to_string(repeated + 1) +
                                         " attempts (" + cause + "); try again later");
    }
    wait(++repeated, asked);
  }
}

Answer<Page> Client::Conversation::page(const Selection& selection, Answer<Rows> rows) {
  if (auto* refusal = std::get_if<Refusal>(&rows)) return std::move(*refusal);
  auto& got = std::get<Rows>(rows);
  Page page(selection.shape);
  decode(got.records, page);
  page.locator = std::move(got.locator);
  page.announced = got.size;
  return page;
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
  return c.attempt(true, [&] { return c.wire.describe(object); });
}

Answer<Page> Client::read(const Selection& selection) {
  auto& c = *conversation_;
  const std::string text = soql(selection);
  return c.page(selection,
                c.attempt(true, [&] { return c.wire.query(text, selection.deleted_too); }));
}

Answer<Page> Client::more(const Selection& selection, const std::string& locator) {
  auto& c = *conversation_;
  return c.page(selection, c.attempt(true, [&] { return c.wire.query_more(locator); }));
}

Answer<Moment> Client::covered(const std::string& object, Moment now) {
  auto& c = *conversation_;
  // Both ends are cut to the minute, and the first must come before the last.
  const auto to = std::chrono::floor<std::chrono::minutes>(now);
  const auto from = to - std::chrono::minutes(5);
  return c.attempt(true, [&] { return c.wire.latest_date_covered(object, from, to); });
}

Answer<Deletions> Client::deleted(const std::string& object, const Window& window) {
  auto& c = *conversation_;
  return c.attempt(true, [&] { return c.wire.get_deleted(object, window.from(), window.to()); });
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
