#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crm/fault.hpp"
#include "heed/crm.hpp"
#include "wire/sobject.hpp"

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

/// One page of records, still as on the wire.
struct Rows {
  std::vector<heed_sObject> records;
  std::string locator;  ///< empty on the last page
  std::int64_t size = 0;
};

/// SOAP calls one at a time, each one request through the transport: XML out, XML in, nothing
/// remembered but the count of requests and the last usage. Throws what the transport throws, and
/// Error(answer) for XML that cannot be read.
class Wire {
 public:
  Wire(http::Transport& transport, const Clock& clock, const Options& options);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  Reply<LoggedIn> login(const std::string& url, const std::string& user,
                        const std::string& password);

  /// Where the calls below go, and as whom.
  void use(std::string url, std::string session);

  Reply<User> user_info();
  Reply<Moment> server_timestamp();
  Reply<std::vector<std::string>> describe_global();
  Reply<Description> describe(const std::string& object);
  Reply<Rows> query(const std::string& soql, bool deleted_too);
  Reply<Rows> query_more(const std::string& locator);
  Reply<Moment> latest_date_covered(const std::string& object, Moment from, Moment to);
  Reply<Deletions> get_deleted(const std::string& object, Moment from, Moment to);

  std::int64_t calls() const;
  std::optional<Usage> usage() const;

 private:
  struct Codec;
  std::unique_ptr<Codec> codec_;
};

/// Appends the records of `rows` to `page`, each value read as the page's shape says. A value that
/// cannot be read becomes NotShown and is counted in page.replaced. Throws Error(answer) for a
/// record without a readable id or stamp, and for one without a field of the shape: absent is not
/// null.
void decode(const std::vector<heed_sObject>& rows, Page& page);

}  // namespace heed::crm
