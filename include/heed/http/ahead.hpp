#pragma once

#include <future>

#include "heed/http.hpp"

namespace heed::http {

/// Sends a request before it is asked for: the one that is sure to follow the answer which is just
/// being read. The inner transport sees one request at a time, in the order of the calls here.
/// What is on its way when this is destroyed is waited for. One thread at a time.
class Ahead final : public Transport {
 public:
  explicit Ahead(Transport& inner) : inner_(inner) {}

  /// Sends `request` in the background. Its answer, or its error, waits for send() of the same
  /// request; what was sent ahead before is dropped as by send() of another.
  void begin(Request request);

  /// Whether send() of `request` would take an answer that was asked for ahead.
  bool has(const Request& request) const;

  /// The answer that was asked for ahead where it is this request's. Else what is on its way is
  /// waited for and dropped, error or not, and the request is sent now.
  Response send(const Request& request) override;

 private:
  void drop();

  Transport& inner_;
  Request asked_;
  std::future<Response> coming_;  ///< of asked_; not valid: nothing was asked for ahead
};

}  // namespace heed::http
