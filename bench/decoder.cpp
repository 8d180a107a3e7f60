#include "decoder.hpp"

#include <expat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <vector>

#include "heed/crm.hpp"
#include "heed/vault.hpp"
#include "prepared.hpp"

namespace {

std::atomic<std::int64_t> allocations = 0;

}  // namespace

// Every allocation of the program is counted; the linker takes these for the library's.
void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace heed::bench {

namespace {

constexpr std::int64_t records = 2000;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class Work>
double seconds(Work work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

/// Keeps the first page, so that expat reads the very bytes that heed read.
class Kept final : public http::Transport {
 public:
  explicit Kept(const Shape& shape) : crm_({.shape = shape, .rows = records, .page = records}) {}
  http::Response send(const http::Request& request) override {
    auto answer = crm_.send(request);
    const bool asks = request.body.find("ORDER BY Id") != std::string::npos;
    if (page_.empty() && asks) page_ = answer.body;
    return answer;
  }
  const std::string& page() const { return page_; }

 private:
  Prepared crm_;
  std::string page_;
};

/// What the callbacks count, so that nothing is left out as unused.
struct Counted {
  std::int64_t elements = 0, bytes = 0;
};

Counted expat(const std::string& page) {
  Counted counted;
  XML_Parser parser = XML_ParserCreateNS("UTF-8", '|');
  XML_SetUserData(parser, &counted);
  XML_SetElementHandler(
      parser,
      [](void* user, const XML_Char*, const XML_Char**) {
        ++static_cast<Counted*>(user)->elements;
      },
      [](void*, const XML_Char*) {});
  XML_SetCharacterDataHandler(parser, [](void* user, const XML_Char*, int size) {
    static_cast<Counted*>(user)->bytes += size;
  });
  const bool good =
      XML_Parse(parser, page.data(), static_cast<int>(page.size()), 1) == XML_STATUS_OK;
  XML_ParserFree(parser);
  if (!good) throw std::runtime_error("expat cannot read the page");
  return counted;
}

}  // namespace

bool decoder(const Shape& shape, int rounds) {
  Kept crm(shape);
  SystemClock clock;
  crm::Options options;
  options.url = "https://crm.example";
  options.version = "58.0";
  const simulated::OrgOptions org;
  crm::Client client(crm, clock, options,
                     crm::Password{org.user, vault::Secret::parse("plain:" + org.password), {}});
  crm::Selection selection;
  selection.shape = std::make_shared<const Shape>(shape);
  selection.by_id = true;
  client.read(selection);  // logs in
  std::vector<double> ours, theirs;
  std::int64_t allocated = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto before = allocations.load();
    ours.push_back(seconds([&] {
      const auto answer = client.read(selection);
      if (std::get<Page>(answer).size() != records) throw std::runtime_error("records are missing");
    }));
    allocated = allocations.load() - before;
    theirs.push_back(seconds([&] {
      if (expat(crm.page()).elements < records) throw std::runtime_error("elements are missing");
    }));
  }
  const double ratio = median(theirs) / median(ours);
  const double megabytes = static_cast<double>(crm.page().size()) / 1e6;
  const double per_record = static_cast<double>(allocated) / static_cast<double>(records);
  std::printf("A page of %lld Individuals of %zu fields, %.1f MB; median of %d rounds, in turn\n\n",
              static_cast<long long>(records), shape.fields.size(), megabytes, rounds);
  std::printf("%-16s %15s %22s\n", "", "MB/second", "allocations/record");
  std::printf("%-16s %15.0f %22.2f\n", "heed decoder", megabytes / median(ours), per_record);
  std::printf("%-16s %15.0f\n", "expat alone", megabytes / median(theirs));
  std::printf("%-16s %15.2f\n\n", "heed / expat", ratio);
  return ratio >= 0.5 && per_record < static_cast<double>(shape.fields.size());
}

}  // namespace heed::bench
