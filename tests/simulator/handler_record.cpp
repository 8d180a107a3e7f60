#include "simulator/handler.hpp"
#include "simulator/wire_text.hpp"

namespace heed::simulated {

namespace {

class Writer {
 public:
  Writer(const Org& org, heed_sObject& to) : org_(org), to_(to) {}

  void record(const Table& table, std::uint32_t row, const std::vector<soql::Selected>& select) {
    put("type", table.info().name);
    bool with_id = false;
    for (const auto& field : select) with_id = with_id || field.name == "Id";
    if (with_id)
      put("Id", table.row(row).id.text());
    else
      nil("Id");
    for (const auto& field : select) {
      if (field.children.empty())
        value(table, row, field);
      else
        parent(table, row, field);
    }
  }

 private:
  void value(const Table& table, std::uint32_t row, const soql::Selected& field) {
    const Value found = table.value(row, field.field.column);
    if (std::holds_alternative<Null>(found)) {
      nil(field.name);
    } else if (field.field.info().type == "anyType") {
      put(field.name + (std::holds_alternative<bool>(found) ? "@xsd:boolean" : "@xsd:string"),
          wire_text(found));
    } else if (const auto* text = std::get_if<std::string_view>(&found)) {
      put(field.name, *text);
    } else {
      put(field.name, wire_text(found));
    }
  }

  void parent(const Table& table, std::uint32_t row, const soql::Selected& field) {
    const auto found = soql::follow(org_, table, row, field.field.column);
    if (!found) return nil(field.name);
    const std::size_t depth = path_.size();
    path_.append(field.name).push_back('.');
    record(*found->first, found->second, field.children);
    path_.resize(depth);
  }

  std::string_view at(std::string_view name) {
    if (path_.empty()) return name;
    full_.assign(path_).append(name);
    return full_;
  }
  void put(std::string_view name, std::string_view text) { to_.add(at(name), text); }
  void nil(std::string_view name) { to_.add_nil(at(name)); }

  const Org& org_;
  heed_sObject& to_;
  std::string path_, full_;
};

}  // namespace

void write_record(const Org& org, const Table& table, std::uint32_t row,
                  const std::vector<soql::Selected>& select, heed_sObject& to) {
  to.fields.reserve(select.size() + 2);
  Writer(org, to).record(table, row, select);
}

}  // namespace heed::simulated
