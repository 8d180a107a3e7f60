#include "crm/attempts.hpp"

#include "heed/error.hpp"

namespace heed::crm {

namespace {

constexpr auto hour = std::chrono::hours(1);

/// CRMs may be set to lock an account at the third refusal.
constexpr int most_refusals = 2;

/// The moments in `text`, parted by spaces, that lie in the hour before `now`.
std::vector<Moment> recent(const std::optional<std::string>& text, Moment now) {
  std::vector<Moment> moments;
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (!rest.empty()) {
    const auto space = std::min(rest.find(' '), rest.size());
    const auto moment = parse_moment(rest.substr(0, space));
    // One from the future is a clock that was set back; it counts, or setting it would reset all.
    if (moment && now - *moment < hour) moments.push_back(*moment);
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  return moments;
}

std::string joined(const std::vector<Moment>& moments) {
  std::string text;
  for (const auto moment : moments) text += (text.empty() ? "" : " ") + to_text(moment);
  return text;
}

Error too_often(const std::string& what, const std::vector<Moment>& moments) {
  return Error::lasting(Kind::login,
                        what + "; heed stops until " + to_text(moments.front() + hour));
}

}  // namespace

void Attempts::begin(const std::string& mark, bool renewal) {
  std::optional<vault::State::Hold> hold;
  if (state_ != nullptr) hold.emplace(*state_);
  const Moment now = clock_.now();
  stop_repetition(mark, now);
  auto renewals = recent(get("renewals"), now);
  if (renewal && static_cast<int>(renewals.size()) >= options_.renewals_an_hour) {
    if (renewals.empty()) renewals.push_back(now);
    throw too_often(
        "the session ends too early again and again: another program logs this user out, its "
        "session settings are strict, or [crm] url is not the org's; give heed a user of its own",
        renewals);
  }
  auto logins = recent(get("logins"), now);
  if (static_cast<int>(logins.size()) >= options_.logins_an_hour) {
    throw too_often("heed has logged in " + std::to_string(logins.size()) +
                        " times within an hour ([crm] logins_an_hour)",
                    logins);
  }
  logins.push_back(now);
  set("logins", joined(logins));
  renewing_ = renewal;
  if (!renewal) return;
  renewals.push_back(now);
  set("renewals", joined(renewals));
}

void Attempts::stop_repetition(const std::string& mark, Moment now) const {
  const auto until = get("refused_until");
  const bool over = until && parse_moment(*until) && *parse_moment(*until) <= now;
  if (get("refused_login") == mark && !over) {
    throw Error::lasting(
        Kind::login,
        "the CRM refused these credentials before, and heed does not repeat them: that locks the "
        "account; correct them" +
            (until ? " (heed tries again after " + *until + ")" : std::string()) +
            ", or run heed check --login-again");
  }
  const auto refusals = recent(get("refusals"), now);
  if (static_cast<int>(refusals.size()) < most_refusals) return;
  throw too_often("the CRM refused " + std::to_string(refusals.size()) +
                      " different secrets within an hour, and one more may lock the account; find "
                      "the right one, then run heed check --login-again",
                  refusals);
}

void Attempts::take_back(const std::string& key) {
  const auto text = get(key);
  if (!text) return;
  const auto space = text->rfind(' ');
  space == std::string::npos ? drop(key) : set(key, text->substr(0, space));
}

void Attempts::unanswered() {
  std::optional<vault::State::Hold> hold;
  if (state_ != nullptr) hold.emplace(*state_);
  take_back("logins");
  if (renewing_) take_back("renewals");
}

void Attempts::succeeded() {
  for (const auto* key : {"refused_login", "refused_until", "refusals"}) drop(key);
}

void Attempts::refused(const std::string& mark, bool for_good) {
  const Moment now = clock_.now();
  if (for_good) {
    auto refusals = recent(get("refusals"), now);
    refusals.push_back(now);
    set("refusals", joined(refusals));
    drop("refused_until");
  } else {
    set("refused_until", to_text(now + hour));
  }
  set("refused_login", mark);
}

std::string Attempts::mark(const std::string& secret) {
  auto salt = get("salt");
  if (!salt) {
    std::optional<vault::State::Hold> hold;
    if (state_ != nullptr) hold.emplace(*state_);
    salt = get("salt");  // another heed may have come first
    if (!salt) salt = vault::random_hex(16);
    set("salt", *salt);
  }
  return vault::keyed_digest(*salt, options_.url + "\n" + options_.version + "\n" + secret);
}

std::optional<std::string> Attempts::get(const std::string& key) const {
  if (state_ != nullptr) return state_->get(key);
  const auto at = own_.find(key);
  return at == own_.end() ? std::nullopt : std::optional(at->second);
}

void Attempts::set(const std::string& key, const std::string& value) {
  if (state_ != nullptr) return state_->set(key, value);
  own_[key] = value;
}

void Attempts::drop(const std::string& key) {
  if (state_ != nullptr) return state_->drop(key);
  own_.erase(key);
}

LoginRecord login_record(const vault::State& state, Moment now) {
  LoginRecord record;
  const auto count = [&](const char* key) {
    return static_cast<int>(recent(state.get(key), now).size());
  };
  record.logins = count("logins");
  record.renewals = count("renewals");
  record.refused = count("refusals");
  if (const auto logins = recent(state.get("logins"), now); !logins.empty()) {
    record.last = logins.back();
  }
  const auto until = state.get("refused_until");
  record.stopped = state.get("refused_login").has_value() &&
                   (!until || !parse_moment(*until) || *parse_moment(*until) > now);
  record.stopped = record.stopped || record.refused >= most_refusals;
  const auto under_way = state.get("refresh_in_flight");
  const auto kept = state.get("refresh_token");
  record.token_in_doubt = under_way && state.get("refresh_rotates") != "no" &&
                          (!kept || vault::digest(*kept) == *under_way);
  return record;
}

void forget_refusals(vault::State& state) {
  for (const auto* key : {"refused_login", "refused_until", "refusals"}) state.drop(key);
}

}  // namespace heed::crm
