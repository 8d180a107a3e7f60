#pragma once

#include <span>

#include "simulator/schema.hpp"

namespace heed::simulated {

std::span<const FieldInfo> individual_fields();
std::span<const FieldInfo> contact_fields();
std::span<const FieldInfo> lead_fields();
std::span<const FieldInfo> account_fields();
std::span<const FieldInfo> user_fields();
std::span<const FieldInfo> organization_fields();
std::span<const FieldInfo> individual_history_fields();
std::span<const FieldInfo> contact_history_fields();
std::span<const FieldInfo> lead_history_fields();
std::span<const FieldInfo> account_history_fields();
std::span<const FieldInfo> privacy_request_fields();
std::span<const FieldInfo> request_note_fields();
std::span<const FieldInfo> purpose_fields();
std::span<const FieldInfo> contact_point_address_fields();
std::span<const FieldInfo> contact_point_email_fields();
std::span<const FieldInfo> contact_point_phone_fields();
std::span<const FieldInfo> type_consent_fields();
std::span<const FieldInfo> type_consent_history_fields();
std::span<const FieldInfo> point_consent_fields();
std::span<const FieldInfo> party_consent_fields();
std::span<const FieldInfo> subscription_consent_fields();

}  // namespace heed::simulated
