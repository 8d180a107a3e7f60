#include "support/raw_peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <stdexcept>

namespace heed::support {

namespace {

/// Waits until `socket` has something to read; false when `ending` comes first.
bool readable(int socket, const std::atomic<bool>& ending) {
  while (!ending) {
    pollfd wait{socket, POLLIN, 0};
    if (::poll(&wait, 1, 20) > 0) return true;
  }
  return false;
}

/// The length that a request's header announces.
std::size_t length_in(const std::string& head) {
  const auto at = head.find("Content-Length: ");
  std::size_t length = 0;
  if (at != std::string::npos) {
    std::from_chars(head.data() + at + 16, head.data() + head.size(), length);
  }
  return length;
}

/// Reads one request; false when the other side has closed.
bool read_request(int socket, const std::atomic<bool>& ending, std::string& text) {
  text.clear();
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto end = text.find("\r\n\r\n");
    if (end != std::string::npos && text.size() >= end + 4 + length_in(text)) return true;
    if (!readable(socket, ending)) return false;
    const auto got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void write_all(int socket, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto sent = ::send(socket, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (sent <= 0) return;
    done += static_cast<std::size_t>(sent);
  }
}

/// A byte, every so often, for as long as somebody takes it.
void drip(int socket, std::chrono::milliseconds every, const std::atomic<bool>& ending) {
  auto next = std::chrono::steady_clock::now() + every;
  while (!ending) {
    pollfd wait{socket, POLLIN, 0};
    if (::poll(&wait, 1, 10) > 0) return;  // nothing is asked: it has gone
    if (std::chrono::steady_clock::now() < next) continue;
    next += every;
    if (::send(socket, "x", 1, MSG_NOSIGNAL) <= 0) return;
  }
}

void reset(int socket) {
  const linger now{1, 0};  // closing then sends RST
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

RawPeer::RawPeer(std::vector<Entry> script) : script_(std::move(script)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (listener_ < 0 || ::bind(listener_, any, size) != 0 || ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, any, &size) != 0) {
    throw std::runtime_error("no loopback port");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

RawPeer::~RawPeer() {
  ending_ = true;
  thread_.join();
  ::close(listener_);
}

void RawPeer::serve() {
  while (readable(listener_, ending_)) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    ++connections_;
    converse(connection);
    ::close(connection);
  }
}

std::string RawPeer::last_request() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

bool RawPeer::next(Entry& entry) {
  if (played_ == script_.size()) return false;
  entry = script_[played_++];
  return true;
}

void RawPeer::converse(int connection) {
  Entry entry;
  std::string request;
  do {
    if (!read_request(connection, ending_, request) || !next(entry)) return;
    {
      const std::lock_guard lock(mutex_);
      last_ = request;
    }
    ++requests_;
    write_all(connection, entry.bytes);
  } while (entry.then == Then::keep);
  if (entry.then == Then::reset) reset(connection);
  if (entry.then == Then::drip) drip(connection, entry.every, ending_);
  if (entry.then == Then::silence) {
    std::array<char, 1> byte{};
    while (readable(connection, ending_) && ::recv(connection, byte.data(), 1, 0) > 0) {
    }
  }
}

std::string http_answer(const std::string& body, const std::string& more_headers, int status) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Said\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" + body;
}

}  // namespace heed::support
