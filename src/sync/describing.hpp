#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sync/shapes.hpp"

namespace heed::sync {

/// Finds out which fields of an object are to be read: from the mirror while that is fresh, else
/// from the CRM's description, with all that follows from a field that comes or goes.
class Describing {
 public:
  Describing(crm::Client& client, mirror::Mirror& mirror, const Options& options, Moment now)
      : client_(client), mirror_(mirror), options_(options), now_(now) {}

  /// The shape to read; null where the object is not to be read. `anew` asks the CRM in any case.
  std::shared_ptr<const Shape> shape_of(const Wanted& wanted, bool anew);

  std::vector<Finding> findings;
  std::vector<std::string> notes;

 private:
  bool fresh(const Wanted& wanted, const Shape& shape);
  std::shared_ptr<const Shape> described(const Wanted& wanted);
  std::optional<crm::Description> ask(const std::string& object);
  std::shared_ptr<const Shape> adopt(const Wanted& wanted, const std::optional<Shape>& known,
                                     std::shared_ptr<const Shape> shape);
  std::vector<std::string> come_into_sight(const std::optional<Shape>& known,
                                           const Shape& shape) const;
  void note_hidden(const Wanted& wanted, const std::optional<Shape>& known, const Sight& sight);
  Moment seen_until(const std::string& object) const;
  void note_gone(const Wanted& wanted, const Field& field);
  std::shared_ptr<const Shape> with_types(const Wanted& wanted, const std::optional<Shape>& known,
                                          std::shared_ptr<const Shape> shape);
  bool take_type(const Wanted& wanted, const Field& before, const Field& field);
  bool acknowledged(const std::string& object, const std::string& field) const;

  crm::Client& client_;
  mirror::Mirror& mirror_;
  const Options& options_;
  Moment now_;
};

}  // namespace heed::sync
