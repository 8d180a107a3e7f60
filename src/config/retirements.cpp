#include <algorithm>

#include "heed/config.hpp"
#include "heed/document.hpp"
#include "heed/error.hpp"

namespace heed::config {

std::vector<Retirement> load_retirements(const Folders& folders) {
  const auto file = folders.find("crm.toml");
  const auto document =
      document::Document::parse(read_whole(file, Kind::configuration), file.string());
  std::vector<Retirement> retirements;
  for (const auto& table : document.root().tables("retiring")) {
    table.text("source");  // for people: why they should believe it
    retirements.push_back(
        {static_cast<int>(table.integer("up_to", 1, 999)), table.text("release")});
  }
  document.finish();
  std::sort(retirements.begin(), retirements.end(),
            [](const Retirement& a, const Retirement& b) { return a.up_to < b.up_to; });
  return retirements;
}

}  // namespace heed::config
