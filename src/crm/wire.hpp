#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crm/fault.hpp"
#include "heed/crm.hpp"
#include "heed/http/ahead.hpp"

namespace heed::crm {

template <class T>
using Reply = std::variant<T, Fault>;

/// What login answers.
struct LoggedIn {
  std::string session;
  std::string url;  ///< where all further requests go
  bool password_expired = false;
  User user;
};

/// SOAP calls one at a time, each one request through the transport: XML out, XML in, nothing
/// remembered but the count of requests, the last usage and the page that was asked for ahead.
/// Throws what the transport throws, and Error(answer) for XML that cannot be read.
class Wire {
 public:
  Wire(http::Ahead& transport, const Clock& clock, const Options& options);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  Reply<LoggedIn> login(const std::string& url, const std::string& user,
                        const std::string& password);

  /// Where the calls below go, and as whom.
  void use(std::string url, std::string session);

  /// Whether the next page may be asked for while one is decoded, by a request more than the caller
  /// has made: at once where an answer says how it goes on. Not until this is called.
  void look_ahead(bool may);

  Reply<User> user_info();
  Reply<Moment> server_timestamp();
  Reply<std::vector<std::string>> describe_global();
  Reply<Description> describe(const std::string& object);
  /// Records are decoded while they are read.
  Reply<Page> query(const std::string& soql, bool deleted_too, std::shared_ptr<const Shape> shape);
  Reply<Page> query_more(const std::string& locator, std::shared_ptr<const Shape> shape);
  Reply<Moment> latest_date_covered(const std::string& object, Moment from, Moment to);
  Reply<Deletions> get_deleted(const std::string& object, Moment from, Moment to);

  /// Requests that were sent, those ahead as well.
  std::int64_t calls() const;
  std::optional<Usage> usage() const;

 private:
  struct Codec;
  std::unique_ptr<Codec> codec_;
};

}  // namespace heed::crm
