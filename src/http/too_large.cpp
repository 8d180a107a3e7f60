#include "heed/http/too_large.hpp"

namespace heed::http {

TooLarge::TooLarge(const std::string& host, std::int64_t largest, std::string beginning)
    : Error(Kind::answer, host + " sent more than " + std::to_string(largest >> 20) +
                              " MiB in one answer; raise [http] largest_body if that is right"),
      largest_(largest),
      beginning_(std::make_shared<const std::string>(std::move(beginning))) {}

}  // namespace heed::http
