#pragma once

#include <string>
#include <string_view>

#include "heed/http.hpp"

namespace heed::support {

/// Speaks SOAP by hand, so that the simulator is tried by something that shares no code with it.
class SoapCaller {
 public:
  explicit SoapCaller(http::Transport& to,
                      std::string url = "https://login.example.test/services/Soap/u/58.0");

  http::Response login(const std::string& user, const std::string& password);
  /// `content` is the operation element's content, unqualified names in the CRM's namespace.
  http::Response call(const std::string& operation, const std::string& content,
                      const std::string& more_headers = {});
  http::Response query(const std::string& soql, int batch = 0,
                       const std::string& operation = "query");

  /// The next page's locator; empty when there is none.
  static std::string locator(const http::Response& answer);
  /// The text of the first element of that name; empty when there is none.
  static std::string element(const http::Response& answer, const std::string& name);

  const std::string& url() const { return url_; }
  void set_url(std::string url) { url_ = std::move(url); }
  void set_session(std::string session) { session_ = std::move(session); }

 private:
  http::Transport& to_;
  std::string url_;
  std::string session_;
};

/// How often `part` occurs in `text`.
int count_of(std::string_view text, std::string_view part);

}  // namespace heed::support
