#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heed::simulated {

/// What a signed assertion claims (RFC 7523).
struct Assertion {
  std::string issuer;        ///< "iss": the app
  std::string subject;       ///< "sub": the user
  std::string audience;      ///< "aud": whose login it is for
  std::int64_t expires = 0;  ///< "exp": seconds since 1970
};

/// What `token` claims; nullopt unless it is a JWT that the owner of `public_key` (PEM) has signed
/// by RS256.
std::optional<Assertion> verified(std::string_view token, const std::string& public_key);

}  // namespace heed::simulated
