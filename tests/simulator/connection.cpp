#include "simulator/connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "simulator/gzip.hpp"
#include "simulator/schema.hpp"

namespace heed::simulated {

namespace {

constexpr std::size_t longest_head = std::size_t{64} * 1024;
constexpr std::size_t largest_body = std::size_t{64} * 1024 * 1024;
constexpr std::size_t worth_compressing = 1024;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string header(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (same_name(key, name)) return value;
  }
  return {};
}

std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return read.ec == std::errc{} && read.ptr != text.data() && value <= largest_body
             ? std::optional(value)
             : std::nullopt;
}

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

}  // namespace

Connection::~Connection() {
  close(socket_);
}

void Connection::reset() {
  const linger at_once{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  keep_ = false;
}

bool Connection::fill() {
  std::array<pollfd, 2> wait{pollfd{socket_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
  if (poll(wait.data(), wait.size(), -1) <= 0 || wait[1].revents != 0) return false;
  std::array<char, 16384> bytes{};
  const auto size = recv(socket_, bytes.data(), bytes.size(), 0);
  if (size <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(size));
  return true;
}

std::optional<std::string> Connection::line() {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      std::string text(trimmed(std::string_view(buffer_).substr(0, end)));
      buffer_.erase(0, end + 1);
      return text;
    }
    if (buffer_.size() > longest_head || !fill()) return std::nullopt;
  }
}

bool Connection::take(std::size_t size, std::string& to) {
  while (buffer_.size() < size) {
    if (!fill()) return false;
  }
  to.append(buffer_, 0, size);
  buffer_.erase(0, size);
  return true;
}

std::optional<http::Request> Connection::head() {
  const auto first = line();
  if (!first) return std::nullopt;
  const auto space = first->find(' ');
  const auto end = first->find(' ', space == std::string::npos ? 0 : space + 1);
  if (space == std::string::npos || end == std::string::npos) return std::nullopt;
  http::Request request;
  request.method = first->substr(0, space);
  const std::string path = first->substr(space + 1, end - space - 1);
  keep_ = first->substr(end + 1) == "HTTP/1.1";
  for (;;) {
    const auto text = line();
    if (!text) return std::nullopt;
    if (text->empty()) break;
    const auto colon = text->find(':');
    if (colon == std::string::npos) return std::nullopt;
    request.headers.emplace_back(text->substr(0, colon),
                                 trimmed(std::string_view(*text).substr(colon + 1)));
  }
  request.url = "http://" + header(request, "Host") + path;
  return request;
}

bool Connection::chunked_body(http::Request& request) {
  for (;;) {
    const auto size_line = line();
    const auto size = size_line ? number(*size_line, 16) : std::nullopt;
    if (!size || !take(*size, request.body) || !line()) return false;
    if (*size == 0) return true;
  }
}

bool Connection::body(http::Request& request) {
  if (same_name(header(request, "Expect"), "100-continue") &&
      !send_all("HTTP/1.1 100 Continue\r\n\r\n")) {
    return false;
  }
  if (same_name(header(request, "Transfer-Encoding"), "chunked")) return chunked_body(request);
  const std::string length = header(request, "Content-Length");
  if (length.empty()) return true;
  const auto size = number(length, 10);
  return size && take(*size, request.body);
}

std::optional<http::Request> Connection::read() {
  auto request = head();
  if (!request || !body(*request)) return std::nullopt;
  if (same_name(header(*request, "Connection"), "close")) keep_ = false;
  gzip_ = header(*request, "Accept-Encoding").find("gzip") != std::string::npos;
  return request;
}

bool Connection::write(const http::Response& response) {
  const bool compress =
      gzip_ && response.body.size() >= worth_compressing && !response.header("Content-Encoding");
  const std::string packed = compress ? gzipped(response.body) : std::string();
  const std::string_view body = compress ? std::string_view(packed) : response.body;
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     std::string(reason(response.status)) + "\r\n";
  for (const auto& [name, value] : response.headers) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (compress) head += "Content-Encoding: gzip\r\n";
  head += "Content-Length: " + std::to_string(body.size()) +
          "\r\nConnection: " + (keep_ ? "keep-alive" : "close") + "\r\n\r\n";
  return send_all(head) && send_all(body);
}

bool Connection::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    std::array<pollfd, 2> wait{pollfd{socket_, POLLOUT, 0}, pollfd{stop_, POLLIN, 0}};
    if (poll(wait.data(), wait.size(), -1) <= 0 || wait[1].revents != 0) return false;
    const auto sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace heed::simulated
