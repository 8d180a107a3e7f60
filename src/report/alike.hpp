#pragma once

#include <map>
#include <vector>

#include "report/print.hpp"

namespace heed::report {

/// People of which some records have the same e-mail address, and who may be one person therefore.
/// They stay two: what one wished, was told or lost says nothing of the other.
class Alike {
 public:
  /// Looks through all records, twice. `wanted` false: nobody is like anybody. Takes eight bytes a
  /// record for a while, and keeps those alone whose address others have too.
  Alike(const mirror::Mirror& mirror, bool wanted);

  /// The other people, each by its first record, in order. `person` is that of one, too.
  std::vector<mirror::Ref> of(const std::optional<mirror::Ref>& person) const;

  bool empty() const { return addresses_of_.empty(); }

 private:
  std::vector<std::vector<mirror::Ref>> people_;  ///< an address each
  std::map<mirror::Ref, std::vector<std::size_t>> addresses_of_;
};

/// An address as it is compared: without blanks around it, in small letters (of ASCII).
std::string same_address(std::string_view text);

/// "may be the same person as Contact 003000000000001AAA"; empty where there is nobody.
std::string alike_words(const std::vector<mirror::Ref>& others);

Json alike_json(const std::vector<mirror::Ref>& others);

}  // namespace heed::report
