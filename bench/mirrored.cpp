#include "mirrored.hpp"

#include <stdexcept>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "heed/http.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "heed/sync.hpp"
#include "heed/vault.hpp"
#include "prepared.hpp"

namespace heed::bench {

namespace {

constexpr std::size_t field_count = 18;

/// Individual with 18 fields: all flags, the system's, and what else there is.
sync::Wanted wanted() {
  sync::Wanted wanted;
  wanted.object = "Individual";
  wanted.required = {"HasOptedOutProcessing", "HasOptedOutProfiling",   "HasOptedOutSolicit",
                     "HasOptedOutTracking",   "HasOptedOutGeoTracking", "ShouldForget",
                     "SendIndividualData",    "CanStorePiiElsewhere"};
  wanted.tracked = wanted.required;
  wanted.optional = {"FirstName", "LastName", "Salutation", "BirthDate", "MasterRecordId"};
  return wanted;
}

/// What a run needs, put together as the program does.
class Run {
 public:
  Run(const std::string& url, const std::string& file, std::int64_t rows)
      : client_(transport_, clock_, options_of(url),
                crm::Password{org_.user, vault::Secret::parse("plain:" + org_.password), {}}),
        database_(store::Database::open(file, store::Mode::write)),
        mirror_(database_) {
    how_.objects = {wanted()};
    how_.load_range = rows + 1;
    how_.history = false;  // the server has prepared pages of one object
  }

  std::int64_t sync() { return sync::run(client_, mirror_, how_).calls; }
  sync::Verification verify() { return sync::verify(client_, mirror_, how_); }

 private:
  static crm::Options options_of(const std::string& url) {
    crm::Options options;
    options.url = url;
    options.version = "58.0";
    return options;
  }

  const simulated::OrgOptions org_;
  SystemClock clock_;
  http::Curl transport_{{}};
  crm::Client client_;
  store::Database database_;
  mirror::Mirror mirror_;
  sync::Options how_;
};

}  // namespace

std::int64_t sync(const std::string& url, const std::string& file, std::int64_t rows) {
  return Run(url, file, rows).sync();
}

std::int64_t verify(const std::string& url, const std::string& file, std::int64_t rows) {
  const auto found = Run(url, file, rows).verify();
  const auto& proof = found.objects.at("Individual");
  if (proof.wrong != 0 || proof.newer != 0 || proof.here != rows || !found.findings.empty()) {
    throw std::runtime_error("the mirror is not the CRM's");
  }
  return found.calls;
}

void clear_list(const std::string& file) {
  auto database = store::Database::open(file, store::Mode::write);
  mirror::Mirror mirror(database);
  for (auto listed = mirror.to_assess(10000); !listed.empty(); listed = mirror.to_assess(10000)) {
    mirror.assessed(listed);
  }
}

Shape stored_shape(const std::string& file) {
  auto database = store::Database::open(file, store::Mode::read);
  auto shape = mirror::Mirror(database).shape("Individual");
  if (!shape || shape->fields.size() < field_count) throw std::runtime_error("no shape");
  return *shape;
}

Shape shape_of(const std::string& file) {
  const ServerProcess server({.shape = {"Individual", {}, "SystemModstamp"}, .rows = 1});
  try {
    sync(server.url(), file, 1);
  } catch (const Error&) {
    // The prepared page has no fields yet; the shape was adopted before it was read.
  }
  return stored_shape(file);
}

}  // namespace heed::bench
