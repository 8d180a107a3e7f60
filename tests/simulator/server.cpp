#include "simulator/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "heed/error.hpp"
#include "simulator/connection.hpp"

namespace heed::simulated {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int listen_on(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(socket, 64) != 0) {
    close(socket);
    throw Error(Kind::unreachable, "port " + std::to_string(port) +
                                       " is taken: choose another, or 0 for any free one");
  }
  return socket;
}

std::uint16_t port_of(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

http::Response plain(int status, std::string text) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(text)};
}

}  // namespace

Server::Server(http::Transport& to, std::uint16_t port, Control control)
    : to_(to), control_(std::move(control)) {
  listening_ = listen_on(port);
  port_ = port_of(listening_);
  stop_ = eventfd(0, EFD_CLOEXEC);
  acceptor_ = std::thread([this] { accept_all(); });
}

Server::~Server() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(stop_, &one, sizeof one);
  acceptor_.join();
  for (auto& client : clients_) client.thread.join();
  close(listening_);
  close(stop_);
}

std::string Server::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

void Server::accept_all() {
  for (;;) {
    std::array<pollfd, 2> wait{pollfd{listening_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
    if (poll(wait.data(), wait.size(), -1) <= 0 || wait[1].revents != 0) return;
    const int socket = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard lock(mutex_);
    for (auto client = clients_.begin(); client != clients_.end();) {
      if (client->done) {
        client->thread.join();
        client = clients_.erase(client);
      } else {
        ++client;
      }
    }
    auto& client = clients_.emplace_back();
    client.thread = std::thread([this, socket, &client] {
      serve(socket);
      const std::lock_guard end(mutex_);
      client.done = true;
    });
  }
}

void Server::serve(int socket) {
  Connection connection(socket, stop_);
  while (connection.kept()) {
    const auto request = connection.read();
    if (!request) return;
    try {
      if (!connection.write(answer(*request))) return;
    } catch (const Error&) {  // a fault was ordered: the client is to see no answer
      connection.reset();
    }
  }
}

http::Response Server::answer(const http::Request& request) {
  const auto path = request.url.substr(request.url.find('/', 7));
  if (path != "/control") return to_.send(request);
  if (request.method != "POST" || !control_) return plain(404, "POST lines of a story here\n");
  try {
    return plain(200, control_(request.body));
  } catch (const std::invalid_argument& wrong) {
    return plain(400, std::string(wrong.what()) + "\n");
  }
}

}  // namespace heed::simulated
