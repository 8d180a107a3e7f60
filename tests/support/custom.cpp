#include "support/custom.hpp"

#include <stdexcept>

#include "heed/store.hpp"
#include "heed/vault.hpp"
#include "support/contents.hpp"

namespace heed::support {

const std::string& Custom::requests() {
  static const std::string text =
      "[[object]]\nname = \"Privacy_Request__c\"\nperson = [\"Contact__c\", \"Lead__c\"]\n"
      "fields = [\"Status__c\", \"Email__c\"]\n";
  return text;
}

void Custom::configure(const std::string& from, const std::string& to) const {
  auto text = contents(terminal.config());
  const auto at = from.empty() ? text.find("[controller]") : text.find(from);
  if (at == std::string::npos) throw std::invalid_argument("the configuration has no " + from);
  vault::write_whole(terminal.config(), text.replace(at, from.size(), to));
}

Id Custom::request(std::uint32_t of, std::string_view email) {
  return org.create("Privacy_Request__c", {{"Contact__c", org.nth("Contact", of).text()},
                                           {"Email__c", email},
                                           {"Status__c", std::string_view("New")}});
}

std::string Custom::one(const std::string& sql) const {
  auto database = store::Database::open(terminal.file("heed.db"), store::Mode::read);
  auto row = database.query(sql);
  return row.step() && !row.is_null(0) ? std::string(row.text(0)) : std::string();
}

bool Custom::says(const std::string& text) const {
  const auto file = terminal.file("heed.db");
  return (contents(file) + contents(file + "-wal")).find(text) != std::string::npos;
}

}  // namespace heed::support
