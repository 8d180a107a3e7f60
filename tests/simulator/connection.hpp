#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "heed/http.hpp"

namespace heed::simulated {

/// The server's side of one HTTP/1.1 connection. Owns the socket.
class Connection {
 public:
  /// `stop` is a descriptor that becomes readable when the server stops.
  Connection(int socket, int stop) : socket_(socket), stop_(stop) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The next request, its URL absolute. nullopt when the client is done, the server stops, or what
  /// came is no HTTP.
  std::optional<http::Request> read();

  /// Writes the answer, compressed if the client of the last request takes gzip.
  bool write(const http::Response& response);

  /// Whether the client wants to go on after this answer.
  bool kept() const { return keep_; }
  /// Ends the connection so that the client sees a reset.
  void reset();

 private:
  bool fill();
  std::optional<http::Request> head();
  bool body(http::Request& request);
  bool chunked_body(http::Request& request);
  std::optional<std::string> line();
  bool take(std::size_t size, std::string& to);
  bool send_all(std::string_view bytes);

  int socket_;
  int stop_;
  std::string buffer_;
  bool keep_ = true;
  bool gzip_ = false;
};

}  // namespace heed::simulated
