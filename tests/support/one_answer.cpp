#include "support/one_answer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace heed::support {

namespace {

/// Waits until `socket` can be read; false when `stop` was first.
bool readable(int socket, int stop) {
  std::array<pollfd, 2> both{pollfd{socket, POLLIN, 0}, pollfd{stop, POLLIN, 0}};
  ::poll(both.data(), both.size(), -1);
  return both[1].revents == 0;
}

bool is_whole(const std::string& request) {
  const auto end = request.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const auto length = request.find("Content-Length: ");
  const std::size_t body =
      length == std::string::npos ? 0 : std::stoul(request.substr(length + 16));
  return request.size() >= end + 4 + body;
}

}  // namespace

OneAnswer::OneAnswer(std::string bytes, Then then) : bytes_(std::move(bytes)), then_(then) {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const bool good = ::bind(listening_, any, size) == 0 && ::listen(listening_, 4) == 0 &&
                    ::getsockname(listening_, any, &size) == 0;
  if (!good) throw std::runtime_error("no port to listen on");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

OneAnswer::~OneAnswer() {
  request();
  ::close(listening_);
  ::close(stop_);
}

const std::string& OneAnswer::request() {
  const std::uint64_t one = 1;
  if (thread_.joinable()) {
    if (::write(stop_, &one, sizeof one) < 0) std::terminate();
    thread_.join();
  }
  return request_;
}

void OneAnswer::serve() {
  if (!readable(listening_, stop_)) return;
  const int socket = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
  std::array<char, 4096> buffer{};
  while (!is_whole(request_) && readable(socket, stop_)) {
    const auto n = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (n <= 0) break;
    request_.append(buffer.data(), static_cast<std::size_t>(n));
  }
  ::send(socket, bytes_.data(), bytes_.size(), MSG_NOSIGNAL);
  if (then_ == Then::silence) readable(stop_, stop_);
  if (then_ == Then::reset) {
    const linger at_once{1, 0};  // a close that is a reset
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  ::close(socket);
}

}  // namespace heed::support
