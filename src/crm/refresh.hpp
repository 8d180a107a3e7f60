#pragma once

#include <optional>
#include <string>

#include "heed/crm.hpp"
#include "heed/vault.hpp"

namespace heed::crm {

/// The refresh token that is good now, where the CRM may give a new one at each use and revokes all
/// when a spent one comes again. Used under a vault::State::Hold.
class RefreshTokens {
 public:
  /// `configured` is the token of the last authorisation by a person; another than last time means
  /// that heed was authorised anew.
  RefreshTokens(vault::State& state, std::string configured);

  /// The token to send, noted as under way, and synced, before it is given out. Throws a lasting
  /// Error(login) when it was under way already: whether it is spent, nobody knows.
  std::string take();

  /// The CRM answered, with `next` or without.
  void answered(const std::optional<std::string>& next);

  /// The token was not looked at.
  void give_back();

  /// Whether the CRM may spend a token by being asked: until it has shown that it does not.
  bool may_rotate() const;

 private:
  vault::State& state_;
  std::string token_;
};

/// A token of which nobody knows whether it is spent.
Error token_in_doubt();

}  // namespace heed::crm
