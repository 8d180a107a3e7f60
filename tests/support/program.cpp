#include "support/program.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>

#include "support/canary.hpp"

namespace heed::support {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

bool takes_connections(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  const bool good =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return good;
}

}  // namespace

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const bool good = ::bind(socket, any, size) == 0 && ::getsockname(socket, any, &size) == 0;
  ::close(socket);
  if (!good) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

FullPort::FullPort() : port_(free_port()) {
  const auto address = loopback(port_);
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  waiting_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener_, to, sizeof address) != 0 || ::listen(listener_, 0) != 0 ||
      ::connect(waiting_, to, sizeof address) != 0) {
    throw std::runtime_error("no loopback port");
  }
}

FullPort::~FullPort() {
  ::close(waiting_);
  ::close(listener_);
}

Program::Program(const std::vector<std::string>& words, std::uint16_t port,
                 const std::string& log) {
  std::vector<char*> arguments;
  for (const auto& word : words) {
    expect_no_secret(word, "a command line");
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // Standard input stays open and silent: some servers end with it.
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/zero", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);  // with all its helpers
  const int failed =
      ::posix_spawnp(&pid_, arguments[0], &actions, &attributes, arguments.data(), ::environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error(words[0] + " cannot be started; run scripts/setup");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!takes_connections(port)) {
    int status = 0;
    const bool ended = ::waitpid(pid_, &status, WNOHANG) == pid_;
    if (ended) pid_ = -1;
    if (ended || std::chrono::steady_clock::now() > until) {
      throw std::runtime_error(words[0] + " does not come up; see " + log);
    }
    ::poll(nullptr, 0, 5);
  }
}

Program::~Program() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::string written(const std::string& file, const std::string& text) {
  keep_secret_in(file);
  std::ofstream(file) << text;
  ::chmod(file.c_str(), 0600);
  return file;
}

}  // namespace heed::support
