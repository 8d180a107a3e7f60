#pragma once

#include <string>

#include "heed/crm.hpp"

class tns__DescribeSObjectResult;
class tns__GetUserInfoResult;

namespace heed::crm {

/// What an optional text of the wire says; an absent one says nothing.
std::string text_or_empty(const std::string* text);

/// The user; its instance is not in this answer.
User user_of(const tns__GetUserInfoResult& info);

/// The object and its fields without Id, each type as heed tells them apart.
Description description_of(const tns__DescribeSObjectResult& result);

}  // namespace heed::crm
