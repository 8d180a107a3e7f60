#pragma once

#include <string>
#include <string_view>

#include "heed/record.hpp"
#include "simulator/refusal.hpp"

namespace heed::simulated {

/// A value as the CRM writes it in XML, not yet escaped; empty for null.
std::string wire_text(const Value& value);

/// Makes the CRM's envelope out of gSOAP's: its prefixes (records are "sf:", results have none),
/// and `header` as the header's content.
std::string crm_shape(std::string_view answer, std::string_view header);

/// A whole fault answer.
std::string fault_text(const Refusal& refusal);

/// `text` with markup characters as entities.
std::string escaped(std::string_view text);

}  // namespace heed::simulated
