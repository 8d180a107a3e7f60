#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "heed/time.hpp"

namespace heed::simulated {

/// The same numbers for the same seed, on every machine and compiler.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// From 0 to `sides` - 1.
  std::uint64_t roll(std::uint64_t sides) { return next() % sides; }
  bool one_in(std::uint64_t sides) { return roll(sides) == 0; }

 private:
  std::uint64_t state_;
};

/// A country or state as somebody typed it, and its codes, which are often left empty.
struct PlaceNames {
  std::string_view city, state, country, state_code, country_code;
};

/// Who somebody is, before the CRM has records of them.
struct Person {
  std::string first_name, last_name, email, phone, mobile;
  PlaceNames place;
  Day born{};
};

/// Person `number` of the world that `seed` makes.
Person make_person(std::uint64_t seed, std::uint32_t number);

}  // namespace heed::simulated
