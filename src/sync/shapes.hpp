#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/crm.hpp"
#include "heed/sync.hpp"

namespace heed::sync {

/// What can be read of a wanted object, and what is missing of it.
struct Sight {
  std::shared_ptr<const Shape> shape;  ///< null: the object is not to be read
  std::vector<Finding> findings;
};

/// Whether one of `list` is `text`, to the letter.
bool has(const std::vector<std::string>& list, const std::string& text);

/// Whether the field is of a type by which it can say what it is wanted for.
bool says_its_part(const Wanted& wanted, const Field& field);

/// Whether the CRM keeps the field itself, and heed mirrors it without being asked.
bool is_system_field(std::string_view field);

/// Compares what is wanted with what the CRM describes (nullopt: it does not know the object).
/// Pure. A required field that is missing leaves no shape, unless `absent` names it.
Sight sight_of(const Wanted& wanted, const std::optional<crm::Description>& described,
               const std::vector<std::string>& absent);

/// That work which only comes round was due, and that the day's budget has no room for it.
Finding put_off(const std::string& object, const std::string& work);

/// That the CRM refuses getDeleted for an object, with its code.
Finding deletions_untold(const std::string& object, const std::string& code);

/// That these records, one at least, came in of people who were forgotten here.
Finding lead_back(const std::vector<mirror::Ref>& records);

/// That so many records that were forgotten here are not forgotten in the CRM.
Finding still_there(std::int64_t forgotten);

/// `wanted`, with every preference that the mirror has seen before among the required fields: once
/// seen, it may not go without a word. A link may: an org can give up Individual. What it has seen,
/// or has lost from sight by `hidden`, has a name that is right.
Wanted with_seen(Wanted wanted, const std::optional<Shape>& known,
                 const std::vector<mirror::Hidden>& hidden);

/// What is said after the name of a link that is missed.
inline constexpr const char* link_gone =
    " is hidden or gone: who belongs together is known as it was; give the integration user Read "
    "on the field, or name it in [absent] fields";

}  // namespace heed::sync
