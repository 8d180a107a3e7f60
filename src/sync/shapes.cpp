#include "sync/shapes.hpp"

#include <algorithm>
#include <array>

namespace heed::sync {

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

namespace {

/// What is mirrored of every object that has it.
constexpr std::array system_fields{"CreatedDate", "LastModifiedDate", "LastModifiedById",
                                   "SystemModstamp", "IsDeleted"};

void add_field(Shape& shape, const crm::Description& described, const std::string& name,
               const Wanted& wanted) {
  if (shape.find(name)) return;
  const auto* known = described.find(name);
  if (known == nullptr || crm::is_compound(*known)) return;
  Field field = known->field;
  field.tracked = has(wanted.tracked, name) || has(wanted.followed, name);
  shape.fields.push_back(field);
}

/// The first of the stamps, best first, that the CRM lets heed filter and sort by; else the best
/// that there is: every record is read in each run then.
std::string stamp_of(const crm::Description& described) {
  constexpr std::array names{"SystemModstamp", "LastModifiedDate", "CreatedDate"};
  for (const auto* name : names) {
    const auto* known = described.find(name);
    if (known != nullptr && known->field.filterable && known->field.sortable) return name;
  }
  for (const auto* name : names) {
    if (described.find(name) != nullptr) return name;
  }
  return {};
}

Finding missing_object(const std::string& object) {
  std::string mend = "give the integration user Read and View All on it";
  if (object == "Individual") {
    mend += "; an org has it once Data Protection and Privacy is on (Setup > Data Protection)";
  }
  return {object, "",
          object + " is not visible to this user: " + mend + ", or name it in [absent] fields"};
}

Finding missing_field(const std::string& object, const std::string& field) {
  return {object, field,
          object + "." + field + " is hidden or gone: " + object +
              " is not read, its rows stay as they were; give the integration user Read on the "
              "field, or name it in [absent] fields"};
}

constexpr const char* field_gone =
    " is hidden or gone: what was read of it stays as it was; give the integration user Read on "
    "the field, or name it in [absent] fields";

/// Whether a field that is to say whose a record is holds references that can be followed.
bool is_reference(const crm::Description& described, const std::string& field) {
  const auto* known = described.find(field);
  return known == nullptr || known->field.type == FieldType::id;
}

/// Some offices keep a day as a text.
bool may_say_a_day(FieldType type) {
  return type == FieldType::date || type == FieldType::moment || type == FieldType::text;
}

/// The CRM answers to a name in any letter case; the mirror knows one.
bool is_spelt_so(const Wanted& wanted, const crm::Description& described) {
  return described.object.empty() || described.object == wanted.object;
}

/// What is wrong with a field that is missed aloud: that it is not there, or is one that the CRM
/// answers in parts. Empty where it can be read.
std::string fault_of(const Wanted& wanted, const crm::Description& described,
                     const std::string& field) {
  const auto* known = described.find(field);
  if (known == nullptr && has(wanted.own, field)) {
    return has(wanted.tracked, field) ? link_gone : field_gone;
  }
  if (known == nullptr) {
    return " is asked for by name and not visible to this user: correct its name, give "
           "the integration user Read on it, or name it in [absent] fields";
  }
  if (crm::is_compound(*known)) {
    return " is asked for by name, and is made of other fields: name those instead (of "
           "MailingAddress: MailingStreet, MailingCity and so on)";
  }
  if (says_its_part(wanted, known->field)) return {};
  const bool day = has(wanted.dates, field);
  return " is to say " + std::string(day ? "a day" : "that something was done") +
         ", as [[evidence]] names it, and is a " + std::string(to_text(known->field.type)) +
         ": name a field that is a date" + (day ? "" : ", or a checkbox");
}

}  // namespace

bool says_its_part(const Wanted& wanted, const Field& field) {
  const bool day = may_say_a_day(field.type);
  if (has(wanted.dates, field.name) && !day) return false;
  return !has(wanted.deeds, field.name) || day || field.type == FieldType::flag;
}

bool is_system_field(std::string_view field) {
  return std::find(system_fields.begin(), system_fields.end(), field) != system_fields.end();
}

Sight sight_of(const Wanted& wanted, const std::optional<crm::Description>& described,
               const std::vector<std::string>& absent) {
  Sight sight;
  if (!described || !described->queryable) {
    if (wanted.expected && !has(absent, wanted.object))
      sight.findings.push_back(missing_object(wanted.object));
    return sight;
  }
  Shape shape;
  shape.object = wanted.object;
  for (const auto* name : system_fields) add_field(shape, *described, name, wanted);
  shape.stamp = stamp_of(*described);
  if (shape.stamp.empty()) {
    sight.findings.push_back(
        {wanted.object, "SystemModstamp", wanted.object + " has no stamp to order its changes by"});
    return sight;
  }
  bool whole = true;
  for (const auto& name : wanted.required) {
    add_field(shape, *described, name, wanted);
    if (shape.find(name) || has(absent, wanted.object + "." + name)) continue;
    whole = false;
    if (wanted.expected) sight.findings.push_back(missing_field(wanted.object, name));
  }
  for (const auto& name : wanted.persons) whole = whole && is_reference(*described, name);
  whole = whole && is_spelt_so(wanted, *described);
  for (const auto& name : wanted.optional) add_field(shape, *described, name, wanted);
  for (auto& finding : missed_by_name(wanted, *described, absent)) {
    sight.findings.push_back(std::move(finding));
  }
  if (whole) sight.shape = std::make_shared<const Shape>(std::move(shape));
  return sight;
}

std::vector<Finding> missed_by_name(const Wanted& wanted, const crm::Description& described,
                                    const std::vector<std::string>& absent) {
  std::vector<Finding> findings;
  if (!is_spelt_so(wanted, described)) {
    findings.push_back({wanted.object, "",
                        wanted.object + " is spelt '" + described.object +
                            "' in the CRM, and is not read: correct the configuration"});
  }
  for (const auto& name : wanted.named) {
    const auto fault = fault_of(wanted, described, name);
    const auto whole_name = wanted.object + "." + name;
    if (fault.empty() || has(absent, whole_name)) continue;
    findings.push_back({wanted.object, name, whole_name + fault});
  }
  for (const auto& name : wanted.persons) {
    if (is_reference(described, name)) continue;
    findings.push_back({wanted.object, name,
                        wanted.object + "." + name +
                            " is to say whose a record is, and is no reference: " + wanted.object +
                            " is not read; name a lookup field in its place"});
  }
  return findings;
}

Finding put_off(const std::string& object, const std::string& work) {
  return {object, "",
          object + ": " + work +
              " is due and put off, because the day's budget of requests runs low ([crm] "
              "calls_a_day, leave_share)"};
}

Finding deletions_untold(const std::string& object, const std::string& code) {
  return {object, "",
          object + ": the CRM does not tell of its deletions (getDeleted is refused with " + code +
              "), so nothing that is gone counts as purged; give the integration user Read and "
              "View All on " +
              object + ", and run heed sync --reconcile to find what is gone"};
}

Finding lead_back(const std::vector<mirror::Ref>& records) {
  const auto& first = records.front();
  const auto number = static_cast<std::int64_t>(records.size());
  return {first.object, "",
          std::to_string(number) +
              (number == 1 ? " record that is not forgotten belongs"
                           : " records that are not forgotten belong") +
              " to somebody who is, such as " + first.object + " " + std::string(first.id.text()) +
              ": run heed forget " + std::string(first.id.text()) +
              ", and delete what is left in the CRM"};
}

Finding still_there(std::int64_t forgotten) {
  return {"", "",
          std::to_string(forgotten) +
              (forgotten == 1 ? " forgotten record is" : " forgotten records are") +
              " still in the CRM, and heed keeps the flags under a pseudonym; delete what is left "
              "there, and empty its recycle bin"};
}

Wanted with_seen(Wanted wanted, const std::optional<Shape>& known,
                 const std::vector<mirror::Hidden>& hidden) {
  for (const auto& each : hidden) {
    if (each.object == wanted.object) wanted.own.push_back(each.field);
  }
  if (!known) return wanted;
  for (const auto& field : known->fields) {
    const bool preference = field.type != FieldType::id && has(wanted.tracked, field.name);
    if (preference && !has(wanted.required, field.name)) wanted.required.push_back(field.name);
    wanted.own.push_back(field.name);
  }
  return wanted;
}

}  // namespace heed::sync
