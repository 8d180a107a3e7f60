// Faults, and what is no SOAP, under libFuzzer. The first byte chooses the status, the rest of its
// line is Retry-After and what the answer calls itself; the next lines are the body.

#include <array>
#include <cstdint>

#include "crm/fault.hpp"
#include "fuzz/asked.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array statuses{200, 500, 500, 500, 503, 429, 401, 404};
  if (size < 2) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto line = std::min(rest.size(), rest.find('\n'));
  heed::http::Response answer{statuses[data[0] % statuses.size()], {}, {}};
  answer.headers.emplace_back("Retry-After", rest.substr(0, line));
  answer.headers.emplace_back("Content-Type", rest.substr(0, line / 2));
  answer.body = rest.substr(std::min(rest.size(), line + 1));
  heed::crm::remedy_of({std::string(rest.substr(0, line)), answer.body});
  heed::fuzz::asked(answer, [](heed::crm::Client& client) {
    const auto told = client.describe("Contact");
    const auto* refusal = std::get_if<heed::crm::Refusal>(&told);
    if (refusal != nullptr) heed::fuzz::check(refusal->error("Contact"));
  });
  return 0;
}
