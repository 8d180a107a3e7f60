#include "heed/crm.hpp"

namespace heed::crm {

namespace {

/// The texts as SOQL writes them, with commas between.
std::string quoted(const std::vector<std::string>& texts) {
  std::string list;
  for (const auto& text : texts) {
    list += list.empty() ? "'" : ", '";
    for (const char c : text) {
      if (c == '\'' || c == '\\') list += '\\';
      list += c;
    }
    list += '\'';
  }
  return list;
}

std::string listed(const std::vector<Id>& ids) {
  std::string text;
  for (const auto& id : ids) {
    text += text.empty() ? "'" : ", '";
    text += id.text();
    text += "'";
  }
  return text;
}

std::string conditions(const Selection& selection) {
  const std::string& stamp = selection.shape->stamp;
  std::string text;
  const auto add = [&text](const std::string& condition) {
    text += text.empty() ? " WHERE " : " AND ";
    text += condition;
  };
  if (!selection.only.empty()) add(selection.only + " = true");
  if (!selection.one_of.empty()) add(selection.one_of + " IN (" + quoted(selection.texts) + ")");
  if (selection.from) add(stamp + " >= " + to_text(*selection.from));
  if (selection.to) add(stamp + " <= " + to_text(*selection.to));
  if (selection.at) add(stamp + " = " + to_text(*selection.at));
  if (selection.later_than) add(stamp + " > " + to_text(*selection.later_than));
  if (selection.after) add("Id > '" + std::string(selection.after->text()) + "'");
  if (!selection.ids.empty()) add(selection.ids_of + " IN (" + listed(selection.ids) + ")");
  return text;
}

}  // namespace

std::string soql(const Selection& selection) {
  const Shape& shape = *selection.shape;
  std::string text = "SELECT Id";
  for (const auto& field : shape.fields) text += ", " + field.name;
  text += " FROM " + shape.object + conditions(selection);
  text += " ORDER BY " + (selection.by_id ? "Id" : shape.stamp + ", Id");
  if (selection.limit > 0) text += " LIMIT " + std::to_string(selection.limit);
  if (text.size() > longest_statement) {
    throw Error(Kind::configuration,
                shape.object + ": " + std::to_string(shape.fields.size()) +
                    " fields make a query of " + std::to_string(text.size()) +
                    " characters, and the CRM takes 100000; mirror fewer fields");
  }
  return text;
}

}  // namespace heed::crm
