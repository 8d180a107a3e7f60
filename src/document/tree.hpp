#pragma once

#include <map>
#include <set>
#include <string>

// The one place that takes in toml++; only the .cpp files of this folder include it.
#include <toml++/toml.h>

namespace heed::document {

/// A parsed file and what was asked of it so far.
struct Tree {
  toml::table root;
  std::string name;
  std::map<const toml::table*, std::set<std::string, std::less<>>> asked;
};

}  // namespace heed::document
