#pragma once

#include "heed/config.hpp"
#include "heed/document.hpp"

namespace heed::config {

/// [crm]: the CRM and the way in.
void read_crm(const document::Table& table, Config& config);

/// [http]: the line to it. Read after read_crm, which says whether secrets may stand in the file.
void read_http(const document::Table& table, Config& config);

/// A span such as "90s"; `otherwise` where the key is absent.
std::chrono::seconds span_in(const document::Table& table, std::string_view key,
                             std::chrono::seconds otherwise);

}  // namespace heed::config
