#include "crm/refresh.hpp"

#include "heed/error.hpp"

namespace heed::crm {

namespace {

/// Tells two tokens apart; a token is random and long enough to need no salt.
std::string mark_of(const std::string& token) {
  return vault::digest(token);
}

}  // namespace

RefreshTokens::RefreshTokens(vault::State& state, std::string configured)
    : state_(state), token_(std::move(configured)) {
  const auto source = mark_of(token_);
  if (state_.get("refresh_source") == source) {
    if (const auto kept = state_.get("refresh_token")) token_ = *kept;
    return;
  }
  for (const auto* key : {"refresh_token", "refresh_in_flight", "refresh_rotates"}) {
    state_.drop(key);
  }
  state_.set("refresh_source", source);
}

std::string RefreshTokens::take() {
  // The mark names the token: where the next one was stored and heed was killed before it took the
  // mark away, nothing is in doubt.
  if (may_rotate() && state_.get("refresh_in_flight") == mark_of(token_)) {
    throw token_in_doubt();
  }
  state_.set("refresh_in_flight", mark_of(token_));
  return token_;
}

void RefreshTokens::answered(const std::optional<std::string>& next) {
  const bool another = next && *next != token_;
  if (another) state_.set("refresh_token", *next);
  state_.set("refresh_rotates", another ? "yes" : "no");
  state_.drop("refresh_in_flight");
}

void RefreshTokens::give_back() {
  state_.drop("refresh_in_flight");
}

bool RefreshTokens::may_rotate() const {
  return state_.get("refresh_rotates") != "no";
}

Error token_in_doubt() {
  return Error::lasting(
      Kind::login,
      "the refresh token was under way when heed or the connection ended, and the CRM may have "
      "spent it: sent again it would revoke everything; authorise heed anew and store the new "
      "token");
}

}  // namespace heed::crm
