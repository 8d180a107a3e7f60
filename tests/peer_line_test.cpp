// What goes wrong on the line, below SOAP: a real connection to a server that plays bytes.

#include <zlib.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>

#include "heed/error.hpp"
#include "heed/http.hpp"
#include "support/peer.hpp"
#include "support/raw_peer.hpp"

namespace {

using heed::support::http_answer;
using heed::support::RawPeer;
using heed::support::with;
using Then = RawPeer::Then;

const std::string page = heed::support::titled("x");

std::string gzipped(const std::string& text) {
  z_stream stream{};
  REQUIRE(::deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string result(::deflateBound(&stream, text.size()), '\0');
  std::string from = text;
  stream.next_in = reinterpret_cast<Bytef*>(from.data());
  stream.avail_in = static_cast<uInt>(from.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  REQUIRE(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
  result.resize(stream.total_out);
  ::deflateEnd(&stream);
  return result;
}

std::string chunked(const std::string& chunks) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

std::string chunk(const std::string& text) {
  std::array<char, 32> size{};
  const auto length = std::snprintf(size.data(), size.size(), "%zx\r\n", text.size());
  return std::string(size.data(), static_cast<std::size_t>(length)) + text + "\r\n";
}

const std::string let_in = http_answer(heed::support::user_told());

/// A client of a server that lets it in and then plays `script`.
class OnTheLine {
 public:
  explicit OnTheLine(std::vector<RawPeer::Entry> script, const heed::http::Options& how = {})
      : peer_(with_way_in(std::move(script))), transport_(how) {
    heed::crm::Options options;
    options.retries = 2;
    client_.emplace(
        transport_, clock_, options,
        heed::crm::AccessToken{heed::vault::Secret::parse("plain:canary-t"), peer_.url()});
  }

  heed::crm::Client& client() { return *client_; }
  const RawPeer& peer() const { return peer_; }

 private:
  static std::vector<RawPeer::Entry> with_way_in(std::vector<RawPeer::Entry> script) {
    script.insert(script.begin(), {let_in, Then::keep});
    return script;
  }

  RawPeer peer_;
  heed::support::ManualClock clock_{*heed::parse_moment("2026-03-02T00:00:00Z")};
  heed::http::Curl transport_;
  std::optional<heed::crm::Client> client_;
};

}  // namespace

TEST_CASE("an answer that breaks on the line is asked for again on a new one", "[crm][peer]") {
  struct Broken {
    std::string name;
    std::string bytes;
    Then then;
  };
  const std::string whole = http_answer(page);
  const std::string packed = gzipped(page);
  const std::string gzip = "Content-Encoding: gzip\r\n";
  const auto row = GENERATE_COPY(values<Broken>({
      {"nothing at all", "", Then::close},
      {"a reset before the first byte", "", Then::reset},
      {"one byte", "H", Then::close},
      {"half a header", "HTTP/1.1 200 OK\r\nContent-Ty", Then::close},
      {"a header alone", whole.substr(0, whole.size() - page.size()), Then::close},
      {"cut in the body", whole.substr(0, whole.size() - 100), Then::close},
      {"reset in the body", whole.substr(0, whole.size() - 100), Then::reset},
      {"no length, and cut", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + page.substr(0, 300),
       Then::close},
      {"cut before the last chunk", chunked(chunk(page)), Then::close},
      {"cut inside a chunk", chunked(chunk(page).substr(0, 200)), Then::close},
      {"a chunk's size that is none", chunked("xyz\r\n" + page + "\r\n0\r\n\r\n"), Then::close},
      {"gzip that is cut", http_answer(packed.substr(0, packed.size() / 2), gzip), Then::close},
      {"gzip that is none", http_answer(page, gzip), Then::close},
      {"no HTTP", "220 mail.acme.example ESMTP\r\n", Then::close},
  }));
  INFO(row.name);
  OnTheLine line({{row.bytes, row.then}, {whole, Then::keep}});
  const auto answer = line.client().read(heed::support::contacts());
  CHECK(std::get<heed::Page>(answer).size() == 1);
  CHECK(line.peer().requests() == 3);
}

TEST_CASE("what is whole is read over one connection, in chunks and packed", "[crm][peer]") {
  const std::string packed = gzipped(page);
  OnTheLine line({{chunked(chunk(page.substr(0, 100)) + chunk(page.substr(100)) + "0\r\n\r\n")},
                  {http_answer(packed, "Content-Encoding: gzip\r\n")},
                  {http_answer(page)}});
  for (int i = 0; i < 3; ++i) {
    const auto answer = line.client().read(heed::support::contacts());
    CHECK(std::get<heed::Page>(answer).size() == 1);
  }
  CHECK(line.peer().connections() == 1);
}

TEST_CASE("a kept connection that the server has closed is no fault", "[crm][peer]") {
  OnTheLine line({{http_answer(page), Then::close}, {http_answer(page), Then::keep}});
  CHECK(std::get<heed::Page>(line.client().read(heed::support::contacts())).size() == 1);
  CHECK(std::get<heed::Page>(line.client().read(heed::support::contacts())).size() == 1);
  CHECK(line.peer().connections() == 2);
}

TEST_CASE("a bomb ends at the size limit, plain or packed, and the error names object and record",
          "[crm][peer]") {
  struct Bomb {
    std::string name;
    std::string body;
    std::string says;
  };
  const std::string large(50'000'000, 'v');
  const auto row = GENERATE_COPY(values<Bomb>({
      {"in a text", heed::support::titled(large), "record 1 (last Id: 003000000000001AAA); "},
      {"before the record's Id", with(page, "<r:type>", "<r:type>" + large), "record 1; "},
      {"before any record", large + page, "1 MiB; "},
  }));
  const bool packed = GENERATE(true, false);
  CAPTURE(row.name, packed);
  heed::http::Options how;
  how.largest_body = 1 << 20;
  const std::string bytes = packed ? gzipped(row.body) : row.body;
  OnTheLine line({{http_answer(bytes, packed ? "Content-Encoding: gzip\r\n" : ""), Then::close}},
                 how);
  try {
    line.client().read(heed::support::contacts());
    FAIL_CHECK("nothing was thrown");
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::answer);
    CHECK_THAT(error.what(), Catch::StartsWith("Contact: an answer is larger than 1 MiB") &&
                                 Catch::Contains(row.says) && Catch::Contains("largest_body"));
  }
}

TEST_CASE("a server that never answers is given up", "[crm][peer]") {
  heed::http::Options how;
  how.connect = how.first_byte = std::chrono::milliseconds(100);
  OnTheLine line({{"", Then::silence}, {http_answer(page), Then::keep}}, how);
  CHECK(std::get<heed::Page>(line.client().read(heed::support::contacts())).size() == 1);
}
