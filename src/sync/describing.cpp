#include "sync/describing.hpp"

#include <algorithm>

#include "heed/error.hpp"
#include "heed/vault.hpp"

namespace heed::sync {

namespace {

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// What the configuration wants of an object: another digest asks for another description.
std::string digest_of(const Wanted& wanted, const std::vector<std::string>& absent) {
  std::string text = wanted.object + "/" + wanted.only;
  for (const auto* list : {&wanted.required, &wanted.optional, &wanted.tracked}) {
    text += "/";
    for (const auto& name : *list) text += name + ",";
  }
  for (const auto& name : absent) {
    if (name.starts_with(wanted.object)) text += "-" + name;
  }
  return vault::digest(text);
}

}  // namespace

std::shared_ptr<const Shape> Describing::shape_of(const Wanted& wanted, bool anew) {
  if (!anew && !options_.full) {
    auto known = mirror_.shape(wanted.object);
    if (known && fresh(wanted, *known)) return std::make_shared<const Shape>(std::move(*known));
  }
  return described(wanted);
}

/// Whether the shape that the mirror has will do without asking the CRM again.
bool Describing::fresh(const Wanted& wanted, const Shape& shape) const {
  const auto when = mirror_.described(wanted.object);
  if (!when) return false;
  // Describing anew is optional: not where the day's budget of requests runs low.
  const bool due = *when + options_.describe_every <= now_;
  if (due && client_.allowance() == crm::Allowance::all) return false;
  if (mirror_.upkeep(wanted.object).wanted != digest_of(wanted, options_.absent)) return false;
  const auto hidden = mirror_.hidden();
  const auto here = [&](const mirror::Hidden& each) { return each.object == wanted.object; };
  if (std::any_of(hidden.begin(), hidden.end(), here)) return false;
  return std::all_of(wanted.required.begin(), wanted.required.end(),
                     [&](const std::string& name) { return shape.find(name).has_value(); });
}

std::optional<crm::Description> Describing::ask(const std::string& object) {
  auto answer = client_.describe(object);
  if (auto* told = std::get_if<crm::Description>(&answer)) return std::move(*told);
  const auto& refusal = std::get<crm::Refusal>(answer);
  if (refusal.verdict != crm::Verdict::redescribe) throw refusal.error(object);
  return std::nullopt;
}

std::shared_ptr<const Shape> Describing::described(const Wanted& wanted) {
  const auto description = ask(wanted.object);
  const auto known = mirror_.shape(wanted.object);
  const Sight sight = sight_of(with_seen(wanted, known), description, options_.absent);
  note_hidden(wanted, known, sight);
  findings.insert(findings.end(), sight.findings.begin(), sight.findings.end());
  if (sight.shape == nullptr) return nullptr;
  note_types(known, *sight.shape);
  return adopt(wanted, known, sight.shape);
}

std::shared_ptr<const Shape> Describing::adopt(const Wanted& wanted,
                                               const std::optional<Shape>& known,
                                               std::shared_ptr<const Shape> shape) {
  // The reading first, then the shape: cut off in between, the field is still a new one.
  const auto back = come_into_sight(known, *shape);
  if (!back.empty()) mirror_.read_again(wanted.object, back, now_);
  try {
    mirror_.adopt(*shape, now_);
  } catch (const Error& error) {
    if (error.kind() != Kind::answer) throw;
    findings.push_back({wanted.object, "", error.what()});
    return nullptr;
  }
  auto upkeep = mirror_.upkeep(wanted.object);
  const auto digest = digest_of(wanted, options_.absent);
  if (upkeep.wanted != digest) {
    upkeep.wanted = digest;
    mirror_.save(upkeep);
  }
  return shape;
}

/// Fields of the shape that the mirror never had, or that were hidden and are not being read again.
std::vector<std::string> Describing::come_into_sight(const std::optional<Shape>& known,
                                                     const Shape& shape) const {
  std::vector<std::string> fields;
  if (!known) return fields;
  for (const auto& field : shape.fields) {
    if (!known->find(field.name)) fields.push_back(field.name);
  }
  for (const auto& hidden : mirror_.hidden()) {
    const bool here = hidden.object == shape.object && shape.find(hidden.field);
    if (here && !hidden.rereading) fields.push_back(hidden.field);
  }
  return fields;
}

void Describing::note_hidden(const Wanted& wanted, const std::optional<Shape>& known,
                             const Sight& sight) {
  if (!known) return;
  for (const auto& field : known->fields) {
    if (sight.shape != nullptr && sight.shape->find(field.name)) continue;
    const bool missing = sight.shape != nullptr ||
                         std::any_of(sight.findings.begin(), sight.findings.end(),
                                     [&](const Finding& each) { return each.field == field.name; });
    if (!missing) continue;
    mirror_.hide(wanted.object, field.name, now_);
    if (sight.shape != nullptr) note_gone(wanted, field);
  }
}

/// A field that the object can be read without: it is left out, and what was seen of it stays. A
/// link is more than that, unless the configuration gives it up.
void Describing::note_gone(const Wanted& wanted, const Field& field) {
  if (acknowledged(wanted.object, field.name)) return;
  const std::string name = wanted.object + "." + field.name;
  const bool wished = has(wanted.required, field.name) || has(wanted.optional, field.name) ||
                      has(wanted.tracked, field.name);
  if (!wished) return;
  if (field.type == FieldType::id && has(wanted.tracked, field.name)) {
    findings.push_back({wanted.object, field.name,
                        name + " is hidden or gone: who belongs together is known as it was; give "
                               "the integration user Read on the field, or name it in [absent] "
                               "fields"});
  } else {
    notes.push_back(name + " is hidden or gone: it is left out, and its values stay as they were");
  }
}

bool Describing::acknowledged(const std::string& object, const std::string& field) const {
  return has(options_.absent, object) || has(options_.absent, object + "." + field) ||
         (field.ends_with("IndividualId") && has(options_.absent, "Individual"));
}

void Describing::note_types(const std::optional<Shape>& known, const Shape& shape) {
  if (!known) return;
  for (const auto& field : shape.fields) {
    const auto at = known->find(field.name);
    if (!at || known->fields[*at].type == field.type) continue;
    notes.push_back(shape.object + "." + field.name + " was " +
                    std::string(to_text(known->fields[*at].type)) + " and is now " +
                    std::string(to_text(field.type)));
  }
}

}  // namespace heed::sync
