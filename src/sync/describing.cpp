#include "sync/describing.hpp"

#include <algorithm>

#include "heed/error.hpp"
#include "heed/vault.hpp"

namespace heed::sync {

namespace {

/// What the configuration wants of an object: another digest asks for another description.
std::string digest_of(const Wanted& wanted, const std::vector<std::string>& absent) {
  std::string text = wanted.object + "/" + wanted.only;
  for (const auto* list : {&wanted.required, &wanted.optional, &wanted.tracked, &wanted.followed}) {
    text += "/";
    for (const auto& name : *list) text += name + ",";
  }
  for (const auto& name : absent) {
    if (name.starts_with(wanted.object)) text += "-" + name;
  }
  return vault::digest(text);
}

bool asks_for(const Wanted& wanted, const std::string& field) {
  return has(wanted.required, field) || has(wanted.optional, field) || has(wanted.tracked, field);
}

/// Whether a field of the mirror's, or the following of one, is not asked for any more.
bool asks_for_less(const Wanted& wanted, const Shape& known) {
  return std::any_of(known.fields.begin(), known.fields.end(), [&](const Field& field) {
    const bool followed = has(wanted.tracked, field.name) || has(wanted.followed, field.name);
    if (field.tracked && !followed) return true;
    return !is_system_field(field.name) && !asks_for(wanted, field.name);
  });
}

}  // namespace

std::shared_ptr<const Shape> Describing::shape_of(const Wanted& wanted, bool anew) {
  if (!anew && !options_.full) {
    auto known = mirror_.shape(wanted.object);
    if (known && fresh(wanted, *known)) {
      // What is hidden is not asked for, or it would count as seen all the while. When it is wanted
      // again, every record is read for it.
      const auto hidden = mirror_.hidden();
      std::erase_if(known->fields, [&](const Field& field) {
        return std::any_of(hidden.begin(), hidden.end(), [&](const mirror::Hidden& each) {
          return each.object == wanted.object && each.field == field.name && !each.rereading;
        });
      });
      return std::make_shared<const Shape>(std::move(*known));
    }
  }
  return described(wanted);
}

/// Whether the shape that the mirror has will do without asking the CRM again.
bool Describing::fresh(const Wanted& wanted, const Shape& shape) {
  const auto when = mirror_.described(wanted.object);
  if (!when) return false;
  if (mirror_.upkeep(wanted.object).wanted != digest_of(wanted, options_.absent)) return false;
  const auto hidden = mirror_.hidden();
  const auto here = [&](const mirror::Hidden& each) {
    return each.object == wanted.object && asks_for(wanted, each.field);
  };
  if (std::any_of(hidden.begin(), hidden.end(), here)) return false;
  const auto there = [&](const std::string& name) { return shape.find(name).has_value(); };
  const auto there_or_given_up = [&](const std::string& name) {
    return there(name) || acknowledged(wanted.object, name);
  };
  const auto of_use = [&](const Field& field) {
    return says_its_part(wanted, field) || acknowledged(wanted.object, field.name);
  };
  if (!std::all_of(wanted.required.begin(), wanted.required.end(), there) ||
      !std::all_of(wanted.named.begin(), wanted.named.end(), there_or_given_up) ||
      !std::all_of(shape.fields.begin(), shape.fields.end(), of_use)) {
    return false;  // and what is missing is said again
  }
  if (*when <= now_ && *when + options_.describe_every > now_) return true;
  // Describing anew is optional: not where the day's budget of requests runs low.
  if (client_.allowance() == crm::Allowance::all) return false;
  findings.push_back(put_off(wanted.object, "describing its fields"));
  return true;
}

std::optional<crm::Description> Describing::ask(const std::string& object) {
  auto answer = client_.describe(object);
  if (auto* told = std::get_if<crm::Description>(&answer)) return std::move(*told);
  const auto& refusal = std::get<crm::Refusal>(answer);
  if (refusal.verdict != crm::Verdict::redescribe)
    throw refusal.error(object + ": describeSObject");
  return std::nullopt;
}

std::shared_ptr<const Shape> Describing::described(const Wanted& wanted) {
  const auto description = ask(wanted.object);
  auto known = mirror_.shape(wanted.object);
  const Sight sight =
      sight_of(with_seen(wanted, known, mirror_.hidden()), description, options_.absent);
  if (sight.shape != nullptr && known && asks_for_less(wanted, *known) &&
      mirror_.drop(wanted.object)) {
    notes.push_back(wanted.object +
                    ": the configuration asks for less of it than before; it is read anew, and "
                    "what was mirrored of it is taken out");
    known.reset();
  }
  note_hidden(wanted, known, sight);
  findings.insert(findings.end(), sight.findings.begin(), sight.findings.end());
  const auto shape = with_types(wanted, known, sight.shape);
  return shape == nullptr ? nullptr : adopt(wanted, known, shape);
}

std::shared_ptr<const Shape> Describing::adopt(const Wanted& wanted,
                                               const std::optional<Shape>& known,
                                               std::shared_ptr<const Shape> shape) {
  // The reading first, then the shape: cut off in between, the field is still a new one.
  const auto back = come_into_sight(known, *shape);
  if (!back.empty()) mirror_.read_again(wanted.object, back, now_);
  mirror_.adopt(*shape, now_);
  auto upkeep = mirror_.upkeep(wanted.object);
  const auto digest = digest_of(wanted, options_.absent);
  if (upkeep.wanted != digest) {
    upkeep.wanted = digest;
    mirror_.save(upkeep);
  }
  return shape;
}

/// Fields of the shape that the mirror never had, or had with another type, or without keeping
/// their changes, or that were hidden and are not being read again.
std::vector<std::string> Describing::come_into_sight(const std::optional<Shape>& known,
                                                     const Shape& shape) const {
  std::vector<std::string> fields;
  if (!known) return fields;
  for (const auto& field : shape.fields) {
    const auto at = known->find(field.name);
    const auto* before = at ? &known->fields[*at] : nullptr;
    if (before == nullptr || before->type != field.type || before->tracked < field.tracked) {
      fields.push_back(field.name);
    }
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
    mirror_.hide(wanted.object, field.name, seen_until(wanted.object));
    if (sight.shape != nullptr) note_gone(wanted, field);
  }
}

/// Up to when the object's records have been read with all their fields: one that is missing now
/// may have been out of sight, and have changed, ever since.
Moment Describing::seen_until(const std::string& object) const {
  const auto cursor = mirror_.cursor(object);
  return std::min(now_, cursor.known_until.value_or(cursor.load_began.value_or(now_)));
}

/// A field that the object can be read without: it is left out, and what was seen of it stays. A
/// link is more than that, unless the configuration gives it up.
void Describing::note_gone(const Wanted& wanted, const Field& field) {
  if (acknowledged(wanted.object, field.name)) return;
  const std::string name = wanted.object + "." + field.name;
  // One that is missed aloud is a finding already.
  if (!asks_for(wanted, field.name) || has(wanted.named, field.name)) return;
  if (field.type == FieldType::id && has(wanted.tracked, field.name)) {
    findings.push_back({wanted.object, field.name, name + link_gone});
  } else {
    notes.push_back(name + " is hidden or gone: it is left out, and its values stay as they were");
  }
}

bool Describing::acknowledged(const std::string& object, const std::string& field) const {
  return has(options_.absent, object) || has(options_.absent, object + "." + field) ||
         (field.ends_with("IndividualId") && has(options_.absent, "Individual"));
}

/// The shape as far as its types go: what a preference with another type says, nobody has told
/// heed. Null where such a one stops the object.
std::shared_ptr<const Shape> Describing::with_types(const Wanted& wanted,
                                                    const std::optional<Shape>& known,
                                                    std::shared_ptr<const Shape> shape) {
  if (shape == nullptr || !known) return shape;
  Shape fitting{shape->object, {}, shape->stamp};
  bool whole = true;
  for (const auto& field : shape->fields) {
    const auto at = known->find(field.name);
    if (!at || take_type(wanted, known->fields[*at], field)) {
      fitting.fields.push_back(field);
    } else {
      mirror_.hide(shape->object, field.name, seen_until(shape->object));
      whole = whole && acknowledged(shape->object, field.name);
    }
  }
  return whole ? std::make_shared<const Shape>(std::move(fitting)) : nullptr;
}

/// Whether a field of the type that it now has can be read, and says what follows.
bool Describing::take_type(const Wanted& wanted, const Field& before, const Field& field) {
  if (before.type == field.type) return true;
  const auto& object = wanted.object;
  const std::string name = object + "." + field.name;
  const std::string what = name + " was " + std::string(to_text(before.type)) + " and is now " +
                           std::string(to_text(field.type));
  if (!field.tracked || !has(wanted.tracked, field.name)) {
    notes.push_back(what + ": it is read of every record again");
    // Of one that is out of sight then, its old value is no more than what was known before.
    mirror_.hide(object, field.name, seen_until(object));
    return true;
  }
  if (!acknowledged(object, field.name)) {
    findings.push_back({object, field.name,
                        what + ", and what it says of a wish is not known any more: " + object +
                            " is not read, its rows stay as they were; give the field its type "
                            "back, or name it in [absent] fields"});
  }
  return false;
}

}  // namespace heed::sync
