#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "heed/http.hpp"
#include "support/clock.hpp"
#include "support/scripted.hpp"

namespace heed::fuzz {

/// Lets heed in, and then always answers with the same bytes.
class Same final : public http::Transport {
 public:
  explicit Same(http::Response answer) : answer_(std::move(answer)) {}
  http::Response send(const http::Request&) override {
    if (!in_) {
      in_ = true;
      return {200, {}, support::logged_in("https://acme.example/services/Soap/u/62.0")};
    }
    return answer_;
  }

 private:
  http::Response answer_;
  bool in_ = false;
};

/// What must hold of every error: one line, and not endless.
inline void check(const Error& error) {
  const std::string_view text = error.what();
  if (text.empty() || text.size() > 2000 || text.find('\n') != std::string_view::npos) std::abort();
}

/// Asks a CRM that gives this answer, once, and hands the client to `ask`.
template <class Ask>
void asked(http::Response answer, Ask ask) {
  Same crm(std::move(answer));
  support::ManualClock clock(Moment(std::chrono::seconds(1'700'000'000)));
  crm::Options options;
  options.url = "https://acme.example";
  options.retries = 0;
  crm::Client client(crm, clock, options,
                     crm::Password{"u", vault::Secret::parse("plain:canary-p"), {}});
  try {
    client.user();
    ask(client);
  } catch (const Error& error) {
    check(error);
  }
}

}  // namespace heed::fuzz
