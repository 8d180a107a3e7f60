#include "simulator/endpoint.hpp"

#include <charconv>

namespace heed::simulated {

int Endpoint::major() const {
  int number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

std::string Endpoint::instance(std::string_view organization_id) const {
  return host + "/services/Soap/u/" + version + "/" + std::string(organization_id.substr(0, 15));
}

std::optional<Endpoint> parse_endpoint(std::string_view url) {
  const auto scheme = url.find("://");
  const auto path = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  if (path == std::string_view::npos) return std::nullopt;
  constexpr std::string_view api = "/services/Soap/u/";
  Endpoint endpoint;
  endpoint.host = url.substr(0, path);
  std::string_view rest = url.substr(path);
  if (!rest.starts_with(api)) return std::nullopt;
  rest.remove_prefix(api.size());
  endpoint.version = rest.substr(0, rest.find('/'));
  if (endpoint.major() == 0) return std::nullopt;
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    endpoint.organization = rest.substr(slash + 1, 15);
  }
  return endpoint;
}

}  // namespace heed::simulated
