#pragma once

#include "heed/http.hpp"

namespace heed::support {

/// Hands requests on to a transport that outlives it: for who wants one of its own.
class Passing final : public http::Transport {
 public:
  explicit Passing(http::Transport& to) : to_(to) {}
  http::Response send(const http::Request& request) override { return to_.send(request); }

 private:
  http::Transport& to_;
};

}  // namespace heed::support
