#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <system_error>

#include "heed/error.hpp"
#include "heed/vault.hpp"

namespace heed::vault {

namespace {

[[noreturn]] void refuse(const std::string& where, const std::string& cause) {
  throw Error(Kind::configuration, "the secret in " + where + " " + cause);
}

std::string first_line(std::string text) {
  text.resize(std::min(text.size(), text.find('\n')));
  if (!text.empty() && text.back() == '\r') text.pop_back();
  return text;
}

[[noreturn]] void refuse_unread(const std::string& where, int error) {
  refuse(where, "cannot be read (" + std::generic_category().message(error) +
                    "); let this user read it, or run heed as the user who may");
}

/// nullopt: there is no such file. Throws for a folder, and for what cannot be looked at.
std::optional<struct stat> find_status(const std::string& path, const std::string& where) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return std::nullopt;
    refuse_unread(where, errno);
  }
  if (S_ISDIR(status.st_mode)) refuse(where, "is a folder; name the file in it");
  return status;
}

std::string text_of(const std::string& path, const std::string& where) {
  std::ifstream in(path);
  if (!in) refuse_unread(where, errno);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string from_file(const std::string& path, const std::string& where) {
  require_private(path, where);
  return text_of(path, where);
}

std::string from_command(const std::string& command, const std::string& where) {
  // The administrator's own command line, with a shell as in every such tool; heed adds nothing.
  FILE* pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) refuse(where, "cannot be asked for");
  std::string text;
  std::array<char, 512> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    text.append(buffer.data(), n);
  }
  const int status = ::pclose(pipe);
  if (status != 0) {
    const std::string how = WIFEXITED(status) ? std::to_string(WEXITSTATUS(status)) : "a signal";
    refuse(where, "is not there: the command ended with " + how + "; try it by hand");
  }
  return text;
}

std::string from_environment(const std::string& name, const std::string& where) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr) refuse(where, "is not set");
  return value;
}

std::string from_credentials(const std::string& name, const std::string& where) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe)
  if (folder == nullptr) {
    refuse(where,
           "is not there: systemd gave no credentials directory; add LoadCredential=" + name +
               " to the unit, or by hand run heed with systemd-run -p LoadCredential=" + name +
               ":FILE, as README shows");
  }
  const auto path = std::string(folder) + "/" + name;
  if (find_status(path, where)) return text_of(path, where);
  refuse(where, "is not there; add LoadCredential=" + name + " to the unit");
}

}  // namespace

void require_private(const std::string& path, const std::string& where) {
  const auto status = find_status(path, where);
  if (!status) refuse(where, "cannot be read: there is no such file");
  if ((status->st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    refuse(where, "is open to others; run: chmod 600 " + path);
  }
}

Secret Secret::parse(std::string_view spec) {
  const auto colon = spec.find(':');
  const std::string_view kind = spec.substr(0, colon);
  if (colon != std::string_view::npos && colon + 1 < spec.size()) {
    const std::string name(spec.substr(colon + 1));
    if (kind == "file") return {Source::file, name};
    if (kind == "env") return {Source::environment, name};
    if (kind == "command") return {Source::command, name};
    if (kind == "credential") return {Source::credential, name};
    if (kind == "plain") return {Source::plain, name};
  }
  throw Error(Kind::configuration,
              "a secret is given as file:PATH, env:NAME, command:PROGRAM, credential:NAME or "
              "plain:TEXT");
}

std::string Secret::where() const {
  switch (source_) {
    case Source::file:
      return "file " + name_;
    case Source::environment:
      return "environment variable " + name_;
    case Source::command:
      return "the command given for it";
    case Source::credential:
      return "systemd credential " + name_;
    case Source::plain:
      return "the configuration file";
  }
  return {};
}

std::string Secret::reveal() const {
  auto secret = first_line(reveal_whole());
  if (secret.empty()) refuse(where(), "is empty");
  return secret;
}

std::string Secret::reveal_whole() const {
  std::string secret;
  switch (source_) {
    case Source::file:
      secret = from_file(name_, where());
      break;
    case Source::environment:
      secret = from_environment(name_, where());
      break;
    case Source::command:
      secret = from_command(name_, where());
      break;
    case Source::credential:
      secret = from_credentials(name_, where());
      break;
    case Source::plain:
      secret = name_;
      break;
  }
  if (secret.empty()) refuse(where(), "is empty");
  return secret;
}

}  // namespace heed::vault
