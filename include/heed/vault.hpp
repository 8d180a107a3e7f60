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

  /// The same for a secret of several lines, as a private key.
  std::string reveal_whole() const;

  /// The source as a person may see it: never the secret.
  std::string where() const;

 private:
  enum class Source { file, environment, command, credential, plain };
  Secret(Source source, std::string name) : source_(source), name_(std::move(name)) {}
  Source source_;
  std::string name_;
};

/// Throws Error(configuration) that names `where` for a file with a secret that is not there, or
/// that others than its owner may read or write.
void require_private(const std::string& path, const std::string& where);

/// Key and value pairs in one file of mode 0600, replaced as a whole and synced at every change: a
/// crash leaves the old file or the new one. Several processes may share the file: each reads
/// it anew before it changes it and when it takes a Hold, so that no change undoes another's.
class State {
 public:
  /// An absent file is an empty state. Throws Error(storage) for one that cannot be read.
  explicit State(std::filesystem::path file);

  std::optional<std::string> get(const std::string& key) const;
  void set(const std::string& key, const std::string& value);
  void drop(const std::string& key);

  /// Keeps other processes from changing the state while it lives. Not to be held twice.
  class Hold {
   public:
    explicit Hold(State& state);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    State& state_;
  };

 private:
  friend class Hold;
  template <class Change>
  void change(Change change);
  void take_lock();
  void give_lock();
  void read();
  void write() const;
  std::filesystem::path file_;
  std::map<std::string, std::string> values_;
  int lock_ = -1;  ///< an open file; -1 while not held
};

/// Writes `text` so that the file, of mode 0600, is there whole or is as it was. It belongs to the
/// owner of the file that it takes the place of, or else of the one that it lies beside and is
/// named after (heed.db for heed.db.head): a command of root's does not take a service's files from
/// it. Throws Error(storage), also where this user may not leave it to that owner.
void write_whole(const std::filesystem::path& file, const std::string& text);

/// Gives `file` to owner and group of `like`, where they differ and this user may. A link is not
/// followed, and a file that is somebody else's, or has another name as well, is given to nobody.
void give_to_owner_of(const std::filesystem::path& like, const std::filesystem::path& file);

/// SHA-256 in hexadecimal digits.
std::string digest(std::string_view text);

/// HMAC-SHA-256 of `text` under `key`, in hexadecimal digits.
std::string keyed_digest(std::string_view key, std::string_view text);

/// The signature of `text` by RSA with SHA-256 (RFC 7518 RS256) as bytes, made with the private key
/// in `pem`. Throws Error(configuration) when that is no RSA private key that can be read.
std::string signature(std::string_view pem, std::string_view text);

/// Base64 in the alphabet for URLs, without padding (RFC 4648, section 5).
std::string base64url(std::string_view bytes);

/// `bytes` bytes from the system's generator, in hexadecimal digits.
std::string random_hex(std::size_t bytes);

/// The key kept in `file`, 32 random bytes in hexadecimal digits; made, with mode 0600, when the
/// file is absent. Throws Error(storage).
std::string key_in(const std::filesystem::path& file);

}  // namespace heed::vault
