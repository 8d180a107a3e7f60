#include "config/connection.hpp"

#include <array>
#include <charconv>

#include "heed/error.hpp"

namespace heed::config {

namespace {

using document::Table;

vault::Secret secret_in(const Table& table, std::string_view key, Config& config) {
  std::string spec = table.text(key);
  if (spec.starts_with("plain:") && !config.plain_secrets) {
    throw table.error(key, std::string(key) +
                               " stands in this file as it is; keep it elsewhere (file:PATH, "
                               "env:NAME, command:PROGRAM, credential:NAME), or set [crm] "
                               "plain_secrets = true");
  }
  if (spec.starts_with("file:") && spec.size() > 5) {
    // Relative to the configuration, as all paths.
    const auto& file = config.secret_files.emplace_back(config.file.parent_path() / spec.substr(5));
    spec = "file:" + file.string();
  }
  try {
    return vault::Secret::parse(spec);
  } catch (const Error& error) {
    throw table.error(key, std::string(key) + ": " + error.what());
  }
}

std::optional<vault::Secret> find_secret(const Table& table, std::string_view key, Config& config) {
  if (!table.has(key)) return std::nullopt;
  return secret_in(table, key, config);
}

std::string url_in(const Table& table, std::string_view key, std::string url) {
  while (url.ends_with('/')) url.pop_back();
  const auto refuse = [&](const std::string& expected) {
    throw table.error(key, std::string(key) + " is '" + url + "'; expected " + expected);
  };
  if (!http::safe(url)) refuse("https://HOST, or http://127.0.0.1:PORT for a test");
  const auto host = url.find("://") + 3;
  if (url.find('/', host) != std::string::npos) refuse("no path after the host");
  if (url.find('@', host) != std::string::npos) refuse("no user before the host");
  if (http::host_of(url).ends_with(".lightning.force.com")) {
    refuse(
        "https://NAME.my.salesforce.com: the lightning address is for people, the API is not "
        "there");
  }
  return url;
}

std::string version_in(const Table& table) {
  auto text = table.find_text("api_version").value_or("62.0");
  int major = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), major);
  const bool good = error == std::errc() && std::string_view(end) == ".0";
  if (!good || major < 42) {
    throw table.error("api_version", "api_version is '" + text +
                                         "'; expected one like \"62.0\", from 42.0 (the first with "
                                         "Individual)");
  }
  return text;
}

bool logs_in_at_shared_host(const Config& config) {
  const auto host = http::host_of(config.crm.url);
  return host == "login.salesforce.com" || host == "test.salesforce.com";
}

crm::Password password_way(const Table& table, Config& config) {
  crm::Password way{table.text("user"), secret_in(table, "password", config),
                    find_secret(table, "token", config)};
  if (std::stoi(config.crm.version) >= crm::first_version_without_login) {
    throw table.error("api_version", "api_version is '" + config.crm.version +
                                         "', and user and password work up to 64.0; set 64.0 or "
                                         "use OAuth: [crm.jwt]");
  }
  return way;
}

crm::JwtBearer jwt_way(const Table& table, Config& config) {
  crm::JwtBearer way{table.text("client_id"), table.text("user"), secret_in(table, "key", config),
                     ""};
  if (const auto audience = table.find_text("audience")) {
    way.audience = url_in(table, "audience", *audience);
  }
  return way;
}

crm::ClientCredentials client_way(const Table& table, Config& config) {
  crm::ClientCredentials way{table.text("client_id"), secret_in(table, "secret", config)};
  if (logs_in_at_shared_host(config)) {
    throw table.error(
        "client_credentials works at the org's own address alone; expected [crm] url "
        "= \"https://NAME.my.salesforce.com\"");
  }
  return way;
}

crm::RefreshToken refresh_way(const Table& table, Config& config) {
  return {table.text("client_id"), find_secret(table, "secret", config),
          secret_in(table, "token", config)};
}

void read_way_in(const Table& table, Config& config) {
  const bool password = table.has("user") || table.has("password") || table.has("token");
  const bool token = table.has("access_token") || table.has("instance");
  const auto jwt = table.find_table("jwt");
  const auto client = table.find_table("client_credentials");
  const auto refresh = table.find_table("refresh_token");
  const std::array ways{password, token, jwt.has_value(), client.has_value(), refresh.has_value()};
  if (std::count(ways.begin(), ways.end(), true) > 1) {
    throw table.error(
        "several ways in are given; expected one of: user and password, access_token and instance, "
        "[crm.jwt], [crm.client_credentials], [crm.refresh_token]");
  }
  if (password) config.credentials = password_way(table, config);
  if (token) {
    config.credentials = crm::AccessToken{secret_in(table, "access_token", config),
                                          url_in(table, "instance", table.text("instance"))};
  }
  if (jwt) config.credentials = jwt_way(*jwt, config);
  if (client) config.credentials = client_way(*client, config);
  if (refresh) config.credentials = refresh_way(*refresh, config);
}

std::string file_in(const Table& table, std::string_view key, const Config& config) {
  const auto file = table.find_text(key);
  return file ? (config.file.parent_path() / *file).string() : "";
}

std::string proxy_in(const Table& table) {
  auto proxy = table.find_text("proxy").value_or("");
  const bool good = proxy.empty() || proxy == "none" || proxy.starts_with("http://") ||
                    proxy.starts_with("https://");
  // A password in the address would stand in the file; it is not repeated in the error either.
  if (!good || proxy.find('@') != std::string::npos) {
    throw table.error("proxy",
                      "proxy is not an address of a proxy; expected http://HOST:PORT (its user and "
                      "password are proxy_user and proxy_password), or \"none\"");
  }
  return proxy;
}

void read_proxy(const Table& table, Config& config) {
  auto& options = config.http;
  options.proxy = proxy_in(table);
  options.proxy_user = table.find_text("proxy_user").value_or("");
  config.proxy_password = find_secret(table, "proxy_password", config);
  if (options.proxy_user.empty() == config.proxy_password.has_value()) {
    throw table.error("proxy_user", "proxy_user and proxy_password: expected both or neither");
  }
  for (const auto& host : table.find_words("no_proxy")) {
    options.no_proxy += (options.no_proxy.empty() ? "" : ",") + host;
  }
}

void read_certificates(const Table& table, Config& config) {
  auto& options = config.http;
  options.ca_file = file_in(table, "ca_file", config);
  options.certificate = file_in(table, "certificate", config);
  options.key = file_in(table, "key", config);
  config.key_password = find_secret(table, "key_password", config);
  if (options.certificate.empty() && (!options.key.empty() || config.key_password)) {
    throw table.error("certificate",
                      "key and key_password belong to a certificate; expected "
                      "certificate as well");
  }
}

void read_budget(const Table& table, crm::Options& options) {
  options.calls_a_day =
      table.find_integer("calls_a_day", 1, 100'000'000).value_or(options.calls_a_day);
  options.leave_share = table.find_number("leave_share", 0, 0.95).value_or(options.leave_share);
  const auto mib = table.find_integer("largest_page", 1, 2048);
  if (mib) options.largest_page = *mib << 20;
}

}  // namespace

void read_crm(const Table& table, Config& config) {
  auto& options = config.crm;
  config.plain_secrets = table.find_flag("plain_secrets").value_or(false);
  options.url = url_in(table, "url", table.find_text("url").value_or(options.url));
  options.version = version_in(table);
  options.page_size =
      static_cast<int>(table.find_integer("page_size", 200, 2000).value_or(options.page_size));
  options.retries =
      static_cast<int>(table.find_integer("retries", 0, 100).value_or(options.retries));
  options.logins_an_hour = static_cast<int>(
      table.find_integer("logins_an_hour", 1, 3600).value_or(options.logins_an_hour));
  options.renewals_an_hour = static_cast<int>(
      table.find_integer("renewals_an_hour", 0, 3600).value_or(options.renewals_an_hour));
  read_budget(table, options);
  read_way_in(table, config);
}

void read_http(const Table& table, Config& config) {
  auto& options = config.http;
  read_proxy(table, config);
  read_certificates(table, config);
  options.connect = span_in(table, "connect_timeout",
                            std::chrono::duration_cast<std::chrono::seconds>(options.connect));
  options.first_byte =
      span_in(table, "answer_timeout",
              std::chrono::duration_cast<std::chrono::seconds>(options.first_byte));
  const auto mib = table.find_integer("largest_body", 1, 2048);
  if (mib) options.largest_body = *mib << 20;
}

}  // namespace heed::config
