#include "straight.hpp"

#include <curl/curl.h>
#include <expat.h>
#include <sqlite3.h>

#include <map>
#include <stdexcept>
#include <vector>

#include "heed/vault.hpp"

namespace heed::bench {

namespace {

struct Reader {
  const Shape& shape;
  sqlite3_stmt* upsert;
  std::map<std::string, int, std::less<>> columns;  ///< local name -> parameter
  std::string text, locator;
  std::vector<std::string> values;
  bool in_record = false;
  std::int64_t rows = 0;
};

std::string_view local(const char* name) {
  const std::string_view full(name);
  const auto bar = full.rfind('|');
  return bar == std::string_view::npos ? full : full.substr(bar + 1);
}

void on_start(void* user, const char* name, const char**) {
  auto& reader = *static_cast<Reader*>(user);
  reader.text.clear();
  if (local(name) == "records") {
    reader.in_record = true;
    for (auto& value : reader.values) value.clear();
  }
}

void on_text(void* user, const char* text, int size) {
  static_cast<Reader*>(user)->text.append(text, static_cast<std::size_t>(size));
}

void bind(Reader& reader, int parameter, FieldType type) {
  auto& value = reader.values[static_cast<std::size_t>(parameter)];
  if (type == FieldType::flag) {
    sqlite3_bind_int(reader.upsert, parameter, value == "true" ? 1 : 0);
  } else if (type == FieldType::integer) {
    sqlite3_bind_int64(reader.upsert, parameter, std::stoll(value));
  } else if (type == FieldType::number) {
    sqlite3_bind_double(reader.upsert, parameter, std::stod(value));
  } else {
    if (type == FieldType::moment && value.size() == 24) value.erase(19, 4);
    sqlite3_bind_text(reader.upsert, parameter, value.data(), static_cast<int>(value.size()),
                      SQLITE_STATIC);
  }
}

void store(Reader& reader) {
  bind(reader, 1, FieldType::id);
  for (std::size_t i = 0; i < reader.shape.fields.size(); ++i) {
    bind(reader, static_cast<int>(i) + 2, reader.shape.fields[i].type);
  }
  if (sqlite3_step(reader.upsert) != SQLITE_DONE) throw std::runtime_error("upsert failed");
  sqlite3_reset(reader.upsert);
  ++reader.rows;
}

void on_end(void* user, const char* name) {
  auto& reader = *static_cast<Reader*>(user);
  const auto tag = local(name);
  if (reader.in_record) {
    if (tag == "records") {
      reader.in_record = false;
      store(reader);
      return;
    }
    const auto at = reader.columns.find(tag);
    if (at != reader.columns.end()) {
      reader.values[static_cast<std::size_t>(at->second)].swap(reader.text);
    }
  } else if (tag == "queryLocator") {
    reader.locator = reader.text;
  }
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* to) {
  static_cast<std::string*>(to)->append(data, size);
  return size;
}

std::string post(CURL* curl, const std::string& url, const std::string& body) {
  std::string answer;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, static_cast<void*>(&answer));
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
  if (curl_easy_perform(curl) != CURLE_OK) throw std::runtime_error("no answer");
  return answer;
}

void read_page(Reader& reader, const std::string& page) {
  reader.locator.clear();
  XML_Parser parser = XML_ParserCreateNS("UTF-8", '|');
  XML_SetUserData(parser, &reader);
  XML_SetElementHandler(parser, &on_start, &on_end);
  XML_SetCharacterDataHandler(parser, &on_text);
  const auto status = XML_Parse(parser, page.data(), static_cast<int>(page.size()), XML_TRUE);
  XML_ParserFree(parser);
  if (status != XML_STATUS_OK) throw std::runtime_error("a page that is not XML");
}

std::string upsert_of(const Shape& shape, std::string& create) {
  std::string names = "Id", marks = "?", updates;
  create = "CREATE TABLE " + shape.object + " (Id TEXT NOT NULL PRIMARY KEY";
  for (const auto& field : shape.fields) {
    const bool whole = field.type == FieldType::flag || field.type == FieldType::integer;
    create += ", " + field.name +
              (whole                             ? " INTEGER"
               : field.type == FieldType::number ? " REAL"
                                                 : " TEXT");
    names += ", " + field.name;
    marks += ", ?";
    updates += (updates.empty() ? "" : ", ") + field.name + " = excluded." + field.name;
  }
  create += ") STRICT, WITHOUT ROWID";
  return "INSERT INTO " + shape.object + " (" + names + ") VALUES (" + marks +
         ") ON CONFLICT (Id) DO UPDATE SET " + updates;
}

}  // namespace

std::int64_t straight(const std::string& url, const Shape& shape, const std::string& file) {
  sqlite3* database = nullptr;
  if (sqlite3_open(file.c_str(), &database) != SQLITE_OK) throw std::runtime_error("no database");
  std::string create;
  const std::string upsert = upsert_of(shape, create);
  const auto run = [database](const std::string& sql) {
    if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      throw std::runtime_error(sqlite3_errmsg(database));
    }
  };
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
      "PRAGMA cache_size = -8192");
  run(create);
  Reader reader{shape, nullptr, {}, {}, {}, {}, false, 0};
  sqlite3_prepare_v2(database, upsert.c_str(), -1, &reader.upsert, nullptr);
  reader.columns.emplace("Id", 1);
  for (const auto& field : shape.fields) {
    reader.columns.emplace(field.name, static_cast<int>(reader.columns.size()) + 1);
  }
  reader.values.resize(shape.fields.size() + 2);
  CURL* curl = curl_easy_init();
  std::string page = post(curl, url, "ORDER BY Id");
  for (;;) {
    run("BEGIN IMMEDIATE");
    read_page(reader, page);
    run("COMMIT");
    if (reader.locator.empty()) break;
    page = post(curl, url, "<queryMore>" + reader.locator + "</queryMore>");
  }
  curl_easy_cleanup(curl);
  sqlite3_finalize(reader.upsert);
  sqlite3_close(database);
  return reader.rows;
}

std::int64_t fetch(const std::string& url) {
  CURL* curl = curl_easy_init();
  std::int64_t answers = 0;
  for (std::string question = "ORDER BY Id"; !question.empty(); ++answers) {
    const std::string page = post(curl, url, question);
    const auto from = page.find("<queryLocator>");
    question.clear();
    if (from == std::string::npos) continue;
    question = "<queryMore>" + page.substr(from + 14, page.find('<', from + 1) - from - 14) +
               "</queryMore>";
  }
  curl_easy_cleanup(curl);
  return answers;
}

std::string dump(const std::string& file, const Shape& shape) {
  sqlite3* database = nullptr;
  if (sqlite3_open(file.c_str(), &database) != SQLITE_OK) throw std::runtime_error("no database");
  std::string columns = "Id";
  for (const auto& field : shape.fields) columns += ", " + field.name;
  const std::string sql = "SELECT " + columns + " FROM " + shape.object + " ORDER BY Id";
  sqlite3_stmt* row = nullptr;
  sqlite3_prepare_v2(database, sql.c_str(), -1, &row, nullptr);
  std::string digest;
  while (sqlite3_step(row) == SQLITE_ROW) {
    std::string line = digest;
    for (int i = 0; i < sqlite3_column_count(row); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, i));
      line += (text != nullptr ? std::string(text) : "(null)") + "|";
    }
    digest = vault::digest(line);
  }
  sqlite3_finalize(row);
  sqlite3_close(database);
  return digest;
}

}  // namespace heed::bench
