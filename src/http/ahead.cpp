#include "heed/http/ahead.hpp"

namespace heed::http {

void Ahead::begin(Request request) {
  drop();
  asked_ = std::move(request);
  coming_ = std::async(std::launch::async, [this] { return inner_.send(asked_); });
}

bool Ahead::has(const Request& request) const {
  return coming_.valid() && request.url == asked_.url && request.method == asked_.method &&
         request.headers == asked_.headers && request.body == asked_.body;
}

Response Ahead::send(const Request& request) {
  if (has(request)) return coming_.get();
  drop();
  return inner_.send(request);
}

void Ahead::drop() {
  if (!coming_.valid()) return;
  coming_.wait();
  coming_ = {};
}

}  // namespace heed::http
