#include <catch2/catch.hpp>
#include <string>

#include "mirror/cell.hpp"

using heed::FieldType;
using heed::mirror::told_text;

TEST_CASE("what field history tells is written as the field's own values are",
          "[mirror][history]") {
  CHECK(told_text(FieldType::moment, "2026-12-01T08:00:00.000Z") == "2026-12-01T08:00:00Z");
  CHECK(told_text(FieldType::moment, "2026-12-01T09:00:00.000+01:00") == "2026-12-01T08:00:00Z");
  CHECK(told_text(FieldType::date, "2026-12-01") == "2026-12-01");
  CHECK(told_text(FieldType::date, "2026-12-01T00:00:00.000Z") == "2026-12-01");
  CHECK(told_text(FieldType::flag, "1") == "true");
  CHECK(told_text(FieldType::flag, "false") == "false");
  CHECK(told_text(FieldType::number, "7.50") == "7.5");
  CHECK(told_text(FieldType::number, "1.2E1") == "12");
  CHECK(told_text(FieldType::integer, "7.0") == "7");
}

TEST_CASE("what field history tells and is no value of the field's type stays as it was told",
          "[mirror][history]") {
  for (const auto type : {FieldType::moment, FieldType::date, FieldType::flag, FieldType::number,
                          FieldType::integer, FieldType::text, FieldType::id}) {
    for (const std::string text : {"", "gold", "yes", "2026-13-01", "7 days"}) {
      CAPTURE(heed::to_text(type), text);
      CHECK(told_text(type, text) == text);
    }
  }
  CHECK(told_text(FieldType::text, "2026-12-01T08:00:00.000Z") == "2026-12-01T08:00:00.000Z");
  CHECK(told_text(FieldType::text, "1") == "1");
}
