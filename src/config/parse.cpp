#include <charconv>
#include <fstream>
#include <sstream>

#include "config/text.hpp"
#include "heed/config.hpp"
#include "heed/document.hpp"
#include "heed/error.hpp"

namespace heed::config {

namespace {

using document::Document;
using document::Table;

std::chrono::seconds span_in(const Table& table, std::string_view key,
                             std::chrono::seconds otherwise) {
  const auto text = table.find_text(key);
  if (!text) return otherwise;
  const auto span = parse_span(*text);
  if (!span) {
    throw table.error(key, std::string(key) + " is '" + *text +
                               "'; expected a span like \"90s\", \"15m\", \"6h\" or \"7d\"");
  }
  return *span;
}

vault::Secret secret_in(const Table& table, std::string_view key) {
  try {
    return vault::Secret::parse(table.text(key));
  } catch (const Error& error) {
    throw table.error(key, std::string(key) + ": " + error.what());
  }
}

std::string url_in(const Table& table, std::string_view key, std::string url) {
  while (url.ends_with('/')) url.pop_back();
  if (!http::safe(url)) {
    throw table.error(key, std::string(key) + " is '" + url +
                               "'; expected https://HOST, or http://127.0.0.1:PORT for a test");
  }
  const auto host = url.find("://") + 3;
  if (url.find('/', host) != std::string::npos) {
    throw table.error(key, std::string(key) + " is '" + url + "'; expected no path after the host");
  }
  return url;
}

std::string version_in(const Table& table) {
  const auto text = table.find_text("api_version").value_or("62.0");
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

void read_way_in(const Table& table, Config& config) {
  const bool password = table.has("user") || table.has("password") || table.has("token");
  const bool token = table.has("access_token") || table.has("instance");
  if (password && token) {
    throw table.error("access_token",
                      "user and password, or access_token and instance: expected one way in");
  }
  if (password) {
    crm::Password way{table.text("user"), secret_in(table, "password"), std::nullopt};
    if (table.has("token")) way.token = secret_in(table, "token");
    if (std::stoi(config.crm.version) > 64) {
      throw table.error("api_version", "api_version is '" + config.crm.version +
                                           "', and user and password work up to 64.0; set 64.0 or "
                                           "use access_token");
    }
    config.credentials = std::move(way);
  }
  if (token) {
    config.credentials = crm::AccessToken{secret_in(table, "access_token"),
                                          url_in(table, "instance", table.text("instance"))};
  }
}

void read_crm(const Table& table, Config& config) {
  auto& options = config.crm;
  options.url = url_in(table, "url", table.find_text("url").value_or(options.url));
  options.version = version_in(table);
  options.page_size =
      static_cast<int>(table.find_integer("page_size", 200, 2000).value_or(options.page_size));
  options.retries =
      static_cast<int>(table.find_integer("retries", 0, 100).value_or(options.retries));
  read_way_in(table, config);
}

void read_http(const Table& table, Config& config) {
  auto& options = config.http;
  options.proxy = table.find_text("proxy").value_or("");
  if (const auto file = table.find_text("ca_file")) {
    options.ca_file = (config.file.parent_path() / *file).string();
  }
  options.connect = span_in(table, "connect_timeout",
                            std::chrono::duration_cast<std::chrono::seconds>(options.connect));
  options.first_byte =
      span_in(table, "answer_timeout",
              std::chrono::duration_cast<std::chrono::seconds>(options.first_byte));
  const auto mib = table.find_integer("largest_body", 1, 2048);
  if (mib) options.largest_body = *mib << 20;
}

void read_controller(const Table& table, Config& config) {
  config.controller.establishments = table.find_words("establishments");
  config.controller.zone = table.find_text("zone").value_or("");
  config.controller.calendar = table.find_text("calendar").value_or("");
  if (!config.controller.zone.empty()) {
    try {
      Zone::named(config.controller.zone);
    } catch (const Error& error) {
      throw table.error("zone", error.what());
    }
  }
}

void read_packs(const Table& table, Config& config) {
  config.packs = table.find_words("enabled");
  config.allow_unverified = table.find_flag("allow_unverified").value_or(false);
  const auto profile = table.find_choice("profile", {"default", "strict", "lenient"});
  if (profile) config.profile = *policy::parse_profile(*profile);
}

void read_baseline(const Table& table, Config& config) {
  auto& baseline = config.baseline;
  baseline.handled_before = table.find_day("handled_before");
  baseline.treat_open =
      table.find_choice("treat", {"standing", "open"}).value_or("standing") == "open";
  if (!baseline.handled_before && !baseline.treat_open) return;
  baseline.by = table.text("by");
  baseline.reason = table.text("reason");
}

void read_enforced(const Table& table, Config& config) {
  for (const auto channel :
       {Preference::email, Preference::phone, Preference::fax, Preference::text}) {
    if (const auto system = table.find_text(to_text(channel)))
      config.enforced_by[channel] = *system;
  }
}

void read_fields(const Table& table, Config& config) {
  for (const auto* object : {"Individual", "Contact", "Lead", "Account"}) {
    const auto fields = table.find_words(object);
    if (!fields.empty()) config.more_fields[object] = fields;
  }
}

}  // namespace

std::optional<std::chrono::seconds> parse_span(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > 1'000'000) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit == "s") return std::chrono::seconds(number);
  if (unit == "m") return std::chrono::minutes(number);
  if (unit == "h") return std::chrono::hours(number);
  if (unit == "d") return std::chrono::hours(24 * number);
  return std::nullopt;
}

std::filesystem::path Config::key_file() const {
  return mirror.string() + ".key";
}
std::filesystem::path Config::state_file() const {
  return mirror.string() + ".state";
}
std::filesystem::path Config::head_file() const {
  return mirror.string() + ".head";
}

std::filesystem::path Config::erasures_file() const {
  return mirror.string() + ".erasures";
}

Config parse(std::string_view text, const std::filesystem::path& file) {
  const Document document = Document::parse(text, file.string());
  const Table root = document.root();
  Config config;
  config.file = file;
  const auto section = [&](std::string_view name, auto read) {
    if (const auto table = root.find_table(name)) read(*table, config);
  };
  read_crm(root.table("crm"), config);
  section("http", read_http);
  const Table mirror = root.table("mirror");
  config.mirror = file.parent_path() / mirror.text("file");
  config.overlap = span_in(mirror, "overlap", config.overlap);
  if (const auto folder = mirror.find_text("schedules")) {
    config.own_schedules = file.parent_path() / *folder;
  }
  section("fields", read_fields);
  section("controller", read_controller);
  section("packs", read_packs);
  section("baseline", read_baseline);
  section("enforced_by", read_enforced);
  if (const auto table = root.find_table("forget")) {
    config.forget_automatically = table->find_flag("automatic").value_or(false);
  }
  if (const auto table = root.find_table("absent")) config.absent = table->find_words("fields");
  document.finish();
  return config;
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || std::filesystem::is_directory(file) || !(text << in.rdbuf())) {
    throw Error(Kind::configuration, file.string() + " cannot be read; is the path right?");
  }
  return text.str();
}

Config load(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    throw Error(Kind::configuration,
                file.string() + " is not there; heed init writes one to start from");
  }
  return parse(read_text(file), file);
}

}  // namespace heed::config
