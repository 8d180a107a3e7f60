#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// Secrets by their source, and the small state that must outlive a run.
namespace heed::vault {

/// Where a secret is kept; the secret itself is read when it is needed and kept nowhere.
class Secret {
 public:
  /// `spec` is "file:PATH" (readable by its owner alone), "env:NAME", "command:PROGRAM ARG..." (the
  /// first line it prints), "credential:NAME" (systemd's) or "plain:TEXT". Throws
  /// Error(configuration) for anything else, without repeating the text.
  static Secret parse(std::string_view spec);

  /// The secret, without a newline at its end. Throws Error(configuration) that names the source
  /// and the cause: absent, empty, readable by others, or a command that failed.
  std::string reveal() const;

  /// The source as a person may see it: never the secret.
  std::string where() const;

 private:
  enum class Source { file, environment, command, credential, plain };
  Secret(Source source, std::string name) : source_(source), name_(std::move(name)) {}
  Source source_;
  std::string name_;
};

/// Key and value pairs in one file of mode 0600, replaced as a whole at every change: a crash
/// leaves the old file or the new one.
class State {
 public:
  /// An absent file is an empty state. Throws Error(storage) for one that cannot be read.
  explicit State(std::filesystem::path file);

  std::optional<std::string> get(const std::string& key) const;
  void set(const std::string& key, const std::string& value);
  void drop(const std::string& key);

 private:
  void write() const;
  std::filesystem::path file_;
  std::map<std::string, std::string> values_;
};

/// Writes `text` so that the file, of mode 0600, is there whole or is as it was. Throws
/// Error(storage).
void write_whole(const std::filesystem::path& file, const std::string& text);

/// SHA-256 in hexadecimal digits.
std::string digest(std::string_view text);

/// HMAC-SHA-256 of `text` under `key`, in hexadecimal digits.
std::string keyed_digest(std::string_view key, std::string_view text);

/// `bytes` bytes from the system's generator, in hexadecimal digits.
std::string random_hex(std::size_t bytes);

/// The key kept in `file`, 32 random bytes in hexadecimal digits; made, with mode 0600, when the
/// file is absent. Throws Error(storage).
std::string key_in(const std::filesystem::path& file);

}  // namespace heed::vault
