#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "heed/http.hpp"

namespace heed::simulated {

/// Serves a Transport on a port of the loopback address, over HTTP/1.1 with keep-alive, one thread
/// a connection. The Transport is called from several threads.
class Server {
 public:
  /// Takes lines of a story and says what came of them; std::invalid_argument is status 400.
  using Control = std::function<std::string(const std::string& lines)>;

  /// Listens at once; port 0 is any free one. POST /control goes to `control`. Throws
  /// Error(unreachable) when the port is taken.
  Server(http::Transport& to, std::uint16_t port, Control control = {});
  /// Ends all connections, answered or not.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const { return port_; }
  /// "http://127.0.0.1:PORT"
  std::string url() const;

 private:
  void accept_all();
  void serve(int socket);
  http::Response answer(const http::Request& request);

  http::Transport& to_;
  Control control_;
  int listening_ = -1;
  int stop_ = -1;  ///< an eventfd, readable once the server stops
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  struct Client {
    std::thread thread;
    bool done = false;
  };
  std::list<Client> clients_;
  std::thread acceptor_;
};

}  // namespace heed::simulated
