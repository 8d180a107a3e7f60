#include "simulator/names.hpp"

#include <array>
#include <span>

namespace heed::simulated {

namespace {

using Names = std::span<const std::string_view>;

/// Names that occur together, and how many of a hundred people bear such.
struct Culture {
  std::string_view mail;  ///< what the local part of an e-mail address is made of
  Names first, last;
};

constexpr std::array<std::string_view, 12> latin_first{"Anna", "James",   "María", "José",
                                                       "Zoë",  "Björn",   "Chloé", "Łukasz",
                                                       "Nuño", "Siobhán", "Đặng",  "Åsa"};
constexpr std::array<std::string_view, 12> latin_last{
    "Smith", "O'Brien",  "Müller",       "García",    "Nguyễn", "Østergård",
    "Şahin", "D’Angelo", "van der Berg", "Kovačević", "Brontë", "Jones-Łęcki"};
constexpr std::array<std::string_view, 4> greek_first{"Αθηνά", "Γιώργος", "Ελένη", "Νίκος"};
constexpr std::array<std::string_view, 4> greek_last{"Παπαδόπουλος", "Βλάχου", "Οικονόμου",
                                                     "Σωτηρίου"};
constexpr std::array<std::string_view, 4> cyrillic_first{"Анна", "Іван", "Юлія", "Дмитрий"};
constexpr std::array<std::string_view, 4> cyrillic_last{"Шевченко", "Иванова", "Ђорђевић",
                                                        "Ковальчук"};
constexpr std::array<std::string_view, 4> arabic_first{"فاطمة", "محمد", "ليلى", "عمر"};
constexpr std::array<std::string_view, 4> arabic_last{"الحسيني", "بن علي", "المصري", "خليل"};
constexpr std::array<std::string_view, 4> chinese_first{"小明", "丽", "伟", "芳"};
constexpr std::array<std::string_view, 4> chinese_last{"王", "李", "欧阳", "𠮷田"};
constexpr std::array<std::string_view, 4> hindi_first{"प्रिया", "अर्जुन", "क्षितिज", "आशा"};
constexpr std::array<std::string_view, 4> hindi_last{"शर्मा", "सिंह", "गुप्ता", "त्रिपाठी"};

Culture culture_of(std::uint64_t roll) {
  if (roll < 64) return {"a", latin_first, latin_last};
  if (roll < 71) return {"gr", greek_first, greek_last};
  if (roll < 79) return {"cy", cyrillic_first, cyrillic_last};
  if (roll < 86) return {"ar", arabic_first, arabic_last};
  if (roll < 93) return {"zh", chinese_first, chinese_last};
  return {"hi", hindi_first, hindi_last};
}

constexpr std::array places{PlaceNames{"Berlin", "", "Germany", "", "DE"},
                            PlaceNames{"München", "Bayern", "Deutschland", "", ""},
                            PlaceNames{"Hamburg", "", "germany ", "", ""},
                            PlaceNames{"Paris", "Île-de-France", "France", "", "FR"},
                            PlaceNames{"Lyon", "", "FRANCE", "", ""},
                            PlaceNames{"Madrid", "Madrid", "España", "", ""},
                            PlaceNames{"Milano", "MI", "Italia", "", ""},
                            PlaceNames{"Αθήνα", "", "Ελλάδα", "", "GR"},
                            PlaceNames{"Wien", "", "Österreich", "", "AT"},
                            PlaceNames{"Kraków", "", "Polska", "", "PL"},
                            PlaceNames{"Dublin", "", "Ireland", "", "IE"},
                            PlaceNames{"Amsterdam", "", "The Netherlands", "", ""},
                            PlaceNames{"San Francisco", "California", "United States", "CA", "US"},
                            PlaceNames{"Los Angeles", "CA", "USA", "", ""},
                            PlaceNames{"San Diego", "Calif.", "U.S.A.", "", ""},
                            PlaceNames{"Sacramento", "california", "", "", ""},
                            PlaceNames{"Austin", "TX", "United States of America", "TX", "US"},
                            PlaceNames{"New York", "NY", "US", "", ""},
                            PlaceNames{"Toronto", "Ontario", "Canada", "ON", "CA"},
                            PlaceNames{"Montréal", "Québec", "Canada", "", ""},
                            PlaceNames{"Vancouver", "BC", "CA", "", ""},
                            PlaceNames{"London", "", "United Kingdom", "", "GB"},
                            PlaceNames{"Leeds", "West Yorkshire", "England", "", ""},
                            PlaceNames{"São Paulo", "SP", "Brasil", "", ""},
                            PlaceNames{"मुंबई", "महाराष्ट्र", "India", "", "IN"},
                            PlaceNames{"北京", "", "中国", "", ""},
                            PlaceNames{"القاهرة", "", "مصر", "", ""},
                            PlaceNames{"Sydney", "NSW", "Australia", "NSW", "AU"},
                            PlaceNames{"", "", "", "", ""},
                            PlaceNames{"Springfield", "", "n/a", "", ""}};

std::string_view pick(Names names, Dice& dice) {
  return names[dice.roll(names.size())];
}

std::string phone(Dice& dice, std::string_view country_code) {
  const auto prefix = country_code == "DE"   ? "+49 30 "
                      : country_code == "FR" ? "+33 1 "
                                             : "+1 555 ";
  return prefix + std::to_string(1'000'000 + dice.roll(9'000'000));
}

}  // namespace

std::uint64_t Dice::next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

Person make_person(std::uint64_t seed, std::uint32_t number) {
  Dice dice(seed * 0x9E3779B97F4A7C15U + number);
  dice.next();
  const Culture culture = culture_of(dice.roll(100));
  Person person;
  person.first_name = pick(culture.first, dice);
  person.last_name = pick(culture.last, dice);
  if (dice.one_in(97)) person.first_name += " 🦊";
  if (dice.one_in(89)) person.first_name.clear();
  if (dice.one_in(71)) person.last_name += " & Söhne <“neu”>";
  if (!dice.one_in(12)) {
    person.email = std::string(culture.mail) + "." + std::to_string(number) + "@example." +
                   (dice.one_in(2) ? "com" : "org");
  }
  person.place = places[dice.roll(places.size())];
  if (!dice.one_in(4)) person.phone = phone(dice, person.place.country_code);
  if (dice.one_in(2)) person.mobile = phone(dice, person.place.country_code);
  person.born = make_day(1935, 1, 1) + std::chrono::days{dice.roll(72 * 365)};
  return person;
}

}  // namespace heed::simulated
